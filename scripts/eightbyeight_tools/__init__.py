"""What the scripts of this folder are made of: composing the specification, generating from it, checking it."""
