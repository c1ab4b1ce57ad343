"""What the program costs, measured beside a bare echo bot in the same run: read the ratios, not the milliseconds."""
