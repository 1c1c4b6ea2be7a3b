"""Away from the hub: what was sent to somebody, decided on without it, and their answer taken in."""
