"""The asynchronous resources. Their synchronous twins in ``_sync`` are derived from them."""
