"""Cases: opening, routing, claiming, relaying, reminding and closing. Staff and person meet here."""
