"""What may be: dated rule sets as data, and their evaluation."""
