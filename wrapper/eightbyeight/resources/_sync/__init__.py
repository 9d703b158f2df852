# Derived by scripts/regenerate from ../_async/__init__.py. Do not edit: change that file instead.
"""The asynchronous resources. Their synchronous twins in ``_sync`` are derived from them."""
