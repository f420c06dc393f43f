"""Holidays that are still to begin: whom the engine does not ask for a date on which they will be away. Pure.

A window counts as far as it lies outside the holiday; what returns every week counts, for holidays end. Only the engine
is kept from asking: who offers to help on such a day, or tells a coordinator so, knows their own plans best.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from matching.availability import MINUTE, longest_overlap
from matching.problem import Market, Request, Volunteer, Window


def without_the_away(scene: Market, holidays: Mapping[str, Window], now: datetime) -> Market:
    """The market in which nobody is asked for what falls in their holiday.

    Parameters
    ----------
    holidays
        By volunteer, from their first day away until they are back; those who are not in the market do no harm.
    """
    away: defaultdict[str, set[str]] = defaultdict(set)
    for volunteer_id, holiday in holidays.items():
        volunteer = scene.volunteers.get(volunteer_id)
        if volunteer is not None:
            for request_id in _missed(scene.requests.values(), volunteer, holiday, now):
                away[request_id].add(volunteer_id)
    if not away:
        return scene
    requests = dict(scene.requests)
    for request_id, volunteers in away.items():
        requests[request_id] = replace(requests[request_id], avoid=requests[request_id].avoid | volunteers)
    return replace(scene, requests=requests)


def without_the_unable(scene: Market, unable: Mapping[str, frozenset[str]]) -> Market:
    """The market in which nobody is asked to stand in for what they said no to, or are in the series of themselves.

    Parameters
    ----------
    unable
        By request, the volunteers who are not asked; those who are not in the market do no harm.
    """
    if not unable:
        return scene
    requests = {
        id_: replace(request, avoid=request.avoid | unable[id_]) if id_ in unable else request
        for id_, request in scene.requests.items()
    }
    return replace(scene, requests=requests)


def is_away(volunteer: Volunteer, request: Request, holiday: Window, now: datetime) -> bool:
    """Whether somebody who has time for this request now has none once their holiday is taken out of it."""
    if not any(_overlaps(window, holiday) for window in request.windows):
        return False
    enough = request.minutes * MINUTE
    if longest_overlap(volunteer, request, now) < enough:
        return False
    left = tuple(part for window in request.windows for part in _outside(window, holiday))
    if not left and not request.weekly:
        return True
    return longest_overlap(volunteer, replace(request, windows=left), now) < enough


def _missed(requests: Iterable[Request], volunteer: Volunteer, holiday: Window, now: datetime) -> Iterator[str]:
    for request in requests:
        if request.skill in volunteer.skills and is_away(volunteer, request, holiday, now):
            yield request.id


def _overlaps(window: Window, holiday: Window) -> bool:
    return window.start_at < holiday.end_at and holiday.start_at < window.end_at


def _outside(window: Window, holiday: Window) -> Iterator[Window]:
    if not _overlaps(window, holiday):
        yield window
        return
    if window.start_at < holiday.start_at:
        yield Window(window.start_at, holiday.start_at)
    if holiday.end_at < window.end_at:
        yield Window(holiday.end_at, window.end_at)
