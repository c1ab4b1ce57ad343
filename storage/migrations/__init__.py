"""Brings a database to the shape of `storage/models.py`: one change of the schema per file in `versions`.

Begin a new one with `python -m storage.migrations.upgrading 0003 "what it changes"`, write it by hand, and
move HEAD on. A test holds HEAD against the files, and the files against the models, on both databases.
"""

HEAD = "0004"  # the newest revision; standing here, so that an up-to-date database needs no Alembic to open
