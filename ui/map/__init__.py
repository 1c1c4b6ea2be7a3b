"""Map: where settings are and who goes where."""
