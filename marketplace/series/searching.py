"""Somebody to stand in once: a request of its own, which the engine fills as every other and the figures leave out."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session

from marketplace import due, filling, history, lifecycle, notices
from marketplace.lifecycle import MatchAction, SlotAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeKind,
    Occurrence,
    RequestWindow,
    Slot,
    SlotStatus,
)
from marketplace.policies import RespondByPolicy
from marketplace.queries import matches, requests
from marketplace.series.policies import SERIES

RESPOND_BY: Final = RespondByPolicy()
# Why a search ended that no person ended: somebody of the series comes, it was moved or skipped, or it has been.
SUPERSEDED: Final = "occurrence"
# What the search takes over from the series: the same help, at the same place.
_SAME: Final = (
    *("municipality_id", "requester_id", "asker_kind", "organisation_name", "channel", "entered_by_id"),
    *("representative_id", "relation", "skill_code", "text", "postcode", "street", "house_number", "neighbourhood"),
    *("latitude", "longitude", "precision", "is_at_home", "languages", "requires", "min_age", "is_chosen_by_requester"),
    # Who stands in has to know of who is cared for as much as who always comes.
    "care_note",
)


def open_search(session: Session, parent: HelpRequest, occurrence: Occurrence, *, now: datetime) -> HelpRequest:
    """Look for somebody for this one time. It has an owner and a next moment as every request, until it has been."""
    same: dict[str, Any] = {name: getattr(parent, name) for name in _SAME}
    search = HelpRequest(
        **same,
        minutes=occurrence.minutes,
        posted_at=now,
        version_at=now,
        respond_by=respond_by(now, occurrence.starts_at),
        next_moment_at=now,
        occurrence_id=occurrence.id,
    )
    session.add(search)
    session.flush()
    session.add(Slot(request_id=search.id, number=1, municipality_id=search.municipality_id, free_since_at=now))
    set_window(session, search, occurrence)
    history.about_request(
        session,
        EventKind.REQUEST_POSTED,
        search,
        at=now,
        acting_as=ActingAs.ENGINE,
        person_id=search.requester_id,
        skill=search.skill_code,
        slots=1,
        respond_by=search.respond_by.isoformat(),
        occurrence=str(occurrence.id),
    )
    due.add_round(session, municipality_id=search.municipality_id, request_id=search.id, at=now)
    return search


def respond_by(now: datetime, starts_at: datetime) -> datetime:
    """Two days before it, so that a person still has time; nearer, as for every request with a date."""
    before = timedelta(hours=SERIES.respond_before_h)
    has_time = starts_at - now >= 3 * before
    return starts_at - before if has_time else RESPOND_BY.respond_by(now, starts_at)


def set_window(session: Session, search: HelpRequest, occurrence: Occurrence) -> None:
    """The search is for the time as it stands now."""
    for old in requests.list_windows(session, search.id):
        session.delete(old)
    session.flush()
    ends_at = occurrence.starts_at + timedelta(minutes=occurrence.minutes)
    session.add(RequestWindow(request_id=search.id, starts_at=occurrence.starts_at, ends_at=ends_at))
    session.flush()


def is_for(session: Session, search: HelpRequest, occurrence: Occurrence) -> bool:
    """Whether the search is for the time as it stands now."""
    return [window.starts_at for window in requests.list_windows(session, search.id)] == [occurrence.starts_at]


def was_given_up(search: HelpRequest) -> bool:
    """Whether a person ended the search, for want of anybody or because it was not needed; the series did not."""
    return search.ended_at is not None and search.closed_reason != SUPERSEDED


def end_search(session: Session, search: HelpRequest, *, now: datetime) -> None:
    """Nobody is needed any more, or it is too late: who was asked or had agreed is told. The caller holds it."""
    for match in matches.list_running_matches(session, search.id):
        lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
        history.about_match(
            session, EventKind.CANCELLED, match, at=now, acting_as=ActingAs.ENGINE, by="requester", why="occurrence"
        )
        notices.about_match(session, NoticeKind.CANCELLED, match, to=match.person_id, at=now)
    filling.withdraw_live_proposals(session, search, now=now, why="request_withdrawn")
    ended = []
    for slot in requests.list_slots(session, search.id):
        if slot.status in (SlotStatus.FREE, SlotStatus.TAKEN):
            lifecycle.advance_slot(session, slot, SlotAction.WITHDRAW, at=now)
            ended.append(slot.number)
    search.ended_at, search.next_moment_at, search.closed_reason = now, now, SUPERSEDED
    session.add(search)
    history.about_request(session, EventKind.REQUEST_WITHDRAWN, search, at=now, acting_as=ActingAs.ENGINE, slots=ended)


def finish_search(session: Session, search: HelpRequest, match: Match, *, now: datetime) -> None:
    """Whoever stood in has been; they are thanked. The caller holds the search."""
    if match.status is MatchStatus.AGREED:
        # Found shortly before: the time to object ended with the time itself.
        lifecycle.advance_match(session, match, MatchAction.CONFIRM, at=now)
        history.about_match(session, EventKind.CONFIRMED, match, at=now, acting_as=ActingAs.ENGINE, how="time")
    # How it goes is asked of a series as a whole, once in a while.
    match.asked_how_at = now
    session.add(match)
    session.flush()
    filling.finish_match(session, search, match, acting_as=ActingAs.ENGINE, actor_id=None, now=now)
