"""Stopping: a place that comes free for a successor, and a series that is over."""

from datetime import datetime, timedelta

from sqlmodel import Session

from marketplace import filling, history, lifecycle
from marketplace.lifecycle import MatchAction, SlotAction
from marketplace.lifecycle.series import OccurrenceAction, SeriesAction, advance_occurrence, advance_series
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Match,
    MatchStatus,
    OccurrenceStatus,
    Series,
    SlotStatus,
)
from marketplace.queries import matches, requests
from marketplace.queries import series as queries
from marketplace.rhythms import local_day
from marketplace.series import searching
from marketplace.series.policies import SeriesPolicy
from marketplace.series.scene import SeriesScene
from marketplace.series.telling import note

AHEAD = (OccurrenceStatus.PLANNED, OccurrenceStatus.SKIPPED, OccurrenceStatus.NOBODY)


def free_places(session: Session, series: Series, request: HelpRequest, *, now: datetime, policy: SeriesPolicy) -> None:
    """Of who stops soon the place comes free, so that a successor is looked for while they still come."""
    from_on = local_day(now) + timedelta(days=policy.successor_days)
    for row in queries.list_helpers(session, series, today=local_day(now)):
        stops = row.said is not None and row.said.leaves_on is not None and row.said.leaves_on <= from_on
        if stops and row.match.status is MatchStatus.CONFIRMED:
            free_place(session, request, row.match, acting_as=ActingAs.ENGINE, now=now)


def free_place(session: Session, request: HelpRequest, match: Match, *, acting_as: ActingAs, now: datetime) -> None:
    """A match of a series ends by the volunteer's wish; its slot goes into the market, for a new match."""
    lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
    history.about_match(session, EventKind.CANCELLED, match, at=now, acting_as=acting_as, by="volunteer", why="series")
    filling.reopen_slot(session, request, match, acting_as=acting_as, now=now)


def end(session: Session, scene: SeriesScene, *, now: datetime) -> None:
    """The series is over: what was still to be is dropped, searches end, and whoever helped is thanked."""
    series, request = scene.series, scene.request
    for one in scene.occurrences:
        if one.status in AHEAD and one.starts_at > now:
            advance_occurrence(session, one, OccurrenceAction.DROP, at=now, person_id=None, match_id=None)
    for search in scene.searches.values():
        searching.end_search(session, search, now=now)
    advance_series(session, series, SeriesAction.END, at=now)
    note(session, EventKind.SERIES_CHANGED, request, what="ended", acting_as=ActingAs.ENGINE, actor=None, now=now)
    if request.ended_at is None:
        _end_request(session, request, now)


def _end_request(session: Session, request: HelpRequest, now: datetime) -> None:
    free = [slot for slot in requests.list_slots(session, request.id) if slot.status is SlotStatus.FREE]
    filling.withdraw_live_proposals(session, request, now=now, why="request_withdrawn")
    for slot in free:
        lifecycle.advance_slot(session, slot, SlotAction.WITHDRAW, at=now)
    if free:
        history.about_request(
            session,
            EventKind.REQUEST_WITHDRAWN,
            request,
            at=now,
            acting_as=ActingAs.ENGINE,
            slots=[slot.number for slot in free],
        )
    for match in matches.list_running_matches(session, request.id):
        if match.status is MatchStatus.AGREED:
            # The time to object ended with the series.
            lifecycle.advance_match(session, match, MatchAction.CONFIRM, at=now)
            history.about_match(session, EventKind.CONFIRMED, match, at=now, acting_as=ActingAs.ENGINE, how="time")
        filling.finish_match(session, request, match, acting_as=ActingAs.ENGINE, actor_id=None, now=now)
    filling.end_request_if_over(session, request, now=now)
