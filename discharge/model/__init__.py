"""What things are: frozen types, without input or output."""
