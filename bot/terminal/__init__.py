"""A conversation in the terminal, person and staff side by side, through the same inbox and outbox."""
