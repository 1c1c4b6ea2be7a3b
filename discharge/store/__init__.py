"""The only SQL: one file a hub, an append-only journal, and the tables that follow from it."""
