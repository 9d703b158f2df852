"""The acts of the demo: each shows one thing, and checks that it is so."""
