"""Moves: placements on their way, as table, board and timeline, with every form of a step."""
