"""The yardstick: the smallest bot that python-telegram-bot makes, with its stock polling and HTTP client."""

import asyncio
import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what was said."""
    if update.message is not None and update.message.text:
        await update.message.reply_text(update.message.text)


def main() -> None:
    """Poll until killed."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    root = os.environ["MATALA_TELEGRAM_API"]
    application = (
        Application.builder().token(os.environ["MATALA_TELEGRAM_TOKEN"]).base_url(f"{root}/bot").build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
