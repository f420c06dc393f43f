"""Nothing of the others leaks from help that returns: a word in every field, everybody who looks, every mail."""

import json
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest
from sqlmodel import Session

from app import build
from marketplace import privacy
from marketplace.models import Offer, OutboxMessage, Person, StaffRoleKind
from marketplace.permissions import Actor
from marketplace.queries import series as queries
from marketplace.series import changing, going_on, reminding, settling
from tests.support import rows
from tests.support.builders import a_coordinator, a_match, a_person
from tests.support.clock import NOW
from tests.support.series_builders import a_series, a_walker, joins, occurrences

PRIVATE: Final = ("last_name", "telephone", "email", "street")


def somebody(session: Session, who: str, number: int) -> Person:
    return a_person(
        session,
        f"Voor{who}",
        last_name=f"kanarienaam{who}",
        telephone=f"06 73{number:06d}",
        email=f"kanariemail{who}@voorbeeld.nl",
        street=f"kanariestraat{who}",
        house_number="1",
    )


def words_of(person: Person) -> dict[str, str]:
    return {field: str(getattr(person, field)) for field in PRIVATE}


@pytest.fixture
def circle(sessions) -> tuple[UUID, dict[str, UUID], dict[str, dict[str, str]]]:
    """Riet asks; Bea and Tom take turns; Ina comes once."""
    with sessions.begin() as session:
        people = {who: somebody(session, who, n) for n, who in enumerate(("riet", "bea", "tom", "ina"))}
        series = a_series(
            session, requester=people["riet"], places=2, street="kanariehulpstraat", house_number="7", is_at_home=True
        )
        offers: dict[str, Offer] = {
            who: a_walker(session, person=people[who], first_name=people[who].first_name)
            for who in ("bea", "tom", "ina")
        }
        for who in ("bea", "tom"):
            joins(session, series, offers[who])
        one = occurrences(session, series)[0]
        for who in ("bea", "tom"):
            for each in occurrences(session, series)[:1]:
                if each.person_id == people[who].id:
                    changing.refuse(session, occurrence_id=each.id, actor=Actor(people[who].id), now=NOW)
        session.refresh(one)
        if one.person_id is not None:
            changing.refuse(session, occurrence_id=one.id, actor=Actor(one.person_id), now=NOW)
        (search,) = queries.list_searches(session, series.id)
        a_match(session, search, offers["ina"])
        settling.settle(session, series, now=NOW)
        two = occurrences(session, series)[1]
        moved_to = two.starts_at + timedelta(days=1)
        changing.move(session, occurrence_id=two.id, starts_at=moved_to, actor=Actor(people["riet"].id), now=NOW)
        reminding.remind(session, NOW + timedelta(days=6, hours=1))
        reminding.ask_whether_on(session, NOW + timedelta(days=170))
        going_on.stop(
            session,
            series_id=series.id,
            last_on=NOW.date() + timedelta(days=60),
            actor=Actor(people["riet"].id),
            now=NOW,
        )
        return series.id, {who: one.id for who, one in people.items()}, {who: words_of(p) for who, p in people.items()}


@pytest.mark.database("sqlite")
def test_nobody_sees_on_the_page_of_a_series_what_is_not_for_them(page, sessions, sign_in, circle) -> None:
    """First names of helpers are for who asks; among helpers none; numbers, addresses and last names for nobody."""
    series_id, people, words = circle
    with sessions.begin() as session:
        others = {
            "planner": a_coordinator(session, "Rik", kind=StaffRoleKind.RIDE_PLANNER).person_id,
            "stranger": a_walker(session, "Sjaak").person_id,
        }
    for who, person_id in {**people, **others}.items():
        visitor = page.another()
        sign_in(visitor, person_id)
        for path in (f"/reeks/{series_id}", f"/reeks/{series_id}/stoppen", "/mijn"):
            answer = visitor.send("GET", path)
            if who in others and path != "/mijn":
                assert answer.status_code in (403, 404)
            for of, fields in words.items():
                found = [field for field, word in fields.items() if of != who and word in answer.text]
                assert not found, (who, path, of, found)
            assert "kanariehulpstraat" not in answer.text, (who, path)
            names = {of for of in words if f"Voor{of}" in answer.text}
            allowed = {"riet": set(words), "bea": {"riet", "bea"}, "tom": {"riet", "tom"}, "ina": {"riet", "ina"}}
            assert names <= allowed.get(who, set()), (who, path, names)


@pytest.mark.database("sqlite")
def test_no_mail_of_a_series_says_more_than_a_first_name(sessions, circle, settings, engine, clock) -> None:
    _, _, words = circle
    mails, written = build(settings, clock=clock, engine=engine).mails, set()
    with sessions.read() as session:
        for message in session.exec(rows.all_of(OutboxMessage)).all():
            mail = mails.word(session, message)
            if mail is None:
                continue
            written.add(message.kind.value)
            said = mail.subject + mail.text + mail.html
            found = [word for fields in words.values() for word in fields.values() if word in said]
            assert not found, (message.kind, found)
            assert "kanariehulpstraat" not in said
    assert {"occurrence_changed", "series_turns", "series_stops"} <= written


@pytest.mark.database("sqlite")
def test_what_one_takes_along_holds_nothing_of_the_others(sessions, circle) -> None:
    _, people, words = circle
    with sessions.read() as session:
        for who, person_id in people.items():
            told = json.dumps(privacy.export_person(session, actor=Actor(person_id), now=NOW))
            assert '"series"' in told
            found = [word for of, fields in words.items() if of != who for word in fields.values() if word in told]
            assert not found, (who, found)


@pytest.mark.database("sqlite")
def test_who_leaves_for_good_comes_to_nothing_any_more(sessions, circle) -> None:
    series_id, people, _ = circle
    with sessions.begin() as session:
        privacy.erase_person(session, session.get_one(Person, people["bea"]), key="x" * 32, now=NOW)
        settling.settle(session, queries.get_series(session, series_id), now=NOW)
        coming = [one for one in queries.list_occurrences(session, series_id) if one.starts_at > NOW]
        assert coming
        assert all(one.person_id != people["bea"] for one in coming)
