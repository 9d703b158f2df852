"""What `scripts/release-check` is made of: building the distributions, and proof that they can be published."""
