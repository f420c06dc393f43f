"""Whether something in a request may give way: asked of who asked, and done when they say yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history, notices, ownership, permissions
from marketplace.asks import MAX_AHEAD
from marketplace.candidacy import Candidacy
from marketplace.errors import Overtaken
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    NoticeKind,
    Relaxation,
    RelaxationQuestion,
    RequestWeekly,
    RequestWindow,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, RespondByPolicy, next_asking_moment
from marketplace.queries import relaxing as queries
from marketplace.queries import requests, series
from matching.reasons import Relax

RESPOND_BY: Final = RespondByPolicy()
# With less time than this left, who says yes gives the asking a new start.
LEAST_LEFT: Final = timedelta(hours=24)
LEAST_MINUTES: Final = 15
MINUTES_PER_DAY: Final = 24 * 60
# Beyond this it is another day, which is asked as one.
MOST_STRETCHED: Final = 4 * 60
ABOUT_TIME: Final = frozenset({Relaxation.OTHER_DAY, Relaxation.EARLIER_OR_LATER, Relaxation.SHORTER})
_OF_RELIEF: Final = {
    Relax.MINUTES: Relaxation.SHORTER,
    Relax.WINDOW: Relaxation.EARLIER_OR_LATER,
    Relax.LANGUAGE: Relaxation.ANY_LANGUAGE,
    Relax.MIN_AGE: Relaxation.YOUNGER,
}


@dataclass(frozen=True)
class Proposal:
    """Something that could give way, by how much, and how many people would fit then."""

    kind: Relaxation
    amount: int
    people: int


def list_proposals(found: Candidacy) -> tuple[Proposal, ...]:
    """What who asked could be asked to give way on; what depends on the volunteers is not for them to say."""
    given = [
        Proposal(kind, _amount(relief.by), relief.people)
        for relief in found.reliefs
        if (kind := _OF_RELIEF.get(relief.relax)) is not None and relief.people > 0
    ]
    given = [one for one in given if one.kind is not Relaxation.EARLIER_OR_LATER or one.amount <= MOST_STRETCHED]
    days = [Proposal(Relaxation.OTHER_DAY, day.days_later, day.people) for day in found.other_days if day.people > 0]
    return (*days, *given)


def ask(
    session: Session, request: HelpRequest, proposal: Proposal, *, actor: Actor | None, now: datetime
) -> RelaxationQuestion | None:
    """Ask who asked, as the engine (``actor`` None) or as staff; None while another question of it is open.

    None too of the times of help that returns.

    The caller holds the request.
    """
    if queries.find_open(session, request.id) is not None:
        return None
    if proposal.kind in ABOUT_TIME and series.find_series_around(session, request) is not None:
        return None  # what returns has its times; one of them moves on its own page
    question = RelaxationQuestion(
        municipality_id=request.municipality_id,
        request_id=request.id,
        asked_by_id=actor.person_id if actor else None,
        kind=proposal.kind,
        amount=proposal.amount,
        people=proposal.people,
        asked_at=now,
    )
    session.add(question)
    session.flush()
    history.about_request(
        session,
        EventKind.RELAXATION_ASKED,
        request,
        at=now,
        acting_as=ActingAs.STAFF if actor else ActingAs.ENGINE,
        actor_id=actor.person_id if actor else None,
        relaxation=proposal.kind.value,
        amount=proposal.amount,
        people=proposal.people,
    )
    notices.about_request(
        session,
        NoticeKind.RELAXATION_ASKED,
        request,
        to=notices.told_for(request),
        at=now,
        key=str(question.id),
        not_before=next_asking_moment(now),
        question=question.id,
    )
    return question


def answer(session: Session, *, question_id: UUID, is_yes: bool, actor: Actor, now: datetime) -> RelaxationQuestion:
    """Who asked says whether it may give way; a yes changes the request and the engine asks again at once.

    What staff asked about counts as a change by staff, since it was their idea. Pressed twice the first answer holds.
    Raises NotAllowed, NotFound, Overtaken where the question is over.
    """
    question = queries.get_question(session, question_id)
    request = requests.lock_request(session, question.request_id)
    permissions.require(permissions.is_requester(actor, request))
    session.refresh(question)
    if question.answered_at is not None:
        if question.is_yes is None:
            raise Overtaken(f"question {question_id} is over")
        return question
    if not requests.list_slots(session, request.id, SlotStatus.FREE):
        question.answered_at = now
        session.add(question)
        return question
    question.answered_at, question.is_yes = now, is_yes
    session.add(question)
    history.about_request(
        session,
        EventKind.RELAXATION_ANSWERED,
        request,
        at=now,
        acting_as=permissions.acting_as_in(actor, request),
        actor_id=actor.person_id,
        relaxation=question.kind.value,
        amount=question.amount,
        is_yes=is_yes,
    )
    if is_yes:
        _give_way(session, request, question, actor, now)
    return question


def end_open(session: Session, request: HelpRequest, *, now: datetime) -> None:
    """The request became another one: what was asked about it is over."""
    question = queries.find_open(session, request.id)
    if question is not None:
        question.answered_at = now
        session.add(question)


def _give_way(
    session: Session, request: HelpRequest, question: RelaxationQuestion, actor: Actor, now: datetime
) -> None:
    _change(session, request, question)
    if request.respond_by - now < LEAST_LEFT:
        first = requests.find_first_appointment(session, request.id)
        coming = first if first is not None and first > now else None
        request.respond_by = min(max(request.respond_by, RESPOND_BY.respond_by(now, coming)), now + MAX_AHEAD)
    request.version_at = now
    ownership.give_to_engine(request, now=now)
    session.add(request)
    by_staff = question.asked_by_id is not None
    history.about_request(
        session,
        EventKind.REQUEST_WIDENED,
        request,
        at=now,
        acting_as=ActingAs.STAFF if by_staff else permissions.acting_as_in(actor, request),
        actor_id=question.asked_by_id or actor.person_id,
        respond_by=request.respond_by.isoformat(),
        relaxation=question.kind.value,
        amount=question.amount,
    )
    due.add_round(session, municipality_id=request.municipality_id, request_id=request.id, at=now)


def _change(session: Session, request: HelpRequest, question: RelaxationQuestion) -> None:
    if question.kind is Relaxation.SHORTER:
        request.minutes = max(request.minutes - question.amount, LEAST_MINUTES)
    elif question.kind is Relaxation.ANY_LANGUAGE:
        request.languages = []
    elif question.kind is Relaxation.YOUNGER:
        request.min_age = max(request.min_age - question.amount, 0)
    elif question.kind is Relaxation.EARLIER_OR_LATER:
        _stretch(session, request, question.amount)
    else:
        _add_days(session, request, question.amount)
    session.flush()


def _stretch(session: Session, request: HelpRequest, minutes: int) -> None:
    by = timedelta(minutes=minutes)
    windows, weekly = requests.list_windows(session, request.id), requests.list_weekly(session, request.id)
    spans = [(piece.starts_at - by, piece.ends_at + by) for piece in windows]
    pieces = [
        (piece.weekday, max(piece.start_minute - minutes, 0), min(piece.end_minute + minutes, MINUTES_PER_DAY))
        for piece in weekly
    ]
    _replace_times(session, request, spans, pieces)


def _add_days(session: Session, request: HelpRequest, days: int) -> None:
    windows, weekly = requests.list_windows(session, request.id), requests.list_weekly(session, request.id)
    spans = [(piece.starts_at, piece.ends_at) for piece in windows]
    pieces = [(piece.weekday, piece.start_minute, piece.end_minute) for piece in weekly]
    # By the clock on the wall: ten in the morning stays ten where the clocks change in between.
    starts = [(start.astimezone(AMSTERDAM) + timedelta(days=days)).astimezone(UTC) for start, _ in spans]
    later = [(start, start + (old[1] - old[0])) for start, old in zip(starts, spans, strict=True)]
    moved = [((weekday + days) % 7, start, end) for weekday, start, end in pieces]
    _replace_times(session, request, [*spans, *later], [*pieces, *moved])


def _replace_times(
    session: Session,
    request: HelpRequest,
    spans: Sequence[tuple[datetime, datetime]],
    pieces: Sequence[tuple[int, int, int]],
) -> None:
    for old in (*requests.list_windows(session, request.id), *requests.list_weekly(session, request.id)):
        session.delete(old)
    session.flush()
    # Of two that begin together the longer one holds.
    for starts_at, ends_at in dict(sorted(set(spans))).items():
        session.add(RequestWindow(request_id=request.id, starts_at=starts_at, ends_at=ends_at))
    for (weekday, start), end in {(day, start): end for day, start, end in sorted(set(pieces))}.items():
        session.add(RequestWeekly(request_id=request.id, weekday=weekday, start_minute=start, end_minute=end))
    session.flush()


def _amount(by: object) -> int:
    return ceil(by) if isinstance(by, int | float) else 0
