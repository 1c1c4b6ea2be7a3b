"""How things are said: days, terms, counts with their noun. One place for window, command line and record."""
