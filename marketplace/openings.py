"""A request begins and is withdrawn: the steps that whoever asks shares with whoever posts a vacancy of many shifts."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history, lifecycle, notices, waiting
from marketplace.asks import RIDE, NewRequest, NewSeries, WeekPiece
from marketplace.lifecycle import MatchAction, ProposalAction, SlotAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    NoticeKind,
    RequestWeekly,
    RequestWindow,
    Series,
    Slot,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import RespondByPolicy
from marketplace.queries import matches, requests, series
from matching.problem import SkillTable

RESPOND_BY: Final = RespondByPolicy()


def store(
    session: Session,
    asked: NewRequest,
    municipality_id: UUID,
    requester_id: UUID,
    typist: Actor | None,
    now: datetime,
    *,
    vacancy_id: UUID | None = None,
) -> HelpRequest:
    """Keep a request that was checked, with its slots and times; nobody is told yet."""
    request = HelpRequest(
        municipality_id=municipality_id,
        requester_id=requester_id,
        asker_kind=asked.asker_kind,
        organisation_name=asked.organisation_name.strip(),
        organisation_id=asked.organisation_id,
        vacancy_id=vacancy_id,
        channel=asked.channel,
        entered_by_id=typist.person_id if typist else None,
        skill_code=asked.skill_code,
        text=asked.text.strip(),
        care_note=asked.care_note.strip(),
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


def announce(
    session: Session,
    request: HelpRequest,
    asked: NewRequest,
    skills: SkillTable,
    *,
    acting: ActingAs,
    actor: Actor,
    now: datetime,
) -> None:
    """It was posted: the event from which it is counted, and its first round, due at once."""
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
        rhythm=asked.series.rhythm.value if asked.series else None,
        is_ride=request.skill_code == RIDE,
        assisted=acting is ActingAs.STAFF,
        relation=request.relation.value if request.relation else None,
    )
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)


def withdraw(
    session: Session, request: HelpRequest, *, acting: ActingAs, actor: Actor, now: datetime, because: str = ""
) -> None:
    """Nobody is needed any more: whoever was asked, had agreed or waited is told. The caller holds the request."""
    if request.ended_at is not None:
        return  # pressed twice: the first press did it
    why: dict[str, Any] = {"because": because} if because else {}
    ended = _end_slots(session, request, now)
    _end_matches(session, request, acting, actor, now)
    _end_proposals(session, request, now)
    waiting.end_all(session, request, now=now)
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
