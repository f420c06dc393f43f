"""What a series must be, made so: times made ahead, somebody for each, or a search, or a plain "nobody this time".

Everything that changes a series ends here, and the clockwork comes by when nothing does. Twice in a row does nothing
the second time. The request of the series is held all the while, and the searches for stand-ins after it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace import notices
from marketplace.lifecycle.series import OccurrenceAction, advance_occurrence
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    Match,
    NoticeKind,
    Occurrence,
    OccurrenceStatus,
    Series,
    SeriesHelper,
    SeriesStatus,
)
from marketplace.queries import requests
from marketplace.queries import series as queries
from marketplace.rhythms import MOST_A_MONTH, instant_of, list_days, local_day
from marketplace.series import leaving, searching
from marketplace.series.policies import SERIES, SeriesPolicy
from marketplace.series.scene import SeriesScene, month_of, read_scene
from marketplace.series.telling import note, tell_of, tell_series
from marketplace.turns import divide, find_taker


def list_due(session: Session, now: datetime) -> Sequence[UUID]:
    """The series that are to be looked at."""
    return queries.list_due(session, now)


def settle_one(session: Session, series_id: UUID, *, now: datetime) -> None:
    """One series by its id, where it is still to be looked at."""
    series = queries.get_series(session, series_id)
    if series.next_moment_at <= now:
        settle(session, series, now=now)


def settle(session: Session, series: Series, *, now: datetime, policy: SeriesPolicy = SERIES) -> None:
    """Make one series what it must be at this moment."""
    request = hold(session, series)
    if series.status is SeriesStatus.ENDED:
        return
    was = series.next_moment_at
    if request.ended_at is None:
        make_days(session, series, now=now, policy=policy)
        leaving.free_places(session, series, request, now=now, policy=policy)
        _welcome(session, series, now)
    scene = read_scene(session, series, request, now)
    had = {one.id: one.person_id for one in scene.occurrences}
    _pass_time(session, scene)
    if request.ended_at is not None or _is_over(scene):
        leaving.end(session, scene, now=now)
        return
    _free(session, scene)
    is_same_people = _fill(session, scene, policy)
    _search(session, scene, policy)
    _tell(session, scene, had, is_same_people=is_same_people)
    queries.set_next_moment(session, series, was=was, to=_next_moment(scene, policy))


def hold(session: Session, series: Series) -> HelpRequest:
    """Hold the request of a series, then its searches: whoever changes anything about it waits. The series anew."""
    request = requests.lock_request(session, series.request_id)
    for search_id in queries.list_running_searches(session, series.id):
        requests.lock_request(session, search_id)
    session.refresh(series)
    return request


def make_days(session: Session, series: Series, *, now: datetime, policy: SeriesPolicy = SERIES) -> int:
    """Make the times of a series as far ahead as these are made. How many; the second time none."""
    until = min(series.last_on, local_day(now) + timedelta(weeks=policy.made_ahead_weeks))
    first = series.made_until + timedelta(days=1) if series.made_until else series.first_on
    if until < first:
        return 0
    made = 0
    for day in list_days(series.rhythm, first_on=series.first_on, from_on=first, until_on=until):
        session.add(
            Occurrence(
                municipality_id=series.municipality_id,
                series_id=series.id,
                original_on=day,
                starts_at=instant_of(day, series.start_minute),
                minutes=series.minutes,
                changed_at=now,
            )
        )
        made += 1
    series.made_until = until
    session.add(series)
    session.flush()
    return made


def usual_max(series: Series, places: int) -> int | None:
    """How often somebody comes in a month at most, unless they say so: a turn more than is fair; alone, every time."""
    if not series.is_circle:
        return None
    return -(-MOST_A_MONTH.get(series.rhythm, 1) // max(places, 1)) + 1


# --- step by step ------------------------------------------------------------------------------------------------


def _welcome(session: Session, series: Series, now: datetime) -> None:
    """Whoever said yes to the series is written down as one of its helpers."""
    places = len(requests.list_slots(session, series.request_id))
    for row in queries.list_helpers(session, series, today=local_day(now)):
        if row.said is None:
            session.add(
                SeriesHelper(
                    match_id=row.match.id,
                    municipality_id=series.municipality_id,
                    series_id=series.id,
                    person_id=row.match.person_id,
                    max_per_month=usual_max(series, places),
                    joined_at=now,
                )
            )
    session.flush()


def _pass_time(session: Session, scene: SeriesScene) -> None:
    """What has been, was held by whoever was to come, as far as we know; or there was nobody."""
    for one in scene.occurrences:
        if one.starts_at + timedelta(minutes=one.minutes) > scene.now:
            continue
        search, match = scene.searches.get(one.id), scene.standing_in.get(one.id)
        if one.status is OccurrenceStatus.PLANNED:
            action = OccurrenceAction.HOLD if one.person_id is not None else OccurrenceAction.GO_WITHOUT
            advance_occurrence(session, one, action, at=scene.now)
        if search is None:
            continue
        if match is not None and one.status is OccurrenceStatus.HELD and one.match_id == match.id:
            searching.finish_search(session, search, match, now=scene.now)
        else:
            searching.end_search(session, search, now=scene.now)
        del scene.searches[one.id]


def _is_over(scene: SeriesScene) -> bool:
    """Every time was made, the last one has been, and nothing that was moved or skipped is still to come."""
    is_made = (scene.series.made_until or date.min) >= scene.series.last_on
    waits = any(
        one.status is OccurrenceStatus.PLANNED
        or (one.starts_at > scene.now and one.status in (OccurrenceStatus.SKIPPED, OccurrenceStatus.NOBODY))
        for one in scene.occurrences
    )
    return is_made and not waits


def _free(session: Session, scene: SeriesScene) -> None:
    """Who cannot come (any more) is taken off; who stands in by a search that found them, is put on."""
    months = Counter((one.taker, month_of(one.on)) for one in scene.given(besides=scene.coming))
    for one in scene.coming:
        stand_in = scene.standing_in.get(one.id)
        if stand_in is not None:
            _give(session, one, stand_in, is_by_turn=False, now=scene.now)
            continue
        if one.person_id is None:
            continue
        row = scene.find_helper(one.person_id)
        if row is None or row.match.id != one.match_id or not scene.is_able(row, one):
            _take_off(session, one)
            continue
        most, key = row.said.max_per_month if row.said else None, (one.person_id, month_of(local_day(one.starts_at)))
        months[key] += 1
        if most is not None and months[key] > most:
            months[key] -= 1
            _take_off(session, one)


def _take_off(session: Session, one: Occurrence) -> None:
    one.person_id = one.match_id = None
    # Whoever comes instead takes it over.
    one.is_by_turn = False
    session.add(one)


def _give(session: Session, one: Occurrence, match: Match, *, is_by_turn: bool, now: datetime) -> None:
    if one.match_id == match.id and one.status is OccurrenceStatus.PLANNED:
        return
    one.person_id, one.match_id, one.is_by_turn = match.person_id, match.id, is_by_turn
    one.reminded_at = None
    session.add(one)
    if one.status is OccurrenceStatus.NOBODY:
        advance_occurrence(session, one, OccurrenceAction.FIND, at=now)


def _fill(session: Session, scene: SeriesScene, policy: SeriesPolicy) -> bool:
    """Turns to those who take them, then what somebody cannot come to, to another of the circle.

    Whether it is the same people as the last time.
    """
    among = " ".join(sorted(str(row.match.person_id) for row in scene.staying))
    if scene.series.is_circle and among != scene.series.turns_among:
        _shuffle(session, scene, policy)
    # Of one who always comes, what they could not do is theirs again once they can.
    by_turn = [one for one in scene.coming if one.person_id is None and (one.is_by_turn or not scene.series.is_circle)]
    for turn_id, taker in divide([scene.turn(one) for one in by_turn], scene.takers(), scene.given()).items():
        _take(session, scene, turn_id, taker, is_by_turn=True)
    for one in scene.coming:
        if one.person_id is None and scene.series.is_circle:
            taker = find_taker(scene.turn(one), scene.takers(), scene.given())
            _take(session, scene, one.id, taker, is_by_turn=False)
    if among == scene.series.turns_among:
        return True
    _tell_turns(session, scene)
    scene.series.turns_among = among
    session.add(scene.series)
    return False


def _shuffle(session: Session, scene: SeriesScene, policy: SeriesPolicy) -> None:
    """The circle is another one: turns that are not near are divided anew."""
    from_on = local_day(scene.now) + timedelta(days=policy.kept_days)
    for one in scene.coming:
        if one.is_by_turn and one.moved_at is None and local_day(one.starts_at) > from_on:
            one.person_id = one.match_id = None
            session.add(one)
        elif one.person_id is None:
            one.is_by_turn = True
            session.add(one)


def _take(session: Session, scene: SeriesScene, turn_id: UUID, taker: UUID | None, *, is_by_turn: bool) -> None:
    row = scene.find_helper(taker)
    if row is not None:
        one = next(one for one in scene.occurrences if one.id == turn_id)
        _give(session, one, row.match, is_by_turn=is_by_turn, now=scene.now)


def _search(session: Session, scene: SeriesScene, policy: SeriesPolicy) -> None:
    """A search for each time that nobody of the series can come to; none where somebody can."""
    had_helper = queries.had_helper(session, scene.series)
    bridged = scene.now + timedelta(days=policy.bridged_days)
    too_late = scene.now + timedelta(hours=policy.too_late_h)
    for one in scene.occurrences:
        search = scene.searches.get(one.id)
        if search is not None and not _needs(scene, one, search.id):
            searching.end_search(session, search, now=scene.now)
            del scene.searches[one.id]
            search = None
        if search is not None and not searching.is_for(session, search, one):
            if one.id in scene.standing_in:
                searching.set_window(session, search, one)
            else:
                searching.end_search(session, search, now=scene.now)
                del scene.searches[one.id]
                search = None
        if one not in scene.coming or one.person_id is not None or search is not None:
            continue
        # While the series itself seeks somebody, that is the search; what is near is bridged once it had begun.
        is_covered = scene.is_searching and not (had_helper and one.starts_at <= bridged)
        if is_covered:
            continue
        if one.id in scene.given_up or one.starts_at <= too_late:
            if one.status is OccurrenceStatus.PLANNED:
                advance_occurrence(session, one, OccurrenceAction.GO_WITHOUT, at=scene.now)
            continue
        if one.status is OccurrenceStatus.PLANNED:
            scene.searches[one.id] = searching.open_search(session, scene.request, one, now=scene.now)


def _needs(scene: SeriesScene, one: Occurrence, search_id: UUID) -> bool:
    """Whether this search has still something to do: nobody of the series comes, and it is to be."""
    if one.starts_at <= scene.now:
        return one.status is OccurrenceStatus.PLANNED  # it is being held at this moment
    if one.status is not OccurrenceStatus.PLANNED:
        return False
    stand_in = scene.standing_in.get(one.id)
    return one.person_id is None or (stand_in is not None and stand_in.request_id == search_id)


def _tell(session: Session, scene: SeriesScene, had: dict[UUID, UUID | None], *, is_same_people: bool) -> None:
    """Who asks hears when somebody else comes than they knew, or nobody; and whoever it now falls to.

    Where the people themselves changed, that was told already, and one mail for each time would be many.
    """
    session.flush()
    asker = notices.told_for(scene.request)
    for one in scene.occurrences:
        before = had.get(one.id)
        is_new = one.person_id != before
        if is_new:
            one.sequence, one.changed_at = one.sequence + 1, scene.now
            session.add(one)
        if one.starts_at <= scene.now or one.id in scene.standing_in:
            continue  # who stands in, and for whom, hear it as of every match
        if one.status is OccurrenceStatus.NOBODY and one.changed_at == scene.now:
            tell_of(session, scene.request, one, to=asker, now=scene.now)
            continue
        # The first time that somebody is put on, nobody knew of anybody else.
        is_told = is_same_people and (before is not None or one.sequence > 1)
        if one.status is OccurrenceStatus.PLANNED and is_new and is_told:
            tell_of(session, scene.request, one, to=asker, now=scene.now)
            tell_of(session, scene.request, one, to=one.person_id, now=scene.now)


def _tell_turns(session: Session, scene: SeriesScene) -> None:
    """Everybody of a circle hears which turns are theirs; whoever comes every time knows already."""
    if not scene.series.is_circle:
        return
    for row in scene.staying:
        key = f"turns:{scene.series.version}:{scene.now.isoformat()}"
        tell_series(session, NoticeKind.SERIES_TURNS, scene.series, to=row.match.person_id, key=key, now=scene.now)
    note(
        session,
        EventKind.SERIES_CHANGED,
        scene.request,
        what="turns",
        acting_as=ActingAs.ENGINE,
        actor=None,
        now=scene.now,
        helpers=len(scene.staying),
    )


def _next_moment(scene: SeriesScene, policy: SeriesPolicy) -> datetime:
    """When something may be to do again: a time is over, or a search is too late; a look now and then in any case."""
    moments = [scene.now + timedelta(hours=policy.look_every_h)]
    for one in scene.occurrences:
        if one.status is OccurrenceStatus.PLANNED:
            moments.append(one.starts_at + timedelta(minutes=one.minutes))
            moments.append(one.starts_at - timedelta(hours=policy.too_late_h))
    return min(moment for moment in moments if moment > scene.now)
