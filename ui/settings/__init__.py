"""Settings: homes, hot-homes and intermediate-care beds, with every form about one of them."""
