"""Keys: what a passphrase opens, and what an entry is signed with."""
