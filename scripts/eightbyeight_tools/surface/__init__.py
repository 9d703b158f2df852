"""What the public interface is, what changed in it since the last release, and what that means for the next."""
