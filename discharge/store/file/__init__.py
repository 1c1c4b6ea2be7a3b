"""The file of a store: opened, locked, backed up, migrated, looked at, mended."""
