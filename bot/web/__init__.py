"""All use of Starlette: what other machines and browsers reach us by."""
