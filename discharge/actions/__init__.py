"""What a user can do: one short function each, by topic; it checks who may and what holds."""
