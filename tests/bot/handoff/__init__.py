"""Cases as staff and people meet them; on a real SQLite database and with the library that goes out."""
