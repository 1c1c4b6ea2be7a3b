"""What a user can do: one short function each, by topic. It checks who may and what holds, and says what came to be."""
