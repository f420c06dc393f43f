"""A backup is whole while people write, comes back on an empty place, and never brings back who left for good."""

import json
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path
from threading import Event as Signal
from threading import Thread

import pytest
from sqlmodel import Session, func, select

from marketplace import operations, privacy
from marketplace.database import Sessions, make_engine
from marketplace.models import Erasure, HelpRequest, Person
from marketplace.operations import CannotDo
from tests.support import builders, proof
from tests.support.clock import NOW
from tests.support.databases import Database, PostgresDatabase
from tests.support.processes import run_command

KEY = "only-for-the-tests-" + "0" * 32
WRITES = proof.count(20, 500)


@pytest.fixture(autouse=True)
def _what_was_restored_goes(database: Database) -> Iterator[None]:
    """A restored schema means the same but is spelt otherwise; the next test gets the migrations' own."""
    yield
    if isinstance(database, PostgresDatabase):
        database.make_anew()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept.backup"


def fill(sessions: Sessions, *names: str) -> None:
    with sessions.begin() as session:
        for name in names:
            person = builders.a_person(session, name)
            builders.a_request(session, requester=person)


def names(sessions: Sessions) -> set[str]:
    with sessions.read() as session:
        return set(session.exec(select(Person.first_name)))


def erase(session: Session, name: str) -> None:
    person = session.exec(select(Person).where(Person.first_name == name)).one()
    privacy.erase_person(session, person, key=KEY, now=NOW)


def test_a_backup_comes_back_with_every_row(database, sessions, file):
    """Also over a database that went on meanwhile: what was written after the backup is gone, and nothing else."""
    fill(sessions, "Anna", "Bert")
    made = operations.back_up(database.url, file, now=NOW)
    assert made.rows["help_request"] == 2
    fill(sessions, "Cor")
    database.engine.dispose()
    done = operations.restore(database.url, file, key=KEY, now=NOW, force=True)
    assert done.findings == []
    assert names(sessions) == {"Anna", "Bert"}
    assert done.manifest.rows == made.rows


def test_a_backup_is_its_owners_only_and_says_what_is_in_it(database, sessions, file):
    fill(sessions, "Anna")
    operations.back_up(database.url, file, now=NOW)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".backup")] == []
    with tarfile.open(file) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["rows"]["person"] == 1
    assert manifest["kind"] == database.kind
    assert "Anna" not in str(manifest)


def test_a_backup_made_while_people_write_is_one_moment(database, sessions, file):
    """Every request in it has its slot and its event; nothing acknowledged before it began is missing."""
    stop, acknowledged = Signal(), []

    def write() -> None:
        while not stop.is_set() and len(acknowledged) < WRITES * 10:
            fill(sessions, f"P{len(acknowledged)}")
            acknowledged.append(f"P{len(acknowledged)}")

    writer = Thread(target=write)
    writer.start()
    try:
        while len(acknowledged) < WRITES:
            pass
        before = set(acknowledged)
        operations.back_up(database.url, file, now=NOW)
        during = len(acknowledged) - len(before)
    finally:
        stop.set()
        writer.join()
    database.engine.dispose()
    done = operations.restore(database.url, file, key=KEY, now=NOW, force=True)
    assert done.findings == []
    assert before <= names(sessions) <= set(acknowledged)
    with sessions.read() as session:
        assert session.exec(select(func.count()).select_from(HelpRequest)).one() == len(names(sessions))
    proof.record(f"backup-{database.kind}", {"written before": len(before), "written during": during, "findings": 0})


def test_a_database_with_people_in_it_is_not_replaced_by_accident(database, sessions, file):
    fill(sessions, "Anna")
    operations.back_up(database.url, file, now=NOW)
    fill(sessions, "Bert")
    with pytest.raises(CannotDo, match="--force"):
        operations.restore(database.url, file, key=KEY, now=NOW)
    assert names(sessions) == {"Anna", "Bert"}


def test_who_left_for_good_stays_away_when_an_older_backup_comes_back(database, sessions, file, tmp_path):
    """The database that is replaced knows who was erased; where it is lost, a newer backup does."""
    fill(sessions, "Anna", "Bert", "Cor")
    operations.back_up(database.url, file, now=NOW)
    with sessions.begin() as session:
        erase(session, "Anna")
    newer = tmp_path / "newer.backup"
    operations.back_up(database.url, newer, now=NOW)
    with sessions.begin() as session:
        erase(session, "Bert")
    database.engine.dispose()

    done = operations.restore(database.url, file, key=KEY, now=NOW, force=True)
    assert (done.erased_again, done.findings) == (2, [])
    assert names(sessions) == {"Cor", "verwijderd persoon"}
    with sessions.read() as session:
        assert len(session.exec(select(Erasure)).all()) == 2

    database.engine.dispose()
    if database.kind == "sqlite":
        database.path.unlink()
        done = operations.restore(database.url, file, key=KEY, now=NOW, newer=newer)
        assert done.erased_again == 1
        assert "Anna" not in names(sessions)


@pytest.mark.database("sqlite")
def test_what_is_erased_again_is_nowhere_in_the_file(database, sessions, file):
    """Not in a table, not in a free page, not in the log beside it."""
    fill(sessions, "Wilhelmientje", "Cor")
    operations.back_up(database.url, file, now=NOW)
    with sessions.begin() as session:
        erase(session, "Wilhelmientje")
    database.engine.dispose()
    operations.restore(database.url, file, key=KEY, now=NOW, force=True)
    for path in database.path.parent.iterdir():
        assert b"Wilhelmientje" not in path.read_bytes(), path.name


@pytest.mark.parametrize("spoil", ["cut", "changed", "not a backup"])
def test_a_damaged_backup_changes_nothing(database, sessions, file, spoil):
    fill(sessions, "Anna")
    operations.back_up(database.url, file, now=NOW)
    content = bytearray(file.read_bytes())
    if spoil == "cut":
        content = content[: len(content) // 2]
    elif spoil == "changed":
        content[len(content) // 2] ^= 0xFF
    else:
        content = bytearray(b"Hello")
    file.write_bytes(content)
    fill(sessions, "Bert")
    database.engine.dispose()
    with pytest.raises(CannotDo):
        operations.restore(database.url, file, key=KEY, now=NOW, force=True)
    assert names(sessions) == {"Anna", "Bert"}


def test_a_backup_with_other_rows_than_it_says_changes_nothing(database, sessions, file, monkeypatch):
    """Nothing is taken on trust: the rows are counted again before the old database gives way."""
    fill(sessions, "Anna")
    operations.back_up(database.url, file, now=NOW)
    honest = operations.read_manifest(file)
    lying = operations.Manifest(**{**vars(honest), "rows": {**honest.rows, "person": 7}})
    monkeypatch.setattr(operations, "read_manifest", lambda _file: lying)
    database.engine.dispose()
    with pytest.raises(CannotDo, match="person"):
        operations.restore(database.url, file, key=KEY, now=NOW, force=True)
    assert names(sessions) == {"Anna"}


@pytest.mark.database("sqlite")
def test_a_spoilt_database_is_put_aside_and_replaced(database, sessions, file):
    fill(sessions, "Anna")
    operations.back_up(database.url, file, now=NOW)
    database.engine.dispose()
    database.path.write_bytes(b"this is no database" * 1000)
    with pytest.raises(CannotDo, match="cannot be read"):
        operations.restore(database.url, file, key=KEY, now=NOW)
    operations.restore(database.url, file, key=KEY, now=NOW, force=True)
    assert names(sessions) == {"Anna"}
    assert database.path.with_name(database.path.name + ".damaged").exists()


@pytest.mark.database("postgresql")
def test_without_the_programs_of_postgresql_it_says_what_to_install(database, file, monkeypatch):
    monkeypatch.setattr(operations, "PROGRAMS", "/nowhere")
    with pytest.raises(CannotDo, match="install PostgreSQL's client programs"):
        operations.back_up(database.url, file, now=NOW)
    assert not file.exists()


def test_the_commands_do_the_whole_drill(database, sessions, file, tmp_path):
    fill(sessions, "Anna", "Bert")
    environ = {"SECRET_KEY": KEY}
    told = run_command("backup", str(file), database_url=database.url, environ=environ)
    assert "sha256" in told
    database.engine.dispose()
    told = run_command("restore", str(file), "--force", database_url=database.url, environ=environ)
    assert told.endswith("Everything holds.\n")
    if database.kind == "sqlite":
        elsewhere = f"sqlite:///{tmp_path}/elsewhere/new.db"
        assert "Everything holds." in run_command("restore", str(file), database_url=elsewhere, environ=environ)
        engine = make_engine(elsewhere)
        assert names(Sessions(engine)) == {"Anna", "Bert"}
        engine.dispose()
