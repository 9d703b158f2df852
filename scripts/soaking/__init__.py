"""The parts behind scripts/soak: a proxy that breaks requests, and a ledger that misses none of them."""
