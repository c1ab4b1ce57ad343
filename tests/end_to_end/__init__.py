"""The whole program as a process of its own, against the Bot API double over real HTTP."""
