"""What each method of the Bot API does to the world; those that do nothing get a plausible answer."""

from tests.double.methods import chats, editing, files, sending, settings, topics
from tests.double.methods.registry import Request, answer

__all__ = ["Request", "answer", "chats", "editing", "files", "sending", "settings", "topics"]
