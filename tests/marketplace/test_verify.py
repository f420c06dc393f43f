"""`verify` is silent where everything holds, and finds each thing that cannot be: planted here one by one."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlmodel import select

from marketplace import file_looks, invariants, operations, privacy
from marketplace.models import Event, EventKind, FileLook, Match, MatchStatus, NoticeKind, OutboxMessage, Person
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer, the_municipality
from tests.support.clock import NOW
from tests.support.processes import run_command

KEY = "only-for-the-tests"


@pytest.fixture
def town(sessions) -> None:
    """Somebody asked, somebody said yes, a coordinator looked twice, and one more request is open."""
    with sessions.begin() as session:
        a_match(session, a_request(session), a_volunteer(session))
        a_request(session, requester=a_person(session, "Els"))
        clerk, person = a_coordinator(session), a_person(session, "Toos")
        for minutes in (0, 10, 20):
            file_looks.record(
                session,
                municipality_id=the_municipality(session).id,
                staff_id=clerk.person_id,
                person_id=person.id,
                action="file",
                reason="Belde zelf",
                now=NOW + timedelta(minutes=minutes),
            )


@pytest.fixture
def found(sessions, town) -> Callable[[], set[str]]:
    """The names of the invariants that are broken."""

    def look() -> set[str]:
        with sessions.read() as session:
            return {finding.invariant for finding in invariants.find_violations(session, now=NOW)}

    return look


@pytest.fixture
def plant(sessions) -> Callable[..., None]:
    """Run statements that no use case would, without the constraints that forbid them."""

    def plant(*statements: str) -> None:
        with sessions.engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
                connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.exec_driver_sql("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(text(statement))
            connection.commit()
            connection.invalidate()

    return plant


def test_nothing_is_found_where_everything_holds(found):
    assert found() == set()


# What is planted (statements that run on both databases), and the one invariant that must notice.
PLANTED = {
    "a volunteer's running matches are forgotten": (
        "UPDATE offer SET engaged = 0",
        "nobody_has_more_than_their_room",
    ),
    "an offer forgets when its volunteer has time": (
        "UPDATE offer SET week_in_brief = ''",
        "offers_say_what_their_rows_say",
    ),
    "an open request belongs to somebody who does not work here": (
        "UPDATE help_request SET owner_id = requester_id WHERE ended_at IS NULL",
        "every_open_request_is_somebodys",
    ),
    "an open request waits for a year": (
        "UPDATE help_request SET next_moment_at = '2027-06-01 00:00:00+00'",
        "every_open_request_is_somebodys",
    ),
    "a slot is free under a match": ("UPDATE slot SET status = 'free'", "states_agree"),
    "a slot is taken by nobody": ("UPDATE slot SET status = 'taken'", "states_agree"),
    "a request ended with a free slot": ("UPDATE help_request SET ended_at = posted_at", "states_agree"),
    "a match without an accepted proposal": ("UPDATE proposal SET status = 'declined'", "states_agree"),
    "a match that ended without a moment": ('UPDATE "match" SET ended_at = made_at', "states_agree"),
    "the making of a match is not in the history": (
        "DELETE FROM event WHERE kind = 'matched'",
        "every_match_happened_once_and_was_told",
    ),
    "the volunteer was never told": (
        "DELETE FROM outbox WHERE kind = 'match_for_volunteer'",
        "every_match_happened_once_and_was_told",
    ),
    "who asked was never told": (
        "DELETE FROM outbox WHERE kind = 'match_for_requester'",
        "every_match_happened_once_and_was_told",
    ),
    "a message goes to nobody": (
        "UPDATE outbox SET person_id = NULL, email = NULL",
        "no_message_without_a_cause",
    ),
    "a look was changed": (
        "UPDATE file_look SET reason = 'Iets anders' WHERE seq = (SELECT max(seq) FROM file_look)",
        "looks_are_chained",
    ),
    "a look was taken out": (
        "DELETE FROM file_look WHERE seq = (SELECT min(seq) + 1 FROM file_look)",
        "looks_are_chained",
    ),
    "somebody erased can still be reached": (
        "UPDATE person SET erased_at = created_at WHERE first_name = 'Toos'",
        "who_was_erased_is_gone",
    ),
    "an answer came before the question": (
        "UPDATE proposal SET answered_at = '2026-01-01 00:00:00+00'",
        "times_are_in_order",
    ),
    "an event points at nobody": (
        "UPDATE event SET actor_id = '00000000000000000000000000000001'",
        "every_reference_leads_somewhere",
    ),
}


@pytest.mark.parametrize(("statement", "invariant"), PLANTED.values(), ids=PLANTED)
def test_what_is_planted_is_found(found, plant, database, statement, invariant):
    if database.kind == "sqlite":
        statement = statement.replace("+00'", ".000000'")
    plant(statement)
    assert invariant in found()


@pytest.fixture
def whole_again(database):
    """Whatever is taken out of the tables themselves is back for the test after this one."""
    yield
    if database.kind == "postgresql":
        database.make_anew()


def test_a_slot_that_is_promised_twice_is_found(whole_again, sessions, found, plant):
    """The unique index forbids it; without the index it is found."""
    plant("DROP INDEX uq_match_standing_slot", "DROP INDEX uq_match_standing_pair")
    with sessions.begin() as session:
        match = session.exec(select(Match)).one()
        other = a_match(session, a_request(session), a_volunteer(session, "Bas"))
        other.request_id, other.slot_number, other.person_id = match.request_id, match.slot_number, match.person_id
        session.add(other)
    assert {"no_slot_is_promised_twice", "states_agree"} <= found()


def test_a_match_made_twice_over_in_the_history_is_found(sessions, found):
    with sessions.begin() as session:
        event = next(event for event in rows.all_events(session) if event.kind is EventKind.MATCHED)
        session.add(Event(**event.model_dump(exclude={"seq"})))
    assert found() == {"every_match_happened_once_and_was_told"}


def test_a_message_about_what_was_rolled_back_is_found(sessions, found):
    """Written in another transaction than the match it tells of, which then came to nothing."""
    with sessions.begin() as session:
        message = rows.outbox(session, NoticeKind.MATCH_FOR_VOLUNTEER)[0]
        message.subject = {**message.subject, "match": str(uuid4())}
        session.add(message)
    assert found() == {"no_message_without_a_cause"}


def test_what_privacy_forgets_is_no_finding(sessions, found):
    """Somebody erased, with everything that ends by it, leaves a database in which all holds."""
    with sessions.begin() as session:
        match = session.exec(select(Match)).one()
        privacy.erase_person(session, rows.person(session, match.person_id), key=KEY, now=NOW)
        assert match.status is MatchStatus.CANCELLED
        for message in session.exec(select(OutboxMessage)):
            message.email = None
    assert found() == set()


def test_an_empty_chain_is_no_finding(sessions, found):
    with sessions.begin() as session:
        for look in session.exec(select(FileLook)):
            session.delete(look)
    assert found() == set()


@pytest.mark.database("sqlite")
def test_a_spoilt_page_of_the_file_is_found(database, sessions, town):
    with sessions.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_event_at'"
        ).scalar_one()  # fmt: skip
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        connection.invalidate()
    database.engine.dispose()
    with database.path.open("r+b") as file:
        file.seek((page - 1) * size + size // 2)
        file.write(b"\x00\x01" * (size // 4))
    with sessions.read() as session:
        assert "the_file_is_whole" in {finding.invariant for finding in invariants.find_violations(session, now=NOW)}


@pytest.mark.database("sqlite")
def test_a_database_of_another_version_is_said_to_be_so(sessions, engine):
    with sessions.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert [finding.invariant for finding in operations.verify(engine, now=NOW)] == ["the_schema_is_ours"]


def test_the_command_ends_with_1_and_names_ids_only(database_url, sessions, town, plant):
    assert run_command("verify", database_url=database_url) == "Everything holds.\n"
    plant("UPDATE offer SET engaged = 0")
    with pytest.raises(AssertionError, match="ended with 1"):
        run_command("verify", database_url=database_url)


def test_what_is_written_meanwhile_is_no_finding(sessions, town, monkeypatch):
    """A message about a request that came between two questions looks as if it were about nothing."""

    def two_questions(session, _now):
        before = len(session.exec(select(Person.id)).all())
        with sessions.begin() as other:
            a_person(other, "Somebody new")
        if (after := len(session.exec(select(Person.id)).all())) != before:
            yield f"{before} people became {after}"

    monkeypatch.setattr(invariants, "INVARIANTS", (two_questions,))
    assert operations.verify(sessions.engine, now=NOW) == []
