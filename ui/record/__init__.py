"""Record: what was decided, by whom, when."""
