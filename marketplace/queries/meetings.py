"""Dates of matches, how it was, hours, and which matches time has something to say about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, func, or_, select

from marketplace.errors import NotFound
from marketplace.models import (
    Appointment,
    AppointmentStatus,
    Evaluation,
    HelpRequest,
    Hours,
    HowItWas,
    Match,
    MatchStatus,
    NoticeKind,
    Person,
    Series,
    Skill,
)

_MOST: Final = 500


def get_appointment(session: Session, appointment_id: UUID) -> Appointment:
    """One appointment. Raises NotFound."""
    if (found := session.get(Appointment, appointment_id)) is None:
        raise NotFound(f"appointment {appointment_id}")
    return found


def find_proposed(session: Session, match_id: UUID) -> Appointment | None:
    """The date that was put forward and not answered."""
    return _standing(session, match_id, AppointmentStatus.PROPOSED)


def find_agreed(session: Session, match_id: UUID) -> Appointment | None:
    """The date that both agreed to."""
    return _standing(session, match_id, AppointmentStatus.AGREED)


def find_latest(session: Session, match_id: UUID) -> Appointment | None:
    """The date that was changed last, standing or not."""
    query = select(Appointment).where(Appointment.match_id == match_id)
    return session.exec(query.order_by(col(Appointment.sequence).desc()).limit(1)).first()


def find_agreed_last(session: Session, match_id: UUID) -> Appointment | None:
    """The date that both last agreed to and that ended with the match, if it did."""
    query = select(Appointment).where(
        Appointment.match_id == match_id,
        Appointment.status == AppointmentStatus.DROPPED,
        col(Appointment.answered_at).is_not(None),
    )
    return session.exec(query.order_by(col(Appointment.sequence).desc()).limit(1)).first()


def find_told(session: Session, match_id: UUID, kind: NoticeKind) -> Appointment | None:
    """The date that a message of this kind is about."""
    if kind in (NoticeKind.DATE_PROPOSED, NoticeKind.DETAILS_OPEN):
        return find_proposed(session, match_id)
    if kind is NoticeKind.CANCELLED:
        return find_agreed_last(session, match_id)
    return find_agreed(session, match_id)


def next_sequence(session: Session, match_id: UUID) -> int:
    """A number above that of every file that was given out for this match."""
    highest = select(func.coalesce(func.max(Appointment.sequence), -1)).where(Appointment.match_id == match_id)
    return int(session.exec(highest).one()) + 1


def _standing(session: Session, match_id: UUID, status: AppointmentStatus) -> Appointment | None:
    query = select(Appointment).where(Appointment.match_id == match_id, Appointment.status == status)
    return session.exec(query).first()


# --- what time has something to say about ------------------------------------------------------------------------


def list_to_remind(session: Session, now: datetime, *, within: timedelta) -> Sequence[Appointment]:
    """Agreed dates that are near, and of which nobody was reminded."""
    query = select(Appointment).where(
        Appointment.status == AppointmentStatus.AGREED,
        col(Appointment.reminded_at).is_(None),
        col(Appointment.starts_at) > now,
        col(Appointment.starts_at) <= now + within,
    )
    return session.exec(query.order_by(col(Appointment.starts_at)).limit(_MOST)).all()


def list_silent_to_nudge(session: Session, now: datetime, *, open_before: datetime) -> Sequence[Match]:
    """Matches without a date whose details opened before then, and that nobody was asked about."""
    query = select(Match).where(*_is_silent(now, open_before), col(Match.nudged_at).is_(None))
    return session.exec(query.order_by(col(Match.confirmed_at)).limit(_MOST)).all()


def list_silent_to_offer_on(
    session: Session, now: datetime, *, open_before: datetime, nudged_before: datetime, but_not: Iterable[str]
) -> Sequence[Match]:
    """Matches without a date of which the two were asked in vain, but not of these kinds of help."""
    query = select(Match).where(
        *_is_silent(now, open_before),
        col(Match.nudged_at) <= nudged_before,
        col(Match.request_id).not_in(_of_kinds(but_not)),
    )
    return session.exec(query.order_by(col(Match.nudged_at)).limit(_MOST)).all()


def returns() -> Any:
    """Of a match: it is of a series, whose times are made by themselves, or stands in for one of them."""
    once = select(HelpRequest.id).where(col(HelpRequest.occurrence_id).is_not(None))
    return or_(col(Match.request_id).in_(select(Series.request_id)), col(Match.request_id).in_(once))


def is_dated(now: datetime) -> Any:
    """Of a match: a date was agreed, or one that was put forward is still to come; a series has its times."""
    dated = select(Appointment.match_id).where(
        or_(
            col(Appointment.status) == AppointmentStatus.AGREED,
            (col(Appointment.status) == AppointmentStatus.PROPOSED) & (col(Appointment.starts_at) > now),
        )
    )
    return or_(col(Match.id).in_(dated), returns())


def _is_silent(now: datetime, open_before: datetime) -> tuple[Any, ...]:
    """No date was agreed, and none that was put forward is still to come."""
    return (
        Match.status == MatchStatus.CONFIRMED,
        col(Match.confirmed_at) <= open_before,
        ~is_dated(now),
    )


def list_over_in_silence(
    session: Session, *, met_before: datetime, unasked_before: datetime, but_not: Iterable[str]
) -> Sequence[Match]:
    """Matches whose agreed date was before then, whose two were asked how it was, and of whom none said "bad".

    Nobody is asked any more about what was before ``unasked_before``: that is over as well.
    """
    met, long_ago = (
        select(Appointment.match_id).where(
            Appointment.status == AppointmentStatus.AGREED, col(Appointment.starts_at) < before
        )
        for before in (met_before, unasked_before)
    )
    query = select(Match).where(
        Match.status == MatchStatus.CONFIRMED,
        col(Match.id).in_(met),
        or_(col(Match.asked_how_at) <= met_before, col(Match.id).in_(long_ago)),
        col(Match.request_id).not_in(in_trouble()),
        col(Match.request_id).not_in(_of_kinds(but_not)),
    )
    return session.exec(query.order_by(col(Match.made_at)).limit(_MOST)).all()


def in_trouble() -> Any:
    """The requests with a match that goes on, of which one of the two said that it was bad: nobody came, perhaps."""
    said_bad = select(Evaluation.match_id).where(Evaluation.how == HowItWas.BAD)
    return select(Match.request_id).where(Match.status == MatchStatus.CONFIRMED, col(Match.id).in_(said_bad))


def is_in_trouble(session: Session, request_id: UUID) -> bool:
    """Whether one of the two said that it was bad, and nobody found out yet what that means."""
    return session.exec(in_trouble().where(Match.request_id == request_id).limit(1)).first() is not None


def _of_kinds(codes: Iterable[str]) -> Any:
    return select(HelpRequest.id).where(col(HelpRequest.skill_code).in_(sorted(codes)))


def list_to_ask_how_it_was(
    session: Session, *, met_before: datetime, done_before: datetime, since: datetime
) -> Sequence[Match]:
    """Matches that are done, or whose date was before then, about which nobody was asked; not those of long ago."""
    met = select(Appointment.match_id).where(
        Appointment.status == AppointmentStatus.AGREED,
        col(Appointment.starts_at) < met_before,
        col(Appointment.starts_at) >= since,
    )
    query = select(Match).where(
        col(Match.asked_how_at).is_(None),
        or_(
            (col(Match.status) == MatchStatus.DONE)
            & (col(Match.ended_at) >= since)
            & (col(Match.ended_at) <= done_before),
            (col(Match.status) == MatchStatus.CONFIRMED) & col(Match.id).in_(met),
        ),
    )
    return session.exec(query.order_by(col(Match.made_at)).limit(_MOST)).all()


# --- how it was, and hours ---------------------------------------------------------------------------------------


def find_evaluation(session: Session, match_id: UUID, person_id: UUID) -> Evaluation | None:
    """What one of the two said about how it was."""
    return session.get(Evaluation, (match_id, person_id))


def find_told_remark(session: Session, match_id: UUID, requester_id: UUID) -> str:
    """What the requester said for the volunteer to hear; empty where they said nothing, or not for them."""
    said = find_evaluation(session, match_id, requester_id)
    return said.remark if said is not None and said.may_be_told else ""


def find_hours(session: Session, match_id: UUID) -> Hours | None:
    """How long somebody helped."""
    return session.get(Hours, match_id)


def sum_minutes(session: Session, person_id: UUID) -> int:
    """How long somebody helped in all, in minutes."""
    total = session.exec(select(func.sum(Hours.minutes)).where(Hours.person_id == person_id)).one()
    return int(total or 0)


@dataclass(frozen=True)
class DatedRow:
    """An agreed date of one person, on either side."""

    appointment: Appointment
    match: Match
    request: HelpRequest
    skill_label: str
    other: str
    is_volunteer: bool


def list_agreed_of(session: Session, person_id: UUID, *, since: datetime) -> Sequence[DatedRow]:
    """Every agreed date of one person from then on, first things first."""
    query = (
        select(Appointment, Match, HelpRequest, Skill.label_nl)
        .join(Match, col(Match.id) == Appointment.match_id)
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Skill, col(Skill.code) == HelpRequest.skill_code)
        .where(
            Appointment.status == AppointmentStatus.AGREED,
            col(Appointment.starts_at) >= since,
            or_(col(Match.person_id) == person_id, col(HelpRequest.requester_id) == person_id),
        )
        .order_by(col(Appointment.starts_at), col(Appointment.id))
        .limit(_MOST)
    )
    rows = session.exec(query).all()
    return [
        DatedRow(appointment, match, request, label, _other(session, match, request, person_id), is_helping)
        for appointment, match, request, label in rows
        for is_helping in (match.person_id == person_id,)
    ]


def _other(session: Session, match: Match, request: HelpRequest, person_id: UUID) -> str:
    if match.person_id != person_id:
        return session.get_one(Person, match.person_id).first_name
    return request.organisation_name or session.get_one(Person, request.requester_id).first_name


def find_standing_dates(session: Session, match_ids: Iterable[UUID]) -> dict[UUID, Appointment]:
    """The date of each of these matches: the agreed one, else the one put forward."""
    query = select(Appointment).where(
        col(Appointment.match_id).in_(list(match_ids)),
        col(Appointment.status).in_((AppointmentStatus.AGREED, AppointmentStatus.PROPOSED)),
    )
    # "agreed" comes before "proposed", so that it is the one that stays.
    found = sorted(session.exec(query).all(), key=lambda one: one.status, reverse=True)
    return {one.match_id: one for one in found}
