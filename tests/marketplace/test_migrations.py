"""The migrations make exactly what the models say, on both databases, and can be taken back."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text
from sqlmodel import Session, SQLModel, select

from marketplace import catalogue, schema
from marketplace.database import make_engine
from marketplace.models import Municipality, Skill
from marketplace.settings import Settings
from matching.skills import Skill as SkillLine
from matching.skills import SkillTable, read_skills
from tests.support.clock import NOW

# Where alembic keeps at which revision the database is.
LEDGER = "alembic_version"


def test_a_migrated_database_is_at_the_newest_revision(engine):
    with engine.connect() as connection:
        assert schema.revision_of(connection) == schema.newest_revision()


# PostgreSQL gives the expression of a computed column back in other words; SQLite's is compared with the checks below.
@pytest.mark.filterwarnings("ignore:Computed default on offer.zone cannot be modified:UserWarning")
def test_the_migrations_leave_nothing_out(engine):
    """What alembic would still write between the migrated database and the models is nothing."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []


@pytest.mark.database("sqlite")
def test_sqlite_gets_the_checks_and_partial_indexes_of_the_models(engine, tmp_path):
    """Alembic does not compare CHECK constraints and WHERE clauses; their text is."""
    straight = make_engine(f"sqlite:///{tmp_path}/straight.db")
    SQLModel.metadata.create_all(straight)
    with engine.connect() as migrated, straight.connect() as made:
        assert sqlite_schema(migrated) == sqlite_schema(made)
    straight.dispose()


def sqlite_schema(connection: Connection) -> dict[str, list[str]]:
    """Each table and index with the lines of its definition, in any order."""
    rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'view'"))
    return {name: sorted(line.strip(' ,\t"') for line in sql.splitlines()) for name, sql in rows if name != LEDGER}


@pytest.mark.database("postgresql")
def test_postgresql_gets_the_checks_and_partial_indexes_of_the_models(engine):
    """The same, as PostgreSQL itself tells them: beside a schema that the models made directly."""
    with engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA straight"))
        straight = connection.execution_options(schema_translate_map={None: "straight"})
        SQLModel.metadata.create_all(straight)
        assert postgresql_schema(connection, "public") == postgresql_schema(connection, "straight")
        connection.rollback()


def postgresql_schema(connection: Connection, name: str) -> set[str]:
    """Every constraint and index of a schema, without the schema's name."""
    constraints = connection.execute(
        text(
            "SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
            " FROM pg_constraint WHERE connamespace = to_regnamespace(:name) AND conrelid <> 0"
        ),
        {"name": name},
    )
    indexes = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE schemaname = :name"), {"name": name})
    found = {row.replace(f"{name}.", "") for row in [*constraints.scalars(), *indexes.scalars()]}
    return {row for row in found if LEDGER not in row}


@pytest.fixture
def taken_back(engine: Engine) -> Iterator[Engine]:
    """The database before its first migration; the other tests get theirs back."""
    schema.downgrade(engine)
    yield engine
    schema.upgrade(engine)


def test_every_migration_can_be_taken_back_and_run_again(taken_back):
    """Downgrading leaves nothing but alembic's own empty table; upgrading makes everything again."""
    assert set(inspect(taken_back).get_table_names()) <= {LEDGER}
    schema.upgrade(taken_back)
    assert set(inspect(taken_back).get_table_names()) >= set(SQLModel.metadata.tables)


def test_foreign_keys_are_watched_again_after_a_migration_on_sqlite(database):
    """SQLite's are switched off while a table is made anew; a connection that stayed so would let anything in."""
    schema.upgrade(database.engine)
    if database.kind == "sqlite":
        with database.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1


# --- what every installation begins with ---------------------------------------------------------------------------


def test_migrating_brings_the_kinds_of_help_and_the_municipality(sessions):
    with sessions.read() as session:
        assert {skill.code for skill in session.exec(select(Skill))} == set(read_skills())
        assert [row.name for row in session.exec(select(Municipality))] == ["Oosterhout"]


def test_loading_the_kinds_of_help_again_changes_only_what_changed(sessions):
    """A label that was edited follows; a code that left the file stays, because requests may name it."""
    edited = SkillLine("garden.mowing", "house_garden_kitchen", "Maaien", "Mowing", frozenset({"vog"}), ("gras",))
    with sessions.begin() as session:
        catalogue.load_skills(session, SkillTable([edited]))
    with sessions.begin() as session:
        catalogue.load_skills(session, SkillTable([edited]))
        row = session.get_one(Skill, "garden.mowing")
        assert (row.label_nl, row.requires, row.synonyms) == ("Maaien", ["vog"], ["gras"])
        assert count_skills(session) == len(read_skills())


def count_skills(session: Session) -> int:
    return len(session.exec(select(Skill)).all())


def test_the_municipality_keeps_its_id_and_takes_the_new_telephone_number(sessions):
    with sessions.begin() as session:
        settings = Settings.from_environ({"TELEPHONE": "0162 - 11 11 11", "ORGANISATION": "Anderen"})
        row = catalogue.load_municipality(session, settings, now=NOW)
        assert row.id == catalogue.id_of("oosterhout")
    with sessions.read() as session:
        rows = session.exec(select(Municipality)).all()
        assert [(row.telephone, row.organisation) for row in rows] == [("0162 - 11 11 11", "Anderen")]
