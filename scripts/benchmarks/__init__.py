"""The benchmarks behind scripts/bench: one module each, with a `run` that returns rows."""
