"""Run by Alembic for each migration, on the connection that it was given."""

from alembic import context

from grader.store.migration import VERSION_TABLE
from grader.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite can't change a table in place
)
with context.begin_transaction():
    context.run_migrations()
