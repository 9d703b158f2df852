"""Many messages in one run: from rows to units, their order, when to stop, and what became of each row."""
