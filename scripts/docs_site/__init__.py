"""The documentation site: built by Sphinx from `docs/`, with the OpenAPI documents beside it."""
