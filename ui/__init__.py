"""The window. All Qt is in here; nothing heavy at this level, as the engine's process comes by too."""

HUB_SUFFIX = ".hub"
"""How a hub's file is called."""
