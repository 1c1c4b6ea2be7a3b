"""What screens, reports and actions ask. Rows never leave this room."""
