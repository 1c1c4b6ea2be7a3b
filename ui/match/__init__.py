"""Match: a plan for all who wait, by the engine or by hand."""
