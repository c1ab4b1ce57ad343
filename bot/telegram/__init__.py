"""All use of Telegram's Bot API: updates in, messages out."""
