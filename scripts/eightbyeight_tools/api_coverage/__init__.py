"""Which of the vendor's operations the project covers, found by looking."""
