"""One time of a series: not this once, on another day, or somebody else; the series itself goes on as it was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import filling, history, lifecycle, notices, ownership, permissions
from marketplace.errors import IllegalTransition, InvalidInput
from marketplace.lifecycle import MatchAction
from marketplace.lifecycle.series import OccurrenceAction, advance_occurrence
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Match,
    NoticeKind,
    Occurrence,
    OccurrenceRefusal,
    OccurrenceStatus,
    Series,
)
from marketplace.permissions import Actor
from marketplace.queries import requests
from marketplace.queries import series as queries
from marketplace.rhythms import instant_of, local_day
from marketplace.series.policies import SERIES
from marketplace.series.scene import OPEN, SeriesScene, read_scene
from marketplace.series.settling import hold, settle
from marketplace.series.telling import note, tell_of
from marketplace.turns import Turn, find_swap

# One time is not moved further than this from the day it stands for, so that it stays that time.
FURTHEST: Final = timedelta(days=35)


@dataclass(frozen=True)
class Held:
    """One time, with all that it is of, and as what the actor does something with it."""

    occurrence: Occurrence
    series: Series
    request: HelpRequest
    acting_as: ActingAs


def skip(session: Session, *, occurrence_id: UUID, actor: Actor, now: datetime) -> Occurrence:
    """Who asks needs nobody this once; whoever was to come is told. Raises NotAllowed, IllegalTransition."""
    held = _held(session, occurrence_id, actor)
    one = held.occurrence
    permissions.require(held.acting_as is not ActingAs.VOLUNTEER)
    if one.status is OccurrenceStatus.SKIPPED:
        return one
    _require_ahead(one, now)
    was_to_come = one.person_id
    advance_occurrence(session, one, OccurrenceAction.SKIP, at=now, person_id=None, match_id=None)
    one.is_by_turn = True
    session.add(one)
    _note(session, held, "skipped", actor, now, person_id=was_to_come)
    _tell_others(session, held, was_to_come, actor, now)
    settle(session, held.series, now=now)
    return one


def restore(session: Session, *, occurrence_id: UUID, actor: Actor, now: datetime) -> Occurrence:
    """After all it is needed. Raises NotAllowed, IllegalTransition."""
    held = _held(session, occurrence_id, actor)
    one = held.occurrence
    permissions.require(held.acting_as is not ActingAs.VOLUNTEER)
    if one.status is OccurrenceStatus.PLANNED:
        return one
    if one.starts_at <= now or one.status is not OccurrenceStatus.SKIPPED:
        raise IllegalTransition("occurrence", one.status, "restore")
    advance_occurrence(session, one, OccurrenceAction.RESTORE, at=now)
    _note(session, held, "restored", actor, now)
    settle(session, held.series, now=now)
    session.refresh(one)
    _tell_others(session, held, one.person_id, actor, now)
    return one


def move(session: Session, *, occurrence_id: UUID, starts_at: datetime, actor: Actor, now: datetime) -> Occurrence:
    """This once at another time; the other side is told, and can say that it does not suit.

    Raises NotAllowed, IllegalTransition, InvalidInput where it has passed, is too far off or is on another time of it.
    """
    held = _held(session, occurrence_id, actor)
    one = held.occurrence
    _require_ahead(one, now)
    if one.starts_at == starts_at:
        return one
    _check_moment(session, held, starts_at, now)
    one.starts_at, one.moved_at, one.moved_by_id = starts_at, now, actor.person_id
    if starts_at == _original(held.series, one):
        one.moved_at = one.moved_by_id = None
    one.reminded_at, one.changed_at, one.sequence = None, now, one.sequence + 1
    session.add(one)
    # Whoever could not come then may well come now.
    for refusal in queries.list_refusals_of(session, one.id):
        session.delete(refusal)
    session.flush()
    if one.status is OccurrenceStatus.NOBODY:
        advance_occurrence(session, one, OccurrenceAction.FIND, at=now)
    _note(session, held, "moved", actor, now, person_id=one.person_id)
    _tell_others(session, held, one.person_id, actor, now)
    settle(session, held.series, now=now)
    return one


def refuse(
    session: Session, *, occurrence_id: UUID, actor: Actor, now: datetime, of_person: UUID | None = None
) -> Occurrence:
    """Whoever was to come cannot this once: another of the circle swaps or takes over, else somebody stands in.

    Staff type in what they were told, ``of_person``. Raises NotAllowed, IllegalTransition.
    """
    held = _held(session, occurrence_id, actor)
    one = held.occurrence
    person_id = of_person or actor.person_id
    permissions.require(person_id == actor.person_id or held.acting_as is ActingAs.STAFF)
    if session.get(OccurrenceRefusal, (one.id, person_id)) is not None and one.person_id != person_id:
        return one  # pressed twice: the first press did it
    permissions.require(one.person_id == person_id)
    _require_ahead(one, now)
    scene = read_scene(session, held.series, held.request, now)
    _refuse(session, one, person_id, now)
    _note(session, held, "refused", actor, now, person_id=person_id)
    if (stand_in := scene.standing_in.get(one.id)) is not None:
        _leave_search(session, one, stand_in, acting_as=held.acting_as, actor=actor, now=now)
    elif held.series.is_circle:
        _swap(session, held, scene, person_id, now)
    settle(session, held.series, now=now)
    return one


def turn_down_move(session: Session, *, occurrence_id: UUID, actor: Actor, now: datetime) -> Occurrence:
    """The other moved it, and it does not suit who asks: it is on its own day again, with somebody else.

    Raises NotAllowed, IllegalTransition where it was not moved by who helps, or its own day has passed.
    """
    held = _held(session, occurrence_id, actor)
    one = held.occurrence
    permissions.require(held.acting_as is not ActingAs.VOLUNTEER)
    _require_ahead(one, now)
    original = _original(held.series, one)
    is_theirs = one.moved_by_id is not None and one.moved_by_id not in _askers(held.request)
    if not is_theirs or original <= now:
        raise IllegalTransition("occurrence", "not moved by another", "turn down")
    mover = one.person_id
    one.starts_at, one.moved_at, one.moved_by_id = original, None, None
    one.changed_at, one.sequence = now, one.sequence + 1
    session.add(one)
    if mover is not None:
        scene = read_scene(session, held.series, held.request, now)
        _refuse(session, one, mover, now)
        if (stand_in := scene.standing_in.get(one.id)) is not None:
            _leave_search(session, one, stand_in, acting_as=held.acting_as, actor=actor, now=now)
    _note(session, held, "move_turned_down", actor, now, person_id=mover)
    if mover is not None:
        tell_of(session, held.request, one, to=mover, now=now, key="down")
    settle(session, held.series, now=now)
    return one


def miss(session: Session, *, occurrence_id: UUID, actor: Actor, now: datetime) -> Occurrence:
    """Afterwards: nobody came. A person looks at it. Raises NotAllowed, IllegalTransition."""
    held = _held(session, occurrence_id, actor)
    one = held.occurrence
    if one.status is OccurrenceStatus.MISSED:
        return one
    if now > one.starts_at + timedelta(days=SERIES.missed_within_days):
        raise IllegalTransition("occurrence", "long ago", "miss")
    advance_occurrence(session, one, OccurrenceAction.MISS, at=now)
    _note(session, held, "missed", actor, now, person_id=one.person_id)
    ownership.put_before(session, held.request, why="how_bad", now=now)
    return one


def may_act(actor: Actor, request: HelpRequest, occurrence: Occurrence) -> ActingAs | None:
    """As what somebody may change this time: who asks, who is to come, staff; None for everybody else."""
    if permissions.is_requester(actor, request):
        return permissions.acting_as_in(actor, request)
    if occurrence.person_id == actor.person_id:
        return ActingAs.VOLUNTEER
    return ActingAs.STAFF if permissions.may_work_case(actor, request) else None


def _held(session: Session, occurrence_id: UUID, actor: Actor) -> Held:
    """The time with its series held. Raises NotFound, NotAllowed."""
    one = queries.get_occurrence(session, occurrence_id)
    series = queries.get_series(session, one.series_id)
    request = hold(session, series)
    session.refresh(one)
    acting_as = may_act(actor, request, one)
    if acting_as is None and session.get(OccurrenceRefusal, (one.id, actor.person_id)) is not None:
        acting_as = ActingAs.VOLUNTEER  # who just said no may press again
    permissions.require(acting_as is not None)
    assert acting_as is not None
    return Held(one, series, request, acting_as)


def _require_ahead(one: Occurrence, now: datetime) -> None:
    if one.status not in OPEN or one.starts_at <= now:
        raise IllegalTransition("occurrence", one.status, "change")


def _original(series: Series, one: Occurrence) -> datetime:
    return instant_of(one.original_on, series.start_minute)


def _askers(request: HelpRequest) -> tuple[UUID | None, ...]:
    return request.requester_id, request.representative_id


def _check_moment(session: Session, held: Held, starts_at: datetime, now: datetime) -> None:
    one = held.occurrence
    if starts_at <= now:
        raise InvalidInput({"day": "when_past"})
    if abs(local_day(starts_at) - one.original_on) > FURTHEST:
        raise InvalidInput({"day": "series_move_far"})
    ends_at = starts_at + timedelta(minutes=one.minutes)
    for other in queries.list_occurrences(session, held.series.id):
        is_other = other.id != one.id and other.status in OPEN
        if is_other and starts_at < other.starts_at + timedelta(minutes=other.minutes) and other.starts_at < ends_at:
            raise InvalidInput({"day": "series_twice"})


def _refuse(session: Session, one: Occurrence, person_id: UUID, now: datetime) -> None:
    if session.get(OccurrenceRefusal, (one.id, person_id)) is None:
        session.add(
            OccurrenceRefusal(
                occurrence_id=one.id, person_id=person_id, municipality_id=one.municipality_id, refused_at=now
            )
        )
        session.flush()


def _leave_search(
    session: Session, one: Occurrence, match: Match, *, acting_as: ActingAs, actor: Actor, now: datetime
) -> None:
    """Whoever was to stand in cannot either: their match ends, and the search goes on."""
    search = requests.get_request(session, match.request_id)
    lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
    history.about_match(
        session,
        EventKind.CANCELLED,
        match,
        at=now,
        acting_as=acting_as,
        actor_id=actor.person_id,
        by="volunteer" if acting_as is ActingAs.VOLUNTEER else "requester",
    )
    if acting_as is ActingAs.VOLUNTEER:
        notices.about_match(session, NoticeKind.CANCELLED, match, to=notices.told_for(search), at=now)
    filling.reopen_slot(session, search, match, acting_as=acting_as, now=now, needed_at=one.starts_at)


def _swap(session: Session, held: Held, scene: SeriesScene, giver_id: UUID, now: datetime) -> None:
    """Give the turn to another of the circle for a later one of theirs, where both can; else it is left to settling."""
    one, giver = held.occurrence, scene.find_helper(giver_id)
    if giver is None:
        return
    refused = scene.refused.get(one.id, frozenset()) | {giver_id}
    turn = scene.turn(one)
    others = [scene.taker(row) for row in scene.staying if row.match.person_id != giver_id]
    theirs = [
        (scene.turn(other), other.person_id)
        for other in scene.coming
        if other.id != one.id and other.person_id and other.id not in scene.standing_in and other.is_by_turn
    ]
    found = find_swap(
        Turn(turn.id, turn.on, turn.refused_by | refused), scene.taker(giver), others, theirs, scene.given()
    )
    if found is None:
        return
    later = next(other for other in scene.coming if other.id == found[0].id)
    taker = scene.find_helper(found[1])
    assert taker is not None
    for swapped, row in ((one, taker), (later, giver)):
        swapped.person_id, swapped.match_id = row.match.person_id, row.match.id
        swapped.is_by_turn, swapped.reminded_at = False, None
        swapped.changed_at, swapped.sequence = now, swapped.sequence + 1
        session.add(swapped)
    session.flush()
    for swapped in (one, later):
        for person_id in (notices.told_for(held.request), swapped.person_id):
            tell_of(session, held.request, swapped, to=person_id, now=now, key="swap")


def _tell_others(session: Session, held: Held, comes: UUID | None, actor: Actor, now: datetime) -> None:
    """Everybody but whoever did it."""
    for person_id in {comes, notices.told_for(held.request)} - {actor.person_id, None}:
        tell_of(session, held.request, held.occurrence, to=person_id, now=now)


def _note(
    session: Session, held: Held, what: str, actor: Actor, now: datetime, *, person_id: UUID | None = None
) -> None:
    note(
        session,
        EventKind.OCCURRENCE_CHANGED,
        held.request,
        what=what,
        acting_as=held.acting_as,
        actor=actor,
        now=now,
        occurrence=held.occurrence,
        person_id=person_id,
    )
