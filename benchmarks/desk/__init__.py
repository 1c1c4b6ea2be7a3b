"""The desk against bare Qt: first paint, usable pages, tables, and how long the window stands still."""
