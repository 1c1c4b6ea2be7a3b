"""The frame: window, rail, commands, and what every page and form is made from."""
