"""The views that others rely on: their columns stay, and they say nothing that a stranger may not read."""

from typing import Final

import pytest
from sqlalchemy import text
from sqlmodel import Session

from marketplace.models import FileLook, NoticeKind
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person, a_request, a_volunteer, the_municipality
from tests.support.clock import NOW

# As docs/operations.md promises them, in this order. A column may be added at the end; none goes and none is renamed.
COLUMNS: Final = {
    "v_match": (
        "match_id municipality request_id slot_number requester_id volunteer_id proposal_id origin status made_at"
        " objection_until confirmed_at ended_at"
    ),
    "v_outbox": (
        "message_id municipality kind channel person_id state queued_at next_try_at attempts sent_at failed_at error"
    ),
    "v_audit": (
        "source seq municipality at kind acting_as actor_id person_id request_id slot_number proposal_id match_id"
    ),
}


def look_at(session: Session, view: str) -> list[dict]:
    found = session.execute(text(f"SELECT * FROM {view}"))
    return [dict(row._mapping) for row in found]


@pytest.mark.parametrize("view", COLUMNS)
def test_a_view_has_the_columns_that_are_promised(sessions, view):
    with sessions.read() as session:
        found = session.execute(text(f"SELECT * FROM {view}"))
        assert list(found.keys()) == COLUMNS[view].split()


def test_a_match_stands_in_its_view_with_both_people(sessions):
    with sessions.begin() as session:
        made = a_match(session, a_request(session), a_volunteer(session))
    with sessions.read() as session:
        (seen,) = look_at(session, "v_match")
        assert (seen["municipality"], seen["slot_number"], seen["status"], seen["origin"]) == (
            "oosterhout", 1, "agreed", "engine",
        )  # fmt: skip
        assert str(seen["match_id"]).replace("-", "") == made.id.hex
        assert seen["confirmed_at"] is seen["ended_at"] is None


@pytest.mark.parametrize(
    ("values", "state"),
    [
        pytest.param({}, "waiting", id="waiting"),
        pytest.param({"sent_at": NOW, "next_try_at": None}, "sent", id="sent"),
        pytest.param({"failed_at": NOW, "next_try_at": None}, "failed", id="failed"),
        pytest.param({"next_try_at": None, "error": "moot"}, "moot", id="moot"),
    ],
)
def test_a_message_is_in_one_of_four_states(sessions, values, state):
    with sessions.begin() as session:
        a_match(session, a_request(session), a_volunteer(session))
        (message,) = rows.outbox(session, NoticeKind.MATCH_FOR_VOLUNTEER)
        for name, value in values.items():
            setattr(message, name, value)
    with sessions.read() as session:
        seen = {row["kind"]: row["state"] for row in look_at(session, "v_outbox")}
        assert seen["match_for_volunteer"] == state


def test_the_audit_holds_what_happened_and_who_looked_without_anybodys_words(sessions):
    """Ids, moments and kinds: no text of a request, no reason that somebody typed."""
    with sessions.begin() as session:
        clerk, person = a_coordinator(session), a_person(session)
        a_request(session, text="Mijn knie doet zeer, wie helpt mij?")
        session.add(
            FileLook(
                municipality_id=the_municipality(session).id,
                staff_id=clerk.person_id,
                person_id=person.id,
                action="file_opened",
                reason="Belde over haar knie",
                at=NOW,
                chain="0" * 64,
            )
        )
    with sessions.read() as session:
        seen = look_at(session, "v_audit")
        assert [(row["source"], row["kind"]) for row in seen] == [("event", "request_posted"), ("look", "file_opened")]
        assert "knie" not in str(seen)
