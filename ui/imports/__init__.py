"""Files brought in, row by row."""
