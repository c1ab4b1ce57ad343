"""Brings a database to the shape of `storage/models.py`: one change of the schema per file in `versions`.

A new one is written by hand, or with `alembic revision --autogenerate` from `storage/migrations/alembic.ini`;
then HEAD moves on (a test compares it with the files, and the files with the models).
"""

HEAD = "0001"  # the newest revision; standing here, so that an up-to-date database needs no Alembic to open
