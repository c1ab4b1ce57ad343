"""The yardstick: the smallest bot that python-telegram-bot makes, with its stock polling and HTTP client."""

import asyncio
import os
import sys

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    """Say what was said."""
    if update.message is not None and update.message.text:
        await update.message.reply_text(update.message.text)


def main() -> None:
    """Poll until killed; an argument says how many updates to handle at once, which the stock bot does one by one."""
    asyncio.set_event_loop(asyncio.new_event_loop())
    root = os.environ["MATALA_TELEGRAM_API"]
    builder = Application.builder().token(os.environ["MATALA_TELEGRAM_TOKEN"]).base_url(f"{root}/bot")
    if len(sys.argv) > 1:
        builder = builder.concurrent_updates(int(sys.argv[1]))
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


if __name__ == "__main__":
    main()
