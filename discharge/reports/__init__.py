"""Papers and returns: made from what is on record, complete or not issued. Knows no store and no screen."""
