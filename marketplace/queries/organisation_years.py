"""What people did for an organisation in a year, counted: for its members, and nobody by name."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from marketplace.models import HelpRequest, Hours, Match, MatchStatus, RequestWindow, Slot, SlotStatus
from marketplace.policies import local_midnight


@dataclass(frozen=True)
class OrganisationYear:
    """A year by the calendar of Oosterhout. ``minutes`` as far as those who helped told; ``places`` are those of shifts
    that have begun, ``filled`` how many of these had somebody."""

    year: int
    times: int
    people: int
    minutes: int
    places: int
    filled: int


def read_organisation_year(session: Session, organisation_id: UUID, year: int, *, now: datetime) -> OrganisationYear:
    """Counted from what was done, and not from what was agreed."""
    since, until = local_midnight(date(year, 1, 1)), local_midnight(date(year + 1, 1, 1))
    done: Any = (
        select(func.count(), func.count(col(Match.person_id).distinct()), func.coalesce(func.sum(Hours.minutes), 0))
        .select_from(Match)
        .join(HelpRequest, col(HelpRequest.id) == col(Match.request_id))
        .outerjoin(Hours, col(Hours.match_id) == col(Match.id))
        .where(
            HelpRequest.organisation_id == organisation_id,
            Match.status == MatchStatus.DONE,
            col(Match.ended_at) >= since,
            col(Match.ended_at) < until,
        )
    )
    times, people, minutes = session.execute(done).one()
    begun = (
        select(RequestWindow.request_id)
        .group_by(col(RequestWindow.request_id))
        .having(func.min(RequestWindow.starts_at) >= since, func.min(RequestWindow.starts_at) < min(until, now))
    )
    slots = (
        select(Slot.status, func.count())
        .join(HelpRequest, col(HelpRequest.id) == col(Slot.request_id))
        .where(
            HelpRequest.organisation_id == organisation_id,
            col(HelpRequest.vacancy_id).is_not(None),
            Slot.status != SlotStatus.WITHDRAWN,
            col(HelpRequest.id).in_(begun),
        )
        .group_by(col(Slot.status))
    )
    counted = dict(session.exec(slots).all())
    return OrganisationYear(
        year=year,
        times=times,
        people=people,
        minutes=int(minutes),
        places=sum(counted.values()),
        filled=counted.get(SlotStatus.TAKEN, 0) + counted.get(SlotStatus.DONE, 0),
    )
