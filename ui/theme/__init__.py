"""How the window looks: palette, spacing, type, status words and icons, in one place."""
