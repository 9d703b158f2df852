"""The operations as methods, grouped as in the specification's tags."""
