"""The parts behind scripts/demo: what is sent, the acts that show it, and how it looks."""
