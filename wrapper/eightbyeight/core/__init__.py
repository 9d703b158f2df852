"""Pure decisions: no network, no disk, no clock, no randomness of its own."""
