"""Organisations, their members, vacancies and activities, with the boring part filled in."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace.asks import Span
from marketplace.clubs import activities, founding, members, vacancies
from marketplace.clubs.activities import NewActivity
from marketplace.clubs.founding import Profile
from marketplace.clubs.vacancies import NewShift, NewVacancy
from marketplace.models import GroupActivity, HelpRequest, MemberRole, Organisation, Person, Vacancy
from marketplace.permissions import Actor
from marketplace.queries import organisations, people
from marketplace.queries import vacancies as vacancy_queries
from tests.support import builders
from tests.support.clock import NOW

BAR: Final = "club.hospitality"


def acting(session: Session, person: Person | UUID, *, now: datetime = NOW) -> Actor:
    """The person acting, with their roles and the organisations they act for."""
    known = people.get_person(session, person) if isinstance(person, UUID) else person
    actor = builders.actor_for(session, known, now=now)
    return Actor(actor.person_id, actor.first_name, actor.roles, organisations.list_edited_by(session, known.id))


def an_organisation(
    session: Session, name: str = "VV Oosterhout", *, owner: Person | None = None, is_seen: bool = True, **more: Any
) -> tuple[Organisation, Actor]:
    """A football club and its owner, ready to act; staff have seen it unless a test says otherwise."""
    owner = owner or builders.a_person(session, "Frans")
    fields = {
        "about": "Een voetbalclub voor jong en oud, met veertig teams en een gezellige kantine.",
        "place": builders.place(),
        "website": "https://www.vvoosterhout.example",
    }
    organisation = founding.found(
        session,
        Profile(name=name, **{**fields, **more}),
        municipality=builders.the_municipality(session),
        actor=Actor(owner.id, owner.first_name),
        now=NOW,
    )
    if is_seen:
        founding.confirm(
            session, organisation_id=organisation.id, actor=builders.a_coordinator(session, "Stef"), now=NOW
        )
    return organisation, acting(session, owner)


def a_member(
    session: Session, organisation: Organisation, owner: Actor, role: MemberRole = MemberRole.EDITOR, name: str = "Ed"
) -> Actor:
    """Somebody who was invited and joined."""
    person = builders.a_person(session, name)
    assert person.email is not None
    invitation = members.invite(
        session, organisation_id=organisation.id, email=person.email, role=role, actor=owner, now=NOW
    )
    members.join(session, invitation_id=invitation.id, actor=Actor(person.id), now=NOW)
    return acting(session, person)


def a_shift(hours_ahead: float = 96, length_h: float = 3, slots: int = 1, *, now: datetime = NOW) -> NewShift:
    """So many hours from now, for so many people."""
    starts_at = now + timedelta(hours=hours_ahead)
    return NewShift(Span(starts_at, starts_at + timedelta(hours=length_h)), slots)


def a_vacancy(
    session: Session,
    organisation: Organisation,
    owner: Actor,
    *shifts: NewShift,
    now: datetime = NOW,
    **more: Any,
) -> tuple[Vacancy, list[HelpRequest]]:
    """A vacancy behind the bar, and the requests of its shifts, the first first."""
    fields: dict[str, Any] = {
        "title": "Helpen in de kantine bij het voorjaarstoernooi",
        "text": "U schenkt koffie en limonade en bakt tosti's.",
        "skill_code": BAR,
        "place": builders.place(),
        "shifts": shifts if shifts or "weekly" in more else (a_shift(),),
    }
    vacancy = vacancies.post(
        session,
        NewVacancy(**{**fields, **more}),
        organisation_id=organisation.id,
        municipality=builders.the_municipality(session),
        actor=owner,
        now=now,
    )
    rows = vacancy_queries.list_shifts(session, [vacancy.id])[vacancy.id]
    return vacancy, [session.get_one(HelpRequest, row.request_id) for row in rows]


def an_activity(session: Session, organisation: Organisation, owner: Actor, **more: Any) -> GroupActivity:
    """Walking football, in three days."""
    fields: dict[str, Any] = {
        "title": "Wandelvoetbal voor zestigplussers",
        "text": "Een uur rustig voetballen, daarna koffie. Schoenen met noppen hoeft niet.",
        "venue": "Sportpark De Warande",
        "starts_at": NOW + timedelta(days=3),
        "ends_at": NOW + timedelta(days=3, hours=2),
        "places": 12,
    }
    return activities.make(
        session, NewActivity(**{**fields, **more}), organisation_id=organisation.id, actor=owner, now=NOW
    )
