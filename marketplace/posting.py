"""Asking for help: posting a request, looking further, and withdrawing it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import consent, due, history, lifecycle, notices, ownership, permissions, screening
from marketplace.asks import RIDE, NewRequest, NewSeries, WeekPiece, check_request
from marketplace.errors import AccountBlocked, IllegalTransition, InvalidInput
from marketplace.lifecycle import MatchAction, ProposalAction, SlotAction
from marketplace.models import (
    ActingAs,
    AskerKind,
    ConsentKind,
    EventKind,
    HelpRequest,
    Municipality,
    NoticeKind,
    Relation,
    RequestWeekly,
    RequestWindow,
    Series,
    Slot,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, RespondByPolicy
from marketplace.queries import blocks, market, matches, moderation, requests, series
from marketplace.trips import RIDES
from matching.problem import SkillTable

RESPOND_BY: Final = RespondByPolicy()
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
    for person_id in (requester_id, representative.person_id if representative else requester_id):
        if blocks.is_suspended(session, person_id):
            raise AccountBlocked(person_id)
    skills = market.read_skill_table(session)
    check_request(asked, skills=skills, now=now, municipality=municipality.name)
    check_ride_notice(asked, now)
    request = _store(session, asked, municipality.id, requester_id, actor if is_typed_in else None, now)
    if representative is not None:
        _represent(session, request, representative, actor=actor, now=now)
    _record_posting(session, request, asked, skills, acting=_acting(asked, is_typed_in), actor=actor, now=now)
    report = screening.screen_request(session, request, now=now)
    due.add_round(session, municipality_id=municipality.id, request_id=request.id, at=now)
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
    if request.ended_at is not None:
        return request  # pressed twice: the first press did it
    acting = permissions.acting_as_in(actor, request)
    ended = _end_slots(session, request, now)
    why: dict[str, Any] = {"because": because} if because else {}
    _end_matches(session, request, acting, actor, now)
    _end_proposals(session, request, now)
    request.ended_at, request.next_moment_at, request.closed_reason = now, now, because
    session.add(request)
    series.wake(session, request, at=now)
    history.about_request(
        session,
        EventKind.REQUEST_WITHDRAWN,
        request,
        at=now,
        acting_as=acting,
        actor_id=actor.person_id,
        slots=ended,
        **why,
    )
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


def _store(
    session: Session,
    asked: NewRequest,
    municipality_id: UUID,
    requester_id: UUID,
    typist: Actor | None,
    now: datetime,
) -> HelpRequest:
    request = HelpRequest(
        municipality_id=municipality_id,
        requester_id=requester_id,
        asker_kind=asked.asker_kind,
        organisation_name=asked.organisation_name.strip(),
        channel=asked.channel,
        entered_by_id=typist.person_id if typist else None,
        skill_code=asked.skill_code,
        text=asked.text.strip(),
        postcode=asked.place.postcode,
        street=asked.street.strip(),
        house_number=asked.house_number.strip(),
        neighbourhood=asked.place.neighbourhood,
        latitude=asked.place.latitude,
        longitude=asked.place.longitude,
        precision=asked.place.precision,
        is_at_home=asked.is_at_home,
        destination=asked.destination.as_json() if asked.destination else None,
        minutes=asked.minutes,
        languages=list(asked.languages),
        requires=list(asked.requires),
        min_age=asked.min_age,
        is_chosen_by_requester=asked.is_chosen_by_requester,
        posted_at=now,
        version_at=now,
        respond_by=asked.respond_by or RESPOND_BY.respond_by(now, asked.first_appointment_at),
        next_moment_at=now,
    )
    session.add(request)
    session.flush()
    for number in range(1, asked.slots + 1):
        session.add(Slot(request_id=request.id, number=number, municipality_id=municipality_id, free_since_at=now))
    for span in asked.windows:
        session.add(RequestWindow(request_id=request.id, starts_at=span.starts_at, ends_at=span.ends_at))
    for piece in (_piece_of(asked.series, asked.minutes),) if asked.series else asked.weekly:
        session.add(RequestWeekly(request_id=request.id, **vars(piece)))
    if asked.series is not None:
        session.add(_new_series(asked.series, asked, request, now))
    session.flush()
    return request


def _piece_of(wanted: NewSeries, minutes: int) -> WeekPiece:
    """The piece of the week that volunteers must have free: they are asked once, for every time."""
    start = wanted.start_minute
    return WeekPiece(wanted.first_on.weekday(), start, start + minutes, wanted.rhythm)


def _new_series(wanted: NewSeries, asked: NewRequest, request: HelpRequest, now: datetime) -> Series:
    return Series(
        municipality_id=request.municipality_id,
        request_id=request.id,
        rhythm=wanted.rhythm,
        weekday=wanted.first_on.weekday(),
        start_minute=wanted.start_minute,
        minutes=asked.minutes,
        first_on=wanted.first_on,
        last_on=wanted.last_on,
        is_reviewed=wanted.is_reviewed,
        is_circle=asked.slots > 1,
        next_moment_at=now,
    )


def _record_posting(
    session: Session,
    request: HelpRequest,
    asked: NewRequest,
    skills: SkillTable,
    *,
    acting: ActingAs,
    actor: Actor,
    now: datetime,
) -> None:
    history.about_request(
        session,
        EventKind.REQUEST_POSTED,
        request,
        at=now,
        acting_as=acting,
        actor_id=actor.person_id,
        person_id=request.requester_id,
        work_area=skills[request.skill_code].work_area,
        skill=request.skill_code,
        neighbourhood=request.neighbourhood,
        asker_kind=request.asker_kind.value,
        channel=request.channel.value,
        slots=asked.slots,
        respond_by=request.respond_by.isoformat(),
        is_ride=request.skill_code == RIDE,
        assisted=acting is ActingAs.STAFF,
        rhythm=asked.series.rhythm.value if asked.series else None,
        relation=request.relation.value if request.relation else None,
    )


def _end_slots(session: Session, request: HelpRequest, now: datetime) -> list[int]:
    ended = []
    for slot in requests.list_slots(session, request.id):
        if slot.status in (SlotStatus.FREE, SlotStatus.TAKEN):
            lifecycle.advance_slot(session, slot, SlotAction.WITHDRAW, at=now)
            ended.append(slot.number)
    return ended


def _end_matches(session: Session, request: HelpRequest, acting: ActingAs, actor: Actor, now: datetime) -> None:
    for match in matches.list_running_matches(session, request.id):
        lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
        history.about_match(
            session, EventKind.CANCELLED, match, at=now, acting_as=acting, actor_id=actor.person_id, by="requester"
        )
        notices.about_match(session, NoticeKind.CANCELLED, match, to=match.person_id, at=now)


def _end_proposals(session: Session, request: HelpRequest, now: datetime) -> None:
    for proposal in matches.list_live_proposals(session, request.id):
        lifecycle.advance_proposal(session, proposal, ProposalAction.WITHDRAW, at=now)
        history.about_proposal(
            session,
            EventKind.PROPOSAL_WITHDRAWN,
            proposal,
            at=now,
            acting_as=ActingAs.ENGINE,
            why="request_withdrawn",
        )
        notices.about_proposal(session, NoticeKind.PROPOSAL_WITHDRAWN, proposal, at=now)
