"""What goes on aside: the one worker for the store, the process for the engine."""
