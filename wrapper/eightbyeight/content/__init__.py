"""What a message can say: one class for each kind of content."""
