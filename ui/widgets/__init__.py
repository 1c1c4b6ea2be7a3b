"""The pieces that pages are laid out from. None of them knows a store or a rule."""
