"""Help: topics, keys, and the tour."""
