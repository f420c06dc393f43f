"""Asking for help: posting a request, looking further, and withdrawing it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import consent, due, history, notices, openings, ownership, permissions, screening
from marketplace.asks import RIDE, NewRequest, check_request
from marketplace.errors import AccountBlocked, IllegalTransition, InvalidInput
from marketplace.models import (
    ActingAs,
    AskerKind,
    ConsentKind,
    EventKind,
    HelpRequest,
    Municipality,
    NoticeKind,
    Relation,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import blocks, market, moderation, requests
from marketplace.trips import RIDES

LOOK_FURTHER: Final = timedelta(days=7)


@dataclass(frozen=True)
class Representative:
    """Who asks in somebody's name, and what they are to each other."""

    person_id: UUID
    relation: Relation


def post_request(
    session: Session,
    asked: NewRequest,
    *,
    municipality: Municipality,
    requester_id: UUID,
    actor: Actor,
    now: datetime,
    representative: Representative | None = None,
) -> HelpRequest:
    """Post a request; its first round is due at once. Posting is the requester's yes.

    Somebody else than the requester may post as staff who type in what they were told, or as the representative
    who asks in their name; the requester is told then, and how to stop it. Raises InvalidInput, NotAllowed, or
    AccountBlocked.
    """
    is_typed_in = actor.person_id not in (requester_id, representative.person_id if representative else None)
    permissions.require(not is_typed_in or actor.has_role(municipality.id, permissions.CASE_WORKERS))
    for person_id in dict.fromkeys((requester_id, representative.person_id if representative else requester_id)):
        if blocks.is_suspended(session, person_id):
            raise AccountBlocked(person_id)
    skills = market.read_skill_table(session)
    check_request(asked, skills=skills, now=now, municipality=municipality.name)
    check_ride_notice(asked, now)
    request = openings.store(session, asked, municipality.id, requester_id, actor if is_typed_in else None, now)
    if representative is not None:
        _represent(session, request, representative, actor=actor, now=now)
    acting = _acting(asked, is_typed_in)
    openings.announce(session, request, asked, skills, acting=acting, actor=actor, now=now)
    report = screening.screen_request(session, request, now=now)
    if report is None or not report.is_held:
        notices.about_request(session, NoticeKind.REQUEST_POSTED, request, to=notices.told_for(request), at=now)
    return request


def look_further(session: Session, *, request_id: UUID, actor: Actor, now: datetime) -> HelpRequest:
    """The requester taps "verder zoeken": a week more, and the engine asks again. Raises NotAllowed."""
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.is_requester(actor, request))
    if not requests.list_slots(session, request_id, SlotStatus.FREE):
        raise IllegalTransition("request", "without a free slot", "look further")
    if moderation.is_set_aside(session, request):
        raise IllegalTransition("request", "read by a person first", "look further")
    request.respond_by = max(request.respond_by, now + LOOK_FURTHER)
    request.version_at = now
    ownership.give_to_engine(request, now=now)
    session.add(request)
    history.about_request(
        session,
        EventKind.REQUEST_WIDENED,
        request,
        at=now,
        acting_as=permissions.acting_as_in(actor, request),
        actor_id=actor.person_id,
        respond_by=request.respond_by.isoformat(),
    )
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)
    return request


def withdraw_request(
    session: Session, *, request_id: UUID, actor: Actor, now: datetime, because: str = ""
) -> HelpRequest:
    """The requester no longer needs help: whoever was asked or had agreed is told. Raises NotAllowed.

    ``because`` is a code, where they said why: "goes_there" goes to an activity instead.
    """
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.is_requester(actor, request))
    acting = permissions.acting_as_in(actor, request)
    openings.withdraw(session, request, acting=acting, actor=actor, now=now, because=because)
    return request


def _represent(
    session: Session, request: HelpRequest, representative: Representative, *, actor: Actor, now: datetime
) -> None:
    """Both people are kept; the one who is helped agreed, by the word of who asks, and hears it from us as well."""
    request.representative_id, request.relation = representative.person_id, representative.relation
    session.add(request)
    consent.give(
        session,
        ConsentKind.REPRESENTATION,
        municipality_id=request.municipality_id,
        person_id=request.requester_id,
        channel=request.channel,
        recorded_by_id=actor.person_id,
        now=now,
    )
    notices.about_request(session, NoticeKind.ASKED_FOR_YOU, request, to=request.requester_id, at=now)


def _acting(asked: NewRequest, is_typed_in: bool) -> ActingAs:
    if is_typed_in:
        return ActingAs.STAFF
    return ActingAs.ORGANISATION if asked.asker_kind is AskerKind.ORGANISATION else ActingAs.RESIDENT


def check_ride_notice(asked: NewRequest, now: datetime) -> None:
    """A ride is asked two working days ahead, so that it can be planned. Raises InvalidInput."""
    first = asked.first_appointment_at
    if asked.skill_code != RIDE or first is None:
        return
    if first.astimezone(AMSTERDAM).date() < RIDES.first_day(now):
        raise InvalidInput({"when": "ride_notice"})
