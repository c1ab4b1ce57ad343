"""The library that the program uses takes the double for Telegram."""

from datetime import timedelta

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    ChatMemberAdministrator,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaPhoto,
    KeyboardButton,
    LinkPreviewOptions,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter, TimedOut

from tests.double import Double, Group, How, Person


def _message(update: Update) -> Message:
    assert update.message is not None
    return update.message


async def test_a_conversation_goes_both_ways(double: Double, bot: Bot, anna: Person) -> None:
    await anna.writes("moi")

    start, hello = await bot.get_updates(timeout=5, allowed_updates=["message", "callback_query"])
    buttons = InlineKeyboardMarkup([[InlineKeyboardButton("Kuopio", callback_data="campus:kuopio")]])
    await bot.send_message(
        _message(hello).chat_id,
        "<b>Moi</b> &amp; tervetuloa",
        parse_mode="HTML",
        reply_markup=buttons,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(_message(hello).message_id),
    )

    seen = await anna.hears("Moi & tervetuloa")
    assert (_message(start).text, _message(hello).text) == ("/start", "moi")
    assert _message(start).entities[0].type == "bot_command"
    assert seen.entities == [{"type": "bold", "offset": 0, "length": 3}]
    assert seen.source == "<b>Moi</b> &amp; tervetuloa"
    assert [button.text for button in seen.buttons] == ["Kuopio"]
    assert double.violations == []


async def test_a_press_is_answered_and_the_message_edited(double: Double, bot: Bot, anna: Person) -> None:
    await bot.get_updates()
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Kyllä", callback_data="yes")]])
    await bot.send_message(anna.id, "Haluatko jutella?", reply_markup=keyboard)

    press = await anna.presses_inline("Kyllä")
    update = (await bot.get_updates(offset=-1, timeout=5))[0]
    assert update.callback_query is not None
    assert update.callback_query.data == "yes"
    await bot.answer_callback_query(update.callback_query.id, "Selvä", show_alert=True)
    await bot.edit_message_text("Selvä homma", anna.id, anna.inbox[-1].id)

    assert (await press.answered())["text"] == "Selvä"
    seen = await anna.hears("Selvä homma")
    assert seen.versions == ["Haluatko jutella?"]
    assert seen.buttons == []
    assert double.violations == []


async def test_the_reply_keyboard_can_be_pressed(bot: Bot, anna: Person) -> None:
    anchor = ReplyKeyboardMarkup([[KeyboardButton("⚓ Haluan puhua ihmiselle")]], is_persistent=True)
    await bot.send_message(anna.id, "Moi", reply_markup=anchor)

    await anna.presses("⚓")

    update = (await bot.get_updates(offset=-1))[0]
    assert _message(update).text == "⚓ Haluan puhua ihmiselle"


async def test_a_forum_has_topics_that_staff_write_in(
    double: Double, bot: Bot, forum: Group, kuratori: Person
) -> None:
    topic = await bot.create_forum_topic(forum.id, "K-7 · kriisi")
    alert = await bot.send_message(forum.id, "K-7", message_thread_id=topic.message_thread_id)
    await bot.set_message_reaction(forum.id, alert.message_id, "👀")

    await kuratori.writes("moi", in_=forum, topic=topic.message_thread_id)

    created, written = await bot.get_updates()
    assert _message(created).to_dict()["forum_topic_created"]["name"] == "K-7 · kriisi"
    assert _message(created).to_dict()["from"]["id"] == bot.id
    assert _message(written).message_thread_id == topic.message_thread_id
    assert "forum_topic_created" in _message(written).to_dict()["reply_to_message"]
    assert [topic.name for topic in forum.topics] == ["K-7 · kriisi"]
    assert forum.message(alert.message_id).reactions == ["👀"]
    assert double.violations == []


async def test_files_go_up_and_down(double: Double, bot: Bot, anna: Person, forum: Group) -> None:
    await anna.sends_photo("katso", file=b"picture")
    photo = _message((await bot.get_updates(offset=-1))[0]).photo[-1]

    file = await bot.get_file(photo.file_id)
    content = bytes(await file.download_as_bytearray())
    await bot.send_document(
        forum.id, InputFile(b"log", filename="liite.txt"), caption="<i>liite</i>", parse_mode="HTML"
    )
    await bot.send_media_group(
        forum.id, [InputMediaPhoto(b"one"), InputMediaPhoto(photo.file_id, caption="kaksi")]
    )

    assert content == b"picture"
    document, first, second = forum.messages()
    assert (document.kind, document.text, document.raw["document"]["file_name"]) == (
        "document",
        "liite",
        "liite.txt",
    )
    assert first.raw["media_group_id"] == second.raw["media_group_id"]
    assert double.violations == []


async def test_commands_are_kept_by_scope_and_language(double: Double, bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()

    await bot.set_my_commands([BotCommand("apua", "Mistä saan apua")], scope=scope, language_code="fi")
    await bot.set_my_description("Matala on botti.", language_code="fi")

    assert [one.command for one in await bot.get_my_commands(scope=scope, language_code="fi")] == ["apua"]
    assert await bot.get_my_commands() == ()
    assert double.commands({"type": "all_private_chats"}, "fi") == ["apua"]
    assert (await bot.get_my_description("fi")).description == "Matala on botti."


async def test_chats_and_members_can_be_looked_up(
    bot: Bot, forum: Group, anna: Person, kuratori: Person
) -> None:
    chat = await bot.get_chat(forum.id)
    admins = await bot.get_chat_administrators(forum.id)
    member = await bot.get_chat_member(forum.id, kuratori.id)
    stranger = await bot.get_chat_member(forum.id, anna.id)

    assert (chat.title, chat.is_forum) == ("Kuopion tuki", True)
    assert [one.user.id for one in admins] == [bot.id]
    assert isinstance(admins[0], ChatMemberAdministrator)
    assert admins[0].can_manage_topics
    assert (member.status, stranger.status) == ("member", "left")
    assert (await bot.get_webhook_info()).url == ""


async def test_errors_arrive_as_the_library_s_own(
    double: Double, bot: Bot, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """delivery.py sorts by these classes."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns whenever it makes a RetryAfter
    await anna.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(anna.id, "moi")
    await anna.unblocks()

    double.breaks("sendMessage", How.TOO_MANY, retry_after=7)
    with pytest.raises(RetryAfter) as slowed:
        await bot.send_message(anna.id, "moi")
    assert slowed.value.retry_after == timedelta(seconds=7)

    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "moi")

    double.breaks("sendMessage", How.HANG_AFTER)
    with pytest.raises(TimedOut):
        await bot.send_message(anna.id, "kadonnut vastaus", read_timeout=0.1)
    assert (await anna.hears("kadonnut vastaus")).text


async def test_a_migrated_group_tells_its_new_id(double: Double, bot: Bot, kuratori: Person) -> None:
    group = double.group("Varkaus", [kuratori])
    old = await group.migrates()

    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(old, "moi")

    assert moved.value.new_chat_id == group.id
    leaving, arriving = await bot.get_updates()
    assert _message(leaving).migrate_to_chat_id == group.id
    assert _message(arriving).migrate_from_chat_id == old


async def test_a_wrong_token_is_refused(double: Double) -> None:
    with pytest.raises(InvalidToken):
        async with Bot("7000000001:wrong", base_url=f"{double.url}/bot"):
            pass


async def test_a_webhook_keeps_polls_out(double: Double, bot: Bot) -> None:
    await bot.set_webhook("https://127.0.0.1:9/hook")

    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
