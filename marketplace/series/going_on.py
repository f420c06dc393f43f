"""A series as a whole: until when it goes on, who stops, how often somebody comes, and how it goes."""

import re
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import notices, ownership, permissions
from marketplace.asks import LONGEST_SERIES
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.lifecycle.series import OccurrenceAction, advance_occurrence
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    HowItWas,
    MatchStatus,
    NoticeKind,
    OccurrenceStatus,
    Series,
    SeriesStatus,
    SeriesWord,
)
from marketplace.permissions import Actor
from marketplace.queries import series as queries
from marketplace.queries.series import HelperRow
from marketplace.rhythms import local_day
from marketplace.series import leaving
from marketplace.series.settling import hold, settle
from marketplace.series.telling import note, tell_series

MOST_PER_MONTH: Final = 31
LONGEST_REMARK: Final = 500
_CONTACT_DETAILS: Final = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}|(?:\d[\s\-.]?){8,}", re.IGNORECASE)


def stop(session: Session, *, series_id: UUID, last_on: date | None, actor: Actor, now: datetime) -> Series:
    """Who asks needs it no longer than until a day, or not any more: None. Whoever helps is told and thanked.

    Raises NotAllowed, IllegalTransition where it has ended, InvalidInput for a day that has passed.
    """
    series, request = _held(session, series_id)
    acting_as = _require_asker(actor, request)
    if series.status is SeriesStatus.ENDED:
        return series
    today = local_day(now)
    if last_on is not None and not max(today, series.first_on) <= last_on <= _furthest(now):
        raise InvalidInput({"last_on": "when_past" if last_on < today else "series_order"})
    for one in queries.list_occurrences(session, series.id):
        is_after = last_on is None or one.original_on > last_on
        if is_after and one.starts_at > now and one.status in leaving.AHEAD:
            advance_occurrence(session, one, OccurrenceAction.DROP, at=now, person_id=None, match_id=None)
    if last_on is not None:
        _restore(session, series, last_on, now)  # it may have been to stop sooner
    until = last_on or max(today, series.first_on)
    series.last_on, series.is_reviewed = until, False
    if last_on is None:
        series.made_until = max(until, series.made_until or until)
    session.add(series)
    session.flush()
    _note(session, request, "stops", acting_as, actor, now, last_on=until.isoformat())
    helpers = queries.list_helpers(session, series, today=today)
    for person_id in {notices.told_for(request), *(row.match.person_id for row in helpers)} - {actor.person_id}:
        key = f"stops:{until.isoformat()}:{now.isoformat()}"
        tell_series(session, NoticeKind.SERIES_STOPS, series, to=person_id, key=key, now=now)
    settle(session, series, now=now)
    return series


def go_on(session: Session, *, series_id: UUID, last_on: date, actor: Actor, now: datetime) -> Series:
    """It goes on until another day of looking again, a year off at most. Raises NotAllowed, InvalidInput."""
    series, request = _held(session, series_id)
    acting_as = _require_asker(actor, request)
    if series.status is SeriesStatus.ENDED:
        raise IllegalTransition("series", series.status, "go on")
    if last_on < max(local_day(now), series.first_on):
        raise InvalidInput({"last_on": "series_order"})
    if last_on > _furthest(now):
        raise InvalidInput({"last_on": "series_far"})
    series.last_on, series.is_reviewed, series.review_asked_at = last_on, True, None
    session.add(series)
    _restore(session, series, last_on, now)
    # What was made beyond the day that it then got, is there already.
    made = [one.original_on for one in queries.list_occurrences(session, series.id)]
    series.made_until = max(made, default=None) if series.made_until is not None else None
    session.add(series)
    session.flush()
    _note(session, request, "goes_on", acting_as, actor, now, last_on=last_on.isoformat())
    settle(session, series, now=now)
    return series


def _restore(session: Session, series: Series, last_on: date, now: datetime) -> None:
    """What was dropped up to a day, and is still to be, is there again."""
    for one in queries.list_occurrences(session, series.id):
        if one.status is OccurrenceStatus.DROPPED and one.starts_at > now and one.original_on <= last_on:
            advance_occurrence(session, one, OccurrenceAction.RESTORE, at=now)
            one.is_by_turn = True
            session.add(one)


def step_down(
    session: Session,
    *,
    series_id: UUID,
    leaves_on: date | None,
    actor: Actor,
    now: datetime,
    of_person: UUID | None = None,
) -> Series:
    """A helper stops, from a day on or at once: None. A successor is looked for; that is a new match.

    Staff type in what they were told, ``of_person``. Raises NotAllowed, NotFound, InvalidInput.
    """
    series, request = _held(session, series_id)
    person_id = of_person or actor.person_id
    acting_as = _require_helper(actor, request, person_id)
    row = _find_helper(session, series, person_id, now)
    if row is None or row.said is None:
        raise NotFound(f"person {person_id} in series {series_id}")
    today = local_day(now)
    if leaves_on is not None and not today <= leaves_on <= series.last_on:
        raise InvalidInput({"leaves_on": "when_past" if leaves_on < today else "series_order"})
    # Who has not been confirmed yet has not begun: there is nothing to come to an end.
    stays = leaves_on is not None and row.match.status is MatchStatus.CONFIRMED
    row.said.leaves_on = leaves_on if stays else None
    session.add(row.said)
    session.flush()
    note(
        session,
        EventKind.SERIES_HELPER_CHANGED,
        request,
        what="stops",
        acting_as=acting_as,
        actor=actor,
        now=now,
        person_id=person_id,
        leaves_on=leaves_on.isoformat() if leaves_on and stays else None,
    )
    if not stays:
        leaving.free_place(session, request, row.match, acting_as=acting_as, now=now)
    key = f"leaves:{person_id}:{leaves_on}"
    to = notices.told_for(request)
    tell_series(session, NoticeKind.SERIES_STOPS, series, to=to, key=key, now=now, match=row.match.id)
    settle(session, series, now=now)
    return series


def set_most(session: Session, *, series_id: UUID, most: int | None, actor: Actor, now: datetime) -> Series:
    """A helper of a circle says how often a month at most; None is as often as it comes. Raises NotAllowed."""
    series, request = _held(session, series_id)
    row = _find_helper(session, series, actor.person_id, now)
    permissions.require(row is not None and row.said is not None)
    assert row is not None
    assert row.said is not None
    if most is not None and not 1 <= most <= MOST_PER_MONTH:
        raise InvalidInput({"most": "series_most"})
    row.said.max_per_month = most
    session.add(row.said)
    session.flush()
    note(
        session,
        EventKind.SERIES_HELPER_CHANGED,
        request,
        what="how_often",
        acting_as=ActingAs.VOLUNTEER,
        actor=actor,
        now=now,
        person_id=actor.person_id,
        most=most,
    )
    settle(session, series, now=now)
    return series


def say_how(
    session: Session, *, series_id: UUID, how: HowItWas, remark: str, actor: Actor, now: datetime
) -> SeriesWord:
    """How it goes, in the words of one of them; bad, and a person looks at it. Raises NotAllowed, InvalidInput."""
    series, request = _held(session, series_id)
    is_helper = _find_helper(session, series, actor.person_id, now) is not None
    permissions.require(is_helper or permissions.is_requester(actor, request))
    if len(remark.strip()) > LONGEST_REMARK:
        raise InvalidInput({"remark": "remark_long"})
    if _CONTACT_DETAILS.search(remark):
        raise InvalidInput({"remark": "remark_private"})
    word = SeriesWord(
        municipality_id=series.municipality_id,
        series_id=series.id,
        person_id=actor.person_id,
        how=how,
        remark=remark.strip(),
        said_at=now,
    )
    session.add(word)
    session.flush()
    acting_as = ActingAs.VOLUNTEER if is_helper else permissions.acting_as_in(actor, request)
    _note(session, request, "how", acting_as, actor, now, how=how.value)
    if how is HowItWas.BAD:
        ownership.put_before(session, request, why="how_bad", now=now)
    return word


def _held(session: Session, series_id: UUID) -> tuple[Series, HelpRequest]:
    series = queries.get_series(session, series_id)
    return series, hold(session, series)


def _furthest(now: datetime) -> date:
    return local_day(now) + LONGEST_SERIES


def _require_asker(actor: Actor, request: HelpRequest) -> ActingAs:
    permissions.require(permissions.is_requester(actor, request) or permissions.may_work_case(actor, request))
    return permissions.acting_as_in(actor, request)


def _require_helper(actor: Actor, request: HelpRequest, person_id: UUID) -> ActingAs:
    if actor.person_id == person_id:
        return ActingAs.VOLUNTEER
    permissions.require(permissions.may_work_case(actor, request))
    return ActingAs.STAFF


def _find_helper(session: Session, series: Series, person_id: UUID, now: datetime) -> HelperRow | None:
    rows = queries.list_helpers(session, series, today=local_day(now))
    return next((row for row in rows if row.match.person_id == person_id), None)


def _note(
    session: Session,
    request: HelpRequest,
    what: str,
    acting_as: ActingAs,
    actor: Actor,
    now: datetime,
    **detail: Any,
) -> None:
    note(session, EventKind.SERIES_CHANGED, request, what=what, acting_as=acting_as, actor=actor, now=now, **detail)
