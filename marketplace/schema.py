"""The schema of the database: which migration it is at, and bringing it to another one."""

from functools import cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

MIGRATIONS: Final = Path(__file__).resolve().parents[1] / "migrations"


def config(engine: Engine, *, migrations: Path = MIGRATIONS) -> Config:
    """What alembic needs to know; there is no alembic.ini, so that the environment is read in one place."""
    made = Config()
    made.set_main_option("script_location", str(migrations))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["engine"] = engine
    return made


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the schema up to a revision, by default the newest."""
    command.upgrade(config(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the schema back to a revision, by default to nothing at all."""
    command.downgrade(config(engine), revision)


@cache
def newest_revision() -> str | None:
    """The revision this code was written for."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(made).get_current_head()


def revision_of(connection: Connection) -> str | None:
    """The revision a database is at; None where it has never been migrated."""
    return MigrationContext.configure(connection).get_current_revision()


def require_writable(connection: Connection) -> None:
    """Write something that changes nothing; fails where the disk is full, read-only or the database away."""
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
