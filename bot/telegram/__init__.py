"""All use of Telegram's Bot API: updates in, messages out."""

import os

# python-telegram-bot warns, each time it is told to wait, that this will be a timedelta one day; here it is one now.
os.environ.setdefault("PTB_TIMEDELTA", "1")
