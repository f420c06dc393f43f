"""A date for a match: thresholds of the time after the yes, and the one place where a date is proposed or agreed."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from marketplace import history, lifecycle, notices
from marketplace.asks import RIDE
from marketplace.errors import Overtaken
from marketplace.lifecycle import AppointmentAction
from marketplace.models import ActingAs, Appointment, EventKind, HelpRequest, Match, NoticeKind
from marketplace.policies import AMSTERDAM
from marketplace.queries import meetings, requests


@dataclass(frozen=True)
class SilencePolicy:
    """A match whose two people have each other's details and no date."""

    nudge_after_days: int = 5
    offered_on_after_days: int = 8
    # Who was asked late, because the clockwork stood still, has as long to answer as anybody.
    answer_days: int = 3
    # Both were asked how it was the day after, and nobody said that it was not.
    done_after_days: int = 14

    def __post_init__(self) -> None:
        if (
            not 0 < self.nudge_after_days < self.offered_on_after_days
            or min(self.answer_days, self.done_after_days) <= 0
        ):
            raise ValueError("SilencePolicy: a nudge comes first, then time to answer, then offering on")


@dataclass(frozen=True)
class ReminderPolicy:
    """When two people are reminded of the date they agreed."""

    day_before_at: time = time(10)
    late_before_h: float = 3

    def at(self, starts_at: datetime, agreed_at: datetime) -> datetime | None:
        """The day before at ten by the clock on the wall; agreed later than that, three hours before, or never."""
        local_day = starts_at.astimezone(AMSTERDAM).date() - timedelta(days=1)
        usual = datetime.combine(local_day, self.day_before_at, AMSTERDAM)
        if agreed_at < usual:
            return usual
        late = starts_at - timedelta(hours=self.late_before_h)
        return late if agreed_at < late else None


@dataclass(frozen=True)
class LateCancellingPolicy:
    """From when on somebody must be found in a hurry."""

    below_h: float = 48

    def is_late(self, starts_at: datetime, now: datetime) -> bool:
        """Whether an appointment is so near that cancelling it leaves little time."""
        return now < starts_at < now + timedelta(hours=self.below_h)


@dataclass(frozen=True)
class AskedTimePolicy:
    """When the request itself says so exactly when it is, that this is the date."""

    below_times_minutes: float = 2

    def is_exact(self, starts_at: datetime, ends_at: datetime, minutes: int) -> bool:
        """Whether a dated time leaves no other choice worth the name."""
        return ends_at - starts_at < timedelta(minutes=minutes * self.below_times_minutes)


# What goes on for months: two people get to know each other, and no date says that it is over.
LASTING_KINDS: Final = frozenset({"company.buddy"})
REMINDER: Final = ReminderPolicy()
SILENCE: Final = SilencePolicy()
LATE_CANCELLING: Final = LateCancellingPolicy()
ASKED_TIME: Final = AskedTimePolicy()


def propose(
    session: Session,
    match: Match,
    request: HelpRequest,
    *,
    starts_at: datetime,
    by: UUID,
    acting_as: ActingAs,
    now: datetime,
) -> Appointment:
    """Put a date forward, instead of the one that stood; the other is told. Raises Overtaken.

    The caller holds the request. A date that was agreed stays until the new one is agreed too.
    """
    if (standing := meetings.find_proposed(session, match.id)) is not None:
        lifecycle.advance_appointment(session, standing, AppointmentAction.DROP, at=now)
    appointment = Appointment(
        municipality_id=match.municipality_id,
        match_id=match.id,
        starts_at=starts_at,
        minutes=request.minutes,
        proposed_by_id=by,
        proposed_at=now,
        sequence=meetings.next_sequence(session, match.id),
    )
    session.add(appointment)
    try:
        session.flush()
    except IntegrityError as clash:  # the unique standing proposal decides what the look-up could not see
        raise Overtaken(f"another date was proposed for match {match.id}") from clash
    _record(session, EventKind.DATE_PROPOSED, match, appointment, acting_as=acting_as, by=by, now=now)
    # A date that the request named itself is new to neither; it stands in the mail with which the details open.
    if acting_as is not ActingAs.ENGINE:
        other_id = notices.told_for(request) if by == match.person_id else match.person_id
        tell(session, NoticeKind.DATE_PROPOSED, match, other_id, key=str(appointment.id), now=now)
    return appointment


def propose_asked_time(session: Session, match: Match, request: HelpRequest, *, now: datetime) -> Appointment | None:
    """Where the request names one exact time, or is a ride, that is the date to agree to. None where it does not."""
    if request.occurrence_id is not None:
        return None  # the time of a series, which stands already
    windows = requests.list_windows(session, request.id)
    if len(windows) != 1 or windows[0].starts_at <= now or meetings.find_proposed(session, match.id) is not None:
        return None
    (only,) = windows
    if request.skill_code != RIDE and not ASKED_TIME.is_exact(only.starts_at, only.ends_at, request.minutes):
        return None
    return propose(
        session,
        match,
        request,
        starts_at=only.starts_at,
        by=request.requester_id,
        acting_as=ActingAs.ENGINE,
        now=now,
    )


def settle(
    session: Session,
    match: Match,
    request: HelpRequest,
    appointment: Appointment,
    *,
    by: UUID,
    acting_as: ActingAs,
    now: datetime,
) -> None:
    """This is the date now; the one before it is dropped, and both are told. Raises IllegalTransition, Overtaken."""
    before = meetings.find_agreed(session, match.id)
    if before is not None and before.id != appointment.id:
        lifecycle.advance_appointment(session, before, AppointmentAction.DROP, at=now)
    lifecycle.advance_appointment(session, appointment, AppointmentAction.AGREE, at=now)
    _record(session, EventKind.DATE_AGREED, match, appointment, acting_as=acting_as, by=by, now=now)
    for person_id in (notices.told_for(request), match.person_id):
        tell(session, NoticeKind.DATE_AGREED, match, person_id, key=str(appointment.id), now=now)


def tell(session: Session, kind: NoticeKind, match: Match, person_id: UUID, *, key: str, now: datetime) -> None:
    """One of the two is told something about their match, once an occasion."""
    notices.about_match(session, kind, match, to=person_id, at=now, key=key)


def _record(
    session: Session,
    kind: EventKind,
    match: Match,
    appointment: Appointment,
    *,
    acting_as: ActingAs,
    by: UUID,
    now: datetime,
) -> None:
    history.about_match(
        session,
        kind,
        match,
        at=now,
        acting_as=acting_as,
        actor_id=None if acting_as is ActingAs.ENGINE else by,
        appointment=str(appointment.id),
        starts_at=appointment.starts_at.isoformat(),
    )
