"""Today: what needs somebody now, and the step that mends it."""
