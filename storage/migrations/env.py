"""What Alembic runs. The program hands over its own connection, inside a transaction that it commits."""

from alembic import context

from storage.models import METADATA

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations run by themselves when the program opens its database.")

context.configure(
    connection=connection,
    target_metadata=METADATA,
    transactional_ddl=True,  # SQLite too: its DDL rolls back, once nobody commits behind our back
    render_as_batch=True,  # SQLite changes a table by copying it
)
context.run_migrations()
