"""What must not be lost, and when it must be forgotten."""
