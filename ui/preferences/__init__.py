"""Preferences: the hub, its rules, weights and people, and this window."""
