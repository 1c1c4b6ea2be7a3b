"""Situation: how the hub stands on a day, each figure with whom it counts."""
