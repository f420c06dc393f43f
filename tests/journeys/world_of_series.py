"""Help that returns for the small world: a walk that runs for weeks, with all that one time can be; and a circle."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlmodel import Session

from marketplace.models import Person
from marketplace.permissions import Actor
from marketplace.series import changing, settling
from tests.support.clock import NOW
from tests.support.series_builders import a_series, a_walker, joins, occurrences

_BEGAN = NOW - timedelta(days=30)


@dataclass(frozen=True)
class WorldOfSeries:
    """Who there is more, and where to find what."""

    people: dict[str, UUID]
    places: dict[str, str]


def add_series(session: Session, riet_id: UUID) -> WorldOfSeries:
    """Wout walks with Riet every Wednesday; Bea and Tom take turns, and somebody is asked whether it goes on."""
    riet = session.get_one(Person, riet_id)
    wout = a_walker(session, "Wout", now=_BEGAN)
    walks = a_series(session, requester=riet, first_on=date(2026, 2, 11), now=_BEGAN)
    joins(session, walks, wout, now=_BEGAN)
    settling.settle(session, walks, now=NOW)
    ahead = [one for one in occurrences(session, walks) if one.starts_at > NOW]
    asker = Actor(riet.id)
    changing.skip(session, occurrence_id=ahead[1].id, actor=asker, now=NOW)
    moved_to = ahead[2].starts_at + timedelta(days=1, hours=3)
    changing.move(session, occurrence_id=ahead[2].id, starts_at=moved_to, actor=Actor(wout.person_id), now=NOW)
    changing.refuse(session, occurrence_id=ahead[3].id, actor=Actor(wout.person_id), now=NOW)
    bea, tom = a_walker(session, "Bea", now=_BEGAN), a_walker(session, "Tom", now=_BEGAN)
    circle = a_series(
        session,
        requester=riet,
        places=2,
        first_on=date(2026, 2, 12),
        last_on=NOW.date() + timedelta(days=20),
        now=_BEGAN,
    )
    for one in (bea, tom):
        joins(session, circle, one, now=_BEGAN)
    settling.settle(session, circle, now=NOW)
    return WorldOfSeries(
        {"wout": wout.person_id, "bea": bea.person_id},
        {"walks": str(walks.id), "circle": str(circle.id), "next_walk": str(ahead[0].id)},
    )
