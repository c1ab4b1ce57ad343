"""Runs Alembic; imported only when a database has to change."""

import sys
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

SCRIPTS = str(files("storage.migrations"))


def make_config(connection: Connection | None = None) -> Config:
    """Make Alembic's settings: no file, our scripts, the given connection."""
    config = Config()
    config.set_main_option("script_location", SCRIPTS)
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def known_revisions() -> set[str]:
    """Return every revision that this program knows."""
    return {script.revision for script in ScriptDirectory.from_config(make_config()).walk_revisions()}


def upgrade(connection: Connection) -> None:
    """Bring the database to the newest revision, within the connection's transaction."""
    command.upgrade(make_config(connection), "head")


if __name__ == "__main__":
    command.revision(make_config(), rev_id=sys.argv[1], message=sys.argv[2])
