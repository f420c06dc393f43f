"""Who left for good is nowhere left: not in tables, free pages, the write-ahead log, or what a dump holds."""

import logging
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
from sqlmodel import Session

from marketplace import drafts, history, privacy, signing
from marketplace.database import clean
from marketplace.models import ActingAs, DraftKind, EventKind, Password
from marketplace.permissions import Actor
from tests.support import builders, proof
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer, the_municipality
from tests.support.clock import NOW
from tests.support.databases import Database
from tests.support.site import sign_in_token

KEY = "a-key-that-only-the-tests-have-0123456789"
LATER = NOW + timedelta(hours=1)
# One for each place in which something of a person can stand.
CANARIES = tuple(
    f"kanarie{word}" for word in
    ("voornaam", "achternaam", "mail", "straat", "vraag", "zin", "doel", "notitie", "concept", "organist", "reden")
)  # fmt: skip
TELEPHONE = "06 13572468"


def live_and_leave(database: Database, number: int) -> None:
    """Somebody asks, helps, is written about, signs in, begins a draft; then leaves."""
    with database.sessions.begin() as session:
        person_id = _live(session, number)
    sign_in_token(database.sessions, person_id, now=NOW)
    _make_noise(database)
    with database.sessions.begin() as session:
        privacy.erase(session, actor=Actor(person_id), key=KEY, now=LATER)


def _live(session: Session, number: int) -> UUID:
    voornaam, achternaam, mail, straat, vraag, zin, doel, notitie, concept, organist, reden = CANARIES
    where = the_municipality(session)
    person = a_person(
        session, f"{voornaam}{number}", last_name=achternaam, email=f"{mail}{number}@voorbeeld.nl",
        telephone=TELEPHONE, street=straat, house_number="1",
    )  # fmt: skip
    request = a_request(
        session, requester=person, text=f"{vraag} " * 60, street=straat, house_number="1", organisation_name=""
    )
    request.destination = {**builders.place().__dict__, "name": doel, "precision": "postcode4"}
    session.add(request)
    carla = a_coordinator(session, f"Carla{number}")
    history.about_request(
        session, EventKind.CASE_NOTED, request, at=NOW, acting_as=ActingAs.STAFF,
        actor_id=carla.person_id, text=f"{notitie} over {voornaam}{number} {achternaam}",
    )  # fmt: skip
    privacy.look_into_file(
        session, actor=carla, person_id=person.id, municipality_id=where.id, action="file",
        reason=f"{reden} {achternaam}", now=NOW,
    )  # fmt: skip
    helping = a_volunteer(session, person=person, sentence=zin)
    a_match(session, a_request(session), helping)
    answers = {"first_name": concept, "email": f"{mail}{number}@voorbeeld.nl", "organisation_name": organist}
    draft, _token = drafts.begin(session, DraftKind.REQUEST, municipality_id=where.id, now=NOW, answers=answers)
    signing.ask_link(
        session, email=f"{mail}{number}@voorbeeld.nl", municipality_id=where.id, now=NOW, draft_id=draft.id
    )
    session.add(Password(person_id=person.id, hash="kanariesleutel", changed_at=NOW))
    session.flush()
    return person.id


def _make_noise(database: Database) -> None:
    """Others come and go, so that pages are split, freed and used again."""
    for _ in range(5):
        with database.sessions.begin() as session:
            a_request(session, text="Iets anders. " * 50)


def bytes_left(database: Database) -> dict[str, int]:
    """How often each canary stands anywhere that the database keeps."""
    kept = _files_of(database) if database.kind == "sqlite" else _dump_of(database)
    found = {word: kept.count(word.encode()) for word in (*CANARIES, "kanariesleutel", TELEPHONE)}
    return {word: times for word, times in found.items() if times}


def _files_of(database: Database) -> bytes:
    path = Path(database.url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.iterdir() if one.is_file())


def _dump_of(database: Database) -> bytes:
    """Every value of every table as text, and what `pg_dump` writes where it is there."""
    return _values_of(database) + _pg_dump_of(database)


def _pg_dump_of(database: Database) -> bytes:
    program = shutil.which("pg_dump")
    if program is None:
        return b""
    dumped = subprocess.run([program, "--no-owner", database.url], capture_output=True, check=True)
    assert b"CREATE TABLE public.person" in dumped.stdout, "this is a dump of the tables that were looked at"
    return dumped.stdout


def _values_of(database: Database) -> bytes:
    with psycopg.connect(database.url, autocommit=True) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        kept = b""
        for (table,) in tables:
            with connection.cursor().copy(f'copy public."{table}" to stdout') as rows:
                kept += b"".join(bytes(row) for row in rows)
        return kept


def test_nothing_of_who_left_can_be_found_in_the_database(database):
    """The canaries are there before, so the search finds what there is; afterwards there are none."""
    with database.sessions.begin() as session:
        _live(session, 0)
    before = bytes_left(database)
    assert set(before) >= {*CANARIES, "kanariesleutel", TELEPHONE}, "the search must be able to find them"
    database.reset()
    for number in range(proof.count(reduced=2, full=20)):
        live_and_leave(database, number)
    assert clean(database.engine)
    assert bytes_left(database) == {}


def test_nothing_of_who_left_stands_in_the_log_files(page, database, sessions, sign_in, clock, tmp_path):
    """All that the site logs at its loudest while somebody asks, is looked up, helps and leaves, kept in a file."""
    file = tmp_path / "site.log"
    handler = logging.FileHandler(file)
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with sessions.begin() as session:
            person_id = _live(session, 0)
            carla = a_coordinator(session, "Carla").person_id
        desk = page.another()
        sign_in(desk, carla)
        desk.get("/werk/nieuwe-vraag").post("/werk/nieuwe-vraag/zoeken", {"name": f"{CANARIES[0]}0 {CANARIES[1]}"})
        sign_in(page, person_id)
        page.get("/mijn")
        page.get("/mijn/privacy/verwijderen").submit("Ja, verwijder alles")
        logging.getLogger("marketplace").debug("the log is read: %s", person_id)
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        handler.close()
    logged = file.read_bytes()
    assert str(person_id).encode() in logged, "the search must be able to find what was logged"
    assert [word for word in (*CANARIES, TELEPHONE) if word.encode() in logged] == []
    assert bytes_left(database) == {}


def test_dead_rows_are_gone_after_cleaning(database):
    """Cleaning twice, or with nothing to clean, is harmless; the database goes on."""
    live_and_leave(database, 1)
    assert clean(database.engine)
    assert clean(database.engine), "a second time there is nothing to do"
    with database.sessions.begin() as session:
        a_request(session)
    with database.sessions.read() as session:
        assert session.connection().exec_driver_sql("select count(*) from help_request").scalar_one() > 0
