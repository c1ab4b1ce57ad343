"""The running program: channels at the edges, dialogue and handoff deciding, the worker in the middle."""
