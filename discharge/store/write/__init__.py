"""How each kind of entry changes the tables."""
