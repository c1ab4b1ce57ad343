"""The `matala` command: a subcommand parses, calls, prints."""

import argparse
import asyncio
import collections
import logging
import sys
from collections.abc import Callable, Coroutine, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

from bot import commands_content, json_lines, json_text, logs
from bot.json_lines import LineError
from bot.settings import EVERY_CAMPUS, Settings, SettingsError, read_settings, strange_names
from content.faults import ContentError
from content.library import PACKS_DIR, Library, load
from content.sources import pack_names

OK, FAILED, USAGE = 0, 1, 2
SHOWN = 20  # clusters of unanswered messages, unless told: more are not worked through in one sitting


class UsageError(Exception):
    """A command was called with something that it cannot work on."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code: 0 done, 1 failed, 2 called wrongly."""
    options = _parser().parse_args(arguments)
    sys.exit(_run(options))


def _run(options: argparse.Namespace) -> int:
    try:
        code: int = options.command(options)
        return code
    except (UsageError, LineError) as error:
        print(f"matala {options.name}: {error}\ntry: matala {options.name} --help", file=sys.stderr)
        return USAGE
    except ContentError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)
        return FAILED
    except SettingsError as error:
        print(f"matala: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        return OK  # whoever read our output has seen enough
    except KeyboardInterrupt:
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="matala", description="Help, and a human, with one message.")
    parser.add_argument("--version", action="version", version=f"matala {metadata.version('matala')}")
    commands = parser.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def add(name: str, command: Any, text: str, *, has_pack: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        sub.set_defaults(command=command)
        if has_pack:
            sub.add_argument("--pack", help="the institution's pack (default: MATALA_PACK, else sakky)")
        return sub

    add(
        "run",
        on_run,
        "run the program: the Telegram bot and the web; without a token the web alone, on this machine",
    )
    add("chat", on_chat, "talk with the bot in the terminal, as a student and as staff")
    commands_content.register(add)
    add("learn", on_learn, "learn what the packs teach, ahead of the first start", has_pack=False)
    classify = add(
        "classify", on_classify, "read JSON lines on standard input, write how each was understood"
    )
    classify.epilog = json_lines.FORMAT
    explain = add("explain", on_explain, "show how a text is understood")
    explain.add_argument("text", help="what somebody wrote")
    explain.add_argument("--role", choices=["student", "guardian", "staff"])
    match = add("match", on_match, "match queries on standard input with labelled examples", has_pack=False)
    match.add_argument(
        "--train", required=True, type=Path, metavar="PAIRS.jsonl", help='lines of {"text", "label"}'
    )
    evaluate = add("evaluate", on_evaluate, "score labelled files")
    evaluate.epilog = json_lines.FORMAT
    evaluate.add_argument("files", nargs="+", type=Path, metavar="FILE.jsonl")
    evaluate.add_argument(
        "--tune",
        action="store_true",
        help="choose the thresholds by these files and write them into the pack",
    )
    _add_unanswered(
        add("unanswered", on_unanswered, "list what was not understood; make it a topic's phrase, or drop it")
    )
    code = add(
        "staff-code", on_staff_code, "make a one-time code that binds a group as staff chat: /liity CODE"
    )
    code.add_argument(
        "--campus", required=True, help="the campus, or '*' for all that have no group of their own"
    )
    chats = add("staff-chats", on_staff_chats, "list the groups that are staff chats")
    chats.add_argument(
        "--unbind", type=int, metavar="CHAT", help="the id of a group that shall be none any more"
    )
    counted = add("counts", on_counts, "list, by day, the updates that were passed over or could not be read")
    counted.add_argument("--days", type=int, default=30, help="how many days back, today included (30)")
    flagged = add("flagged", on_flagged, "list what staff have flagged as out of date (/vanhentunut)")
    flagged.add_argument("--done", metavar="ID", help="take the flag down: it was looked at")
    _add_desk(add)
    return parser


def _add_desk(add: Any) -> None:
    link = add("desk-link", on_desk_link, "make a link by which somebody of the staff enters the desk, once")
    link.add_argument("--campus", help="see the cases of this campus's staff chat alone (default: all)")
    link.add_argument("--name", help="for whom it is: colleagues and the log see this name")
    sessions = add("desk-sessions", on_desk_sessions, "list who is at the desk; show somebody out")
    sessions.add_argument("--end", metavar="NAME", help="end the visits of everybody of this name")
    sessions.add_argument("--end-all", action="store_true", help="end all visits")
    audit = add("audit", on_audit, "list who saw or did what at the desk, without texts")
    audit.add_argument("--case", metavar="K-7", help="only what concerns this case")


def _add_unanswered(listing: argparse.ArgumentParser) -> None:
    listing.add_argument("--limit", type=int, default=SHOWN, metavar="N", help=f"clusters to show ({SHOWN})")
    listing.add_argument("--json", action="store_true", help="one JSON object for each cluster")
    listing.add_argument("--done", action="store_true", help="those that a keeper has attached to a topic")
    actions = listing.add_subparsers(dest="action", metavar="ACTION")
    attach = actions.add_parser("attach", help="make the texts phrases of a topic, and show the change")
    attach.add_argument("reference", metavar="CLUSTER-OR-ID")
    attach.add_argument("topic", metavar="TOPIC")
    attach.add_argument(
        "--pack-file",
        type=Path,
        metavar="FILE",
        help="phrases/TOPIC.yaml of common or of a school (common's)",
    )
    attach.add_argument("--as", dest="wording", metavar="PHRASE", help="the phrase, in your own words")
    attach.add_argument("--language", choices=["fi", "sv", "en"], help="if it was guessed wrong")
    drop = actions.add_parser("drop", help="delete what teaches nothing")
    drop.add_argument("references", nargs="+", metavar="CLUSTER-OR-ID")


# ---------------------------------------------------------------- running


def on_run(options: argparse.Namespace) -> int:
    """Run the bot and the web; without a token, the web alone."""
    settings = _settings(options)
    logs.set_up()
    library = load(settings.pack, cache_dir=settings.cache_dir)
    # After the library: what reading it took and left free, some twenty megabytes, is used by what comes here.
    from bot.app import run_telegram, run_web

    if settings.telegram_token is None:
        print("No MATALA_TELEGRAM_TOKEN is set: serving the web alone.", file=sys.stderr)
        return _guarded(run_web(settings, library, print), loop=_quick_loop())
    return _guarded(run_telegram(settings, library), loop=_quick_loop())


def _quick_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes uvloop's event loop, with which a message takes a tenth less; None where there is none."""
    try:
        import uvloop
    except ImportError:  # it is not made for every system
        return None
    return uvloop.new_event_loop


def on_chat(options: argparse.Namespace) -> int:
    """Talk in the terminal."""
    return _chat(_settings(options))


def _chat(settings: Settings) -> int:
    from bot.app import run_terminal

    logs.set_up(logging.ERROR)
    return _guarded(run_terminal(settings))


def on_staff_code(options: argparse.Namespace) -> int:
    """Make a one-time code for a staff group."""
    settings = _settings(options)
    library = load(settings.pack, cache_dir=settings.cache_dir)
    if options.campus != EVERY_CAMPUS and options.campus not in library.campuses:
        raise UsageError(f"no campus {options.campus}: choose one of {', '.join(library.campuses)} or '*'")
    from bot.commands_database import make_staff_code

    return _guarded(make_staff_code(settings, options.campus, print))


def on_staff_chats(options: argparse.Namespace) -> int:
    """List the staff chats; unbind one."""
    from bot.commands_database import show_staff_chats

    unbind = None if options.unbind is None else str(options.unbind)
    return _guarded(show_staff_chats(_settings(options), unbind, print))


def on_desk_link(options: argparse.Namespace) -> int:
    """Make a link into the desk."""
    settings = _settings(options)
    if options.campus is not None:
        library = load(settings.pack, cache_dir=settings.cache_dir)
        if options.campus not in library.campuses:
            raise UsageError(f"no campus {options.campus}: choose one of {', '.join(library.campuses)}")
    from bot.commands_desk import make_desk_link

    return _guarded(make_desk_link(settings, options.campus, options.name, print))


def on_desk_sessions(options: argparse.Namespace) -> int:
    """List who is at the desk; show somebody out."""
    from bot.commands_desk import show_desk_sessions

    settings, ends_all = _settings(options), options.end_all
    return _guarded(show_desk_sessions(settings, options.end, print, ends_all=ends_all))


def on_audit(options: argparse.Namespace) -> int:
    """List who saw or did what at the desk."""
    from bot.commands_desk import show_audit

    return _guarded(show_audit(_settings(options), options.case, print))


def on_counts(options: argparse.Namespace) -> int:
    """List what came in and was passed over, or could not be read."""
    from bot.commands_database import show_counts

    if options.days < 1:
        raise UsageError("--days must be at least 1")
    return _guarded(show_counts(_settings(options), options.days, print))


def on_unanswered(options: argparse.Namespace) -> int:
    """List what was not understood; attach it to a topic; drop it."""
    from bot import unanswered
    from content.phrasebook import CannotAttach

    if options.limit < 1:
        raise UsageError("--limit must be 1 or more")
    settings = _settings(options)
    match options.action:
        case "attach":
            rewriting = unanswered.Rewriting(options.pack_file, options.wording, options.language)
            job = unanswered.attach_to(settings, options.reference, options.topic, print, rewriting)
        case "drop":
            job = unanswered.drop(settings, options.references, print)
        case _:
            is_json, is_done = options.json, options.done
            job = unanswered.show(settings, print, limit=options.limit, is_json=is_json, is_done=is_done)
    try:
        return _guarded(job)
    except (CannotAttach, unanswered.NoSuchMessage) as error:
        raise UsageError(str(error)) from None


def on_flagged(options: argparse.Namespace) -> int:
    """List what staff say is out of date; take a flag down."""
    from bot.commands_database import show_flagged

    return _guarded(show_flagged(_settings(options), options.done, print))


def _guarded(
    job: Coroutine[Any, Any, None], *, loop: Callable[[], asyncio.AbstractEventLoop] | None = None
) -> int:
    """Run a job, in a loop of Python's own or of another make; say in one line what keeps it from starting."""
    from bot.program import PartFailed
    from storage.crypto import BadKey, WrongKey
    from storage.database import DatabaseAway, DatabaseTooNew, DatabaseUrlError

    try:
        with asyncio.Runner(loop_factory=loop) as runner:
            runner.run(job)
    except (BadKey, WrongKey, DatabaseAway, DatabaseTooNew, DatabaseUrlError, PartFailed) as error:
        print(f"matala: {error}", file=sys.stderr)
        return FAILED
    return OK


# ---------------------------------------------------------------- content and understanding


def on_learn(_: argparse.Namespace) -> int:
    """Learn what all packs teach, so that no start has to wait for it."""
    cache_dir = read_settings().cache_dir
    for pack in pack_names(PACKS_DIR):
        load(pack, cache_dir=cache_dir)
        print(f"{pack}: learnt")
    return OK


def on_classify(options: argparse.Namespace) -> int:
    """Read {"id", "text", "role"?, "lang"?} lines; write language, topic, candidates and risk of each."""
    library = _library(options)
    for utterance in json_lines.texts(sys.stdin):
        understood = library.reader.understand(utterance["text"], role=utterance.get("role"))
        answer = {
            "id": utterance.get("id"),
            "lang": understood.language or utterance.get("lang") or "fi",
            "topic": understood.topic,
            "candidates": [[each.topic, each.score] for each in understood.candidates],
            "risk": understood.risk.level.name.lower(),
            "reason": understood.risk.reason,
        }
        print(json_text.write(answer), flush=True)
    return OK


def on_explain(options: argparse.Namespace) -> int:
    """Show a person how a text was understood."""
    print(_library(options).reader.explain(options.text, role=options.role))
    return OK


def on_match(options: argparse.Namespace) -> int:
    """Build a matcher from labelled lines; rank the queries on standard input as they come."""
    from intents.knowledge import Example
    from intents.learning import learn
    from intents.matcher import Matcher

    try:
        with options.train.open(encoding="utf-8") as file:
            pairs = [pair for _, pair in json_lines.objects(file, "text", "label")]
    except OSError as error:
        raise UsageError(f"{options.train} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise UsageError(f"{options.train} is not written in UTF-8: save it so") from None
    matcher = Matcher(learn([Example(str(pair["text"]), topic=str(pair["label"])) for pair in pairs]))
    for _, query in json_lines.objects(sys.stdin, "text"):
        ranked = matcher.rank(str(query["text"]), with_phrases=False)
        candidates = [[each.topic, each.score] for each in ranked]
        print(json_text.write({"id": query.get("id"), "candidates": candidates}), flush=True)
    return OK


def on_evaluate(options: argparse.Namespace) -> int:
    """Score labelled files and print the figures."""
    from intents import evaluate

    labelled: list[evaluate.Labelled] = []
    for path in options.files:
        try:
            with path.open(encoding="utf-8") as file:
                lines = file.readlines()
            collections.deque(json_lines.texts(lines, "risk"), maxlen=0)  # it tells more than what follows
            labelled += evaluate.parse(lines)
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError:
            raise UsageError(f"{path} is not written in UTF-8: save it so") from None
        except (evaluate.LabelError, LineError) as error:
            raise UsageError(f"{path}: {error}") from error
    library = _library(options)
    if options.tune:
        from content.tuning import tune

        path = tune(library, labelled)
        print(f"The thresholds are in {path}; with them:")
        library = _library(options)
    print(evaluate.report(evaluate.evaluate(library.reader, labelled)))
    return OK


def _settings(options: argparse.Namespace) -> Settings:
    for name, nearest in strange_names():
        meant = f": did you mean {nearest}?" if nearest else ", and does nothing"
        print(f"matala: warning: {name} is no setting{meant}", file=sys.stderr)
    return read_settings(**({"pack": options.pack} if options.pack else {}))


def _library(options: argparse.Namespace) -> Library:
    settings = _settings(options)
    return load(settings.pack, cache_dir=settings.cache_dir)


if __name__ == "__main__":
    main()
