"""The rows that screens show."""
