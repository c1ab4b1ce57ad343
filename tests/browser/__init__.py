"""The site, the chat and the desk, in a real browser."""
