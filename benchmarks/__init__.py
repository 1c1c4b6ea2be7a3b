"""What is measured, and against whom: `python3 dev.py bench`."""
