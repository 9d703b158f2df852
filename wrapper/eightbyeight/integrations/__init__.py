"""8x8's webhooks within web frameworks; each module needs the extra of its own name."""
