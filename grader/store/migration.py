"""Bring a database to the tables of this version, whatever version made it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from grader.store.database import Database, Denied, lock
from grader.store.tables import METADATA

VERSION_TABLE = "store_version"
"""Where a database says which version made it."""


def config_for(connection: Connection) -> Config:
    """Tell Alembic where the migrations are, and what to run them on."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(database: Database) -> None:
    """Bring a database to the newest version; one that is there is left alone.

    Raises
    ------
    StoreError
        If a later grader made it, or the tables in it are another program's.
    """
    if not database.read(_is_newest):
        database.write(_upgrade)


def _upgrade(connection: Connection) -> None:
    lock(connection, VERSION_TABLE)
    if not _is_newest(connection):
        command.upgrade(config_for(connection), "head")


def _is_newest(connection: Connection) -> bool:
    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    )
    script = ScriptDirectory.from_config(config_for(connection))
    version = context.get_current_revision()
    if version is None:
        others = set(inspect(connection).get_table_names()) & set(METADATA.tables)
        # Whoever makes them says so in the same transaction, which may just have ended.
        version = context.get_current_revision()
        if others and version is None:
            issue = f"it has tables of another program: {', '.join(sorted(others))}"
            raise Denied(issue)
    if version not in {None, *(one.revision for one in script.walk_revisions())}:
        raise Denied("it was written by a later grader")
    return version == script.get_current_head()
