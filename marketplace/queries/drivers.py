"""Finding drivers, their hours, papers and what is taken of their time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, or_, select

from marketplace.errors import NotFound
from marketplace.models import (
    BarredPair,
    Driver,
    DriverAway,
    DriverDay,
    DriverDayHours,
    DriverHours,
    DriverMinute,
    Person,
    PersonBlock,
    QualificationSeen,
)

Windows = tuple[tuple[int, int], ...]


def get_driver(session: Session, driver_id: UUID) -> Driver:
    """One driver. Raises NotFound."""
    if (driver := session.get(Driver, driver_id)) is None:
        raise NotFound(f"driver {driver_id}")
    return driver


def find_driver_of(session: Session, person_id: UUID, municipality_id: UUID) -> Driver | None:
    """Somebody as a driver in one municipality, also when they have stopped."""
    query = select(Driver).where(Driver.person_id == person_id, Driver.municipality_id == municipality_id)
    return session.exec(query).first()


def list_drivers(session: Session, municipality_id: UUID) -> Sequence[Driver]:
    """Who drives in a municipality, in a fixed order."""
    query = select(Driver).where(Driver.municipality_id == municipality_id, col(Driver.left_at).is_(None))
    return session.exec(query.order_by(col(Driver.joined_at), col(Driver.id))).all()


def list_drivers_of(session: Session, person_id: UUID) -> Sequence[Driver]:
    """Where somebody drives."""
    return session.exec(select(Driver).where(Driver.person_id == person_id, col(Driver.left_at).is_(None))).all()


def list_names(session: Session, municipality_id: UUID) -> Mapping[UUID, Person]:
    """The people who drive, by driver, also those who stopped."""
    query = select(Driver.id, Person).join(Person, col(Person.id) == Driver.person_id)
    return dict(session.exec(query.where(Driver.municipality_id == municipality_id)).all())


def list_hours(session: Session, driver_id: UUID) -> Sequence[DriverHours]:
    """The weekly hours of a driver, from Monday on."""
    query = select(DriverHours).where(DriverHours.driver_id == driver_id)
    return session.exec(query.order_by(col(DriverHours.weekday), col(DriverHours.start_minute))).all()


def list_day_hours(session: Session, driver_id: UUID, *, from_on: date) -> Sequence[DriverDayHours]:
    """Single days with other hours, from a day on."""
    query = select(DriverDayHours).where(DriverDayHours.driver_id == driver_id, DriverDayHours.day >= from_on)
    return session.exec(query.order_by(col(DriverDayHours.day))).all()


def list_away(session: Session, driver_id: UUID, *, from_on: date) -> Sequence[DriverAway]:
    """Holidays and pauses that are not over on a day."""
    query = select(DriverAway).where(
        DriverAway.driver_id == driver_id, or_(col(DriverAway.last_on).is_(None), col(DriverAway.last_on) >= from_on)
    )
    return session.exec(query.order_by(col(DriverAway.first_on))).all()


def windows_of_day(session: Session, drivers: Iterable[Driver], day: date) -> Mapping[UUID, Windows]:
    """When each driver said to have time on a day, in minutes on the clock; who has none or is away is left out."""
    ids = [driver.id for driver in drivers]
    weekly: defaultdict[UUID, list[tuple[int, int]]] = defaultdict(list)
    hours = select(DriverHours).where(col(DriverHours.driver_id).in_(ids), DriverHours.weekday == day.weekday())
    for piece in session.exec(hours.order_by(col(DriverHours.start_minute))):
        weekly[piece.driver_id].append((piece.start_minute, piece.end_minute))
    found = {driver_id: tuple(pieces) for driver_id, pieces in weekly.items()}
    single = select(DriverDayHours).where(col(DriverDayHours.driver_id).in_(ids), DriverDayHours.day == day)
    for other in session.exec(single):
        found[other.driver_id] = tuple((start, end) for start, end in other.windows)
    away = list_away_on(session, ids, day)
    return {driver_id: pieces for driver_id, pieces in found.items() if pieces and driver_id not in away}


def list_away_on(session: Session, driver_ids: Sequence[UUID], day: date) -> frozenset[UUID]:
    """Who of these is on holiday or pauses on a day."""
    query = select(DriverAway.driver_id).where(
        col(DriverAway.driver_id).in_(driver_ids),
        DriverAway.first_on <= day,
        or_(col(DriverAway.last_on).is_(None), col(DriverAway.last_on) >= day),
    )
    return frozenset(session.exec(query))


def list_papers(
    session: Session, municipality_id: UUID, person_ids: Iterable[UUID]
) -> Mapping[UUID, tuple[QualificationSeen, ...]]:
    """What was seen of these people here, by person, the latest of a kind last."""
    found: defaultdict[UUID, list[QualificationSeen]] = defaultdict(list)
    query = select(QualificationSeen).where(
        QualificationSeen.municipality_id == municipality_id, col(QualificationSeen.person_id).in_(list(person_ids))
    )
    for seen in session.exec(query.order_by(col(QualificationSeen.seen_on), col(QualificationSeen.id))):
        found[seen.person_id].append(seen)
    return {person_id: tuple(papers) for person_id, papers in found.items()}


def list_taken(
    session: Session, person_ids: Iterable[UUID], *, first: int, last: int, besides: frozenset[UUID]
) -> Mapping[UUID, Sequence[int]]:
    """Minutes (since 1970) in [first, last) that are taken of these people, but for what these driver days took."""
    found: defaultdict[UUID, list[int]] = defaultdict(list)
    query = select(DriverMinute.person_id, DriverMinute.minute, DriverMinute.driver_day_id).where(
        col(DriverMinute.person_id).in_(list(person_ids)), DriverMinute.minute >= first, DriverMinute.minute < last
    )
    for person_id, minute, driver_day_id in session.exec(query.order_by(col(DriverMinute.minute))):
        if driver_day_id not in besides:
            found[person_id].append(minute)
    return found


def list_barred(session: Session, municipality_id: UUID) -> frozenset[tuple[UUID, UUID]]:
    """Pairs that are never brought together, in both directions."""
    query = select(BarredPair.person_id, BarredPair.other_id).where(BarredPair.municipality_id == municipality_id)
    pairs = [*session.exec(query), *session.exec(select(PersonBlock.blocker_id, PersonBlock.blocked_id))]
    return frozenset([*((one, other) for one, other in pairs), *((other, one) for one, other in pairs)])


def find_driver_day(session: Session, driver_id: UUID, day: date) -> DriverDay | None:
    """What a driver does on a day, if anything was ever planned."""
    return session.exec(select(DriverDay).where(DriverDay.driver_id == driver_id, DriverDay.day == day)).first()


def list_papers_ending(
    session: Session, *, from_on: date, until_on: date
) -> Sequence[tuple[QualificationSeen, Driver]]:
    """Papers of drivers whose validity ends in these days, both included."""
    query = (
        select(QualificationSeen, Driver)
        .join(Driver, col(Driver.person_id) == QualificationSeen.person_id)
        .where(
            Driver.municipality_id == QualificationSeen.municipality_id,
            col(Driver.left_at).is_(None),
            col(QualificationSeen.valid_until).is_not(None),
            col(QualificationSeen.valid_until) >= from_on,
            col(QualificationSeen.valid_until) <= until_on,
        )
    )
    return session.exec(query.order_by(col(QualificationSeen.valid_until), col(QualificationSeen.id))).all()


def list_driver_days(session: Session, driver_id: UUID, *, from_on: date) -> Sequence[DriverDay]:
    """The days of one driver that are still to come."""
    query = select(DriverDay).where(DriverDay.driver_id == driver_id, DriverDay.day >= from_on)
    return session.exec(query.order_by(col(DriverDay.day))).all()


def list_all_of(session: Session, person_id: UUID) -> Sequence[Driver]:
    """Where somebody drives or drove."""
    return session.exec(select(Driver).where(Driver.person_id == person_id).order_by(col(Driver.joined_at))).all()
