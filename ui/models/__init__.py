"""Table models over plain Python rows; filtering and sorting happen in them."""
