"""One series as it stands: its times, who helps in it and what each of them said, and the searches that run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace.lifecycle import RUNNING_MATCHES
from marketplace.models import HelpRequest, Match, Occurrence, OccurrenceStatus, Offer, Series, SlotStatus
from marketplace.queries import requests
from marketplace.queries import series as queries
from marketplace.queries.series import HelperRow
from marketplace.rhythms import local_day
from marketplace.series.searching import was_given_up
from marketplace.turns import Given, Taker, Turn

STANDING = (OccurrenceStatus.PLANNED, OccurrenceStatus.HELD, OccurrenceStatus.MISSED)
OPEN = (OccurrenceStatus.PLANNED, OccurrenceStatus.NOBODY)


@dataclass
class SeriesScene:
    """Read at one moment, with the request of the series held; ``occurrences`` in the order in which they are."""

    series: Series
    request: HelpRequest
    occurrences: Sequence[Occurrence]
    helpers: Sequence[HelperRow]
    refused: dict[UUID, frozenset[UUID]]
    # Of each time: the search that runs, and whether the last one was given up by a person.
    searches: dict[UUID, HelpRequest]
    given_up: frozenset[UUID]
    standing_in: dict[UUID, Match]
    is_searching: bool
    now: datetime
    _helper_of: dict[UUID, HelperRow] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._helper_of = {row.match.person_id: row for row in self.helpers}

    @property
    def coming(self) -> list[Occurrence]:
        """What is still to be, and to which somebody should come."""
        return [one for one in self.occurrences if one.status in OPEN and one.starts_at > self.now]

    @property
    def staying(self) -> list[HelperRow]:
        """Who goes on; whoever stops with a day is left out."""
        return [row for row in self.helpers if row.match.status in RUNNING_MATCHES]

    def find_helper(self, person_id: UUID | None) -> HelperRow | None:
        return self._helper_of.get(person_id) if person_id else None

    def takers(self) -> list[Taker]:
        """Who takes turns, in the words of `marketplace.turns`."""
        return [self.taker(row) for row in self.helpers]

    def taker(self, row: HelperRow) -> Taker:
        return Taker(row.match.person_id, local_day(row.match.made_at), row.said.max_per_month if row.said else None)

    def turn(self, occurrence: Occurrence) -> Turn:
        """One time, with everybody who cannot come to it."""
        unable = {row.match.person_id for row in self.helpers if not self.is_able(row, occurrence)}
        return Turn(occurrence.id, local_day(occurrence.starts_at), frozenset(unable))

    def is_able(self, row: HelperRow, occurrence: Occurrence) -> bool:
        """Whether somebody of the series can come, their months apart: no refusal, not away, not stopped."""
        if row.match.person_id in self.refused.get(occurrence.id, ()):
            return False
        leaves_on = row.said.leaves_on if row.said else None
        if leaves_on is not None and local_day(occurrence.starts_at) > leaves_on:
            return False
        return not is_away(row.offer, occurrence, self.now)

    def given(self, *, besides: Sequence[Occurrence] = ()) -> list[Given]:
        """What everybody has and had."""
        gone = {one.id for one in besides}
        return [
            Given(local_day(one.starts_at), one.person_id, one.is_by_turn)
            for one in self.occurrences
            if one.person_id is not None and one.status in STANDING and one.id not in gone
        ]


def read_scene(session: Session, series: Series, request: HelpRequest, now: datetime) -> SeriesScene:
    """Everything about one series; the caller holds its request."""
    today = local_day(now)
    searches, given_up = {}, set()
    for search in queries.list_searches(session, series.id):
        assert search.occurrence_id is not None
        given_up.discard(search.occurrence_id)
        if search.ended_at is None:
            searches[search.occurrence_id] = search
        elif was_given_up(search):
            given_up.add(search.occurrence_id)
    return SeriesScene(
        series=series,
        request=request,
        occurrences=queries.list_occurrences(session, series.id),
        helpers=queries.list_helpers(session, series, today=today),
        refused=queries.list_refused(session, series.id),
        searches=searches,
        given_up=frozenset(given_up),
        standing_in=dict(queries.list_standing_in(session, series.id)),
        is_searching=request.ended_at is None and bool(requests.list_slots(session, request.id, SlotStatus.FREE)),
        now=now,
    )


def is_away(offer: Offer, occurrence: Occurrence, now: datetime) -> bool:
    """Whether somebody has a pause or a holiday then."""
    starts_at, ends_at = occurrence.starts_at, occurrence.starts_at + timedelta(minutes=occurrence.minutes)
    if offer.paused_until is not None and offer.paused_until > starts_at:
        return True
    if offer.holiday_from is None or offer.holiday_until is None:
        return False
    return starts_at < offer.holiday_until and offer.holiday_from < ends_at


def month_of(day: date) -> tuple[int, int]:
    return day.year, day.month
