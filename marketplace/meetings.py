"""After the match: a date together, the reminder, what becomes of silence, how it was, and the hours."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import appointments, filling, history, lifecycle, notices, ownership, permissions
from marketplace.appointments import LASTING_KINDS, REMINDER, SILENCE
from marketplace.errors import IllegalTransition, InvalidInput, NotFound, Overtaken
from marketplace.lifecycle import MatchAction
from marketplace.models import (
    ActingAs,
    Appointment,
    AppointmentStatus,
    Channel,
    Evaluation,
    EventKind,
    HelpRequest,
    Hours,
    HowItWas,
    Match,
    MatchStatus,
    NoticeKind,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, local_midnight
from marketplace.queries import matches, meetings, requests

FURTHEST: Final = timedelta(days=366)
# Ten in the morning the day before, for what begins at the end of a day of 25 hours.
_REMIND_WITHIN: Final = timedelta(hours=40)
_ASK_FROM_HOUR: Final = 10
_ASK_NO_LATER: Final = timedelta(days=14)
# Whoever says "done" is asked on the page itself; the mail comes when they let that go by.
_AFTER_DONE: Final = timedelta(hours=1)
LONGEST_REMARK: Final = 500
# What the other reads of it may come by mail, so that it holds no number and no address.
_CONTACT_DETAILS: Final = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}|(?:\d[\s\-.]?){8,}", re.IGNORECASE)
LONGEST_HELP_MIN: Final = 24 * 60
# Of help that returns, in a year.
LONGEST_IN_ALL_MIN: Final = 1000 * 60


@dataclass(frozen=True)
class Said:
    """How it was, in the words of one of the two."""

    how: HowItWas
    helps_to_manage: HowItWas
    would_again: bool
    remark: str = ""
    may_be_told: bool = False


# --- a date together ---------------------------------------------------------------------------------------------


def propose_date(
    session: Session, *, match_id: UUID, starts_at: datetime, seen_id: UUID | None, actor: Actor, now: datetime
) -> Appointment:
    """One of the two puts a date forward. Putting forward what the other did is agreeing to it.

    ``seen_id`` is the standing proposal that they saw. Raises NotAllowed, InvalidInput, IllegalTransition, Overtaken
    where the other put a date forward meanwhile.
    """
    match, request = _running(session, match_id, actor)
    _check_moment(starts_at, now)
    standing, agreed = meetings.find_proposed(session, match_id), meetings.find_agreed(session, match_id)
    if agreed is not None and agreed.starts_at == starts_at:
        return agreed
    acting = _acting(actor, match, request)
    if standing is not None:
        is_mine = is_own_proposal(standing, match, actor)
        if standing.starts_at == starts_at:
            if not is_mine:
                appointments.settle(session, match, request, standing, by=actor.person_id, acting_as=acting, now=now)
            return standing
        if not is_mine and standing.id != seen_id:
            raise Overtaken(f"another date was proposed for match {match_id}")
    return appointments.propose(
        session, match, request, starts_at=starts_at, by=actor.person_id, acting_as=acting, now=now
    )


def agree_date(session: Session, *, match_id: UUID, appointment_id: UUID, actor: Actor, now: datetime) -> Appointment:
    """The other agrees. Pressed twice it answers the same.

    Raises NotAllowed, NotFound, IllegalTransition where the date has gone by or another took its place.
    """
    match, request = _running(session, match_id, actor)
    appointment = meetings.get_appointment(session, appointment_id)
    if appointment.match_id != match.id:
        raise NotFound(f"appointment {appointment_id}")
    if appointment.status is AppointmentStatus.AGREED:
        return appointment
    permissions.require(not is_own_proposal(appointment, match, actor))
    if appointment.starts_at <= now:
        raise IllegalTransition("appointment", "past", "agree")
    acting = _acting(actor, match, request)
    appointments.settle(session, match, request, appointment, by=actor.person_id, acting_as=acting, now=now)
    return appointment


def note_date(session: Session, *, match_id: UUID, starts_at: datetime, actor: Actor, now: datetime) -> Appointment:
    """One of the two tells which date they agreed between themselves; the other hears what was told.

    Raises NotAllowed, InvalidInput, IllegalTransition.
    """
    match, request = _running(session, match_id, actor)
    _check_moment(starts_at, now)
    agreed = meetings.find_agreed(session, match_id)
    if agreed is not None and agreed.starts_at == starts_at:
        return agreed
    acting, by = _acting(actor, match, request), actor.person_id
    appointment = appointments.propose(session, match, request, starts_at=starts_at, by=by, acting_as=acting, now=now)
    appointments.settle(session, match, request, appointment, by=by, acting_as=acting, now=now)
    return appointment


def is_own_proposal(appointment: Appointment, match: Match, actor: Actor) -> bool:
    """Whether the side of this person put the date forward: the volunteer, or who asks (or asks in their name)."""
    return (appointment.proposed_by_id == match.person_id) == (actor.person_id == match.person_id)


def _check_moment(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise InvalidInput({"day": "when_past"})
    if starts_at > now + FURTHEST:
        raise InvalidInput({"day": "when_far"})


# --- how it was, and the hours -----------------------------------------------------------------------------------


def evaluate(
    session: Session,
    *,
    match_id: UUID,
    said: Said,
    actor: Actor,
    now: datetime,
    of_volunteer: bool | None = None,
    channel: Channel = Channel.WEB,
) -> Evaluation:
    """One of the two says how it was, once; the first time counts. Staff type in what was told: ``of_volunteer``.

    Said good or so-so, it was done. Raises NotAllowed, InvalidInput, IllegalTransition where it did not go on.
    """
    match, request = _held(session, match_id)
    is_volunteer = _whose_words(match, request, actor, of_volunteer, channel)
    person_id = match.person_id if is_volunteer else request.requester_id
    if (known := meetings.find_evaluation(session, match_id, person_id)) is not None:
        return known
    if match.status not in (MatchStatus.CONFIRMED, MatchStatus.DONE):
        raise IllegalTransition("match", match.status, "evaluate")
    _check_remark(said.remark)
    evaluation = Evaluation(
        match_id=match_id,
        person_id=person_id,
        municipality_id=match.municipality_id,
        how=said.how,
        helps_to_manage=said.helps_to_manage,
        would_again=said.would_again,
        remark=said.remark.strip(),
        may_be_told=said.may_be_told,
        channel=channel,
        answered_at=now,
    )
    session.add(evaluation)
    acting = ActingAs.VOLUNTEER if actor.person_id == match.person_id else permissions.acting_as_in(actor, request)
    history.about_match(
        session,
        EventKind.EVALUATED,
        match,
        at=now,
        acting_as=acting,
        actor_id=actor.person_id,
        by="volunteer" if is_volunteer else "requester",
        how=said.how.value,
        helps_to_manage=said.helps_to_manage.value,
        would_again=said.would_again,
        channel=channel.value,
    )
    _conclude(session, match, request, evaluation, acting_as=acting, actor=actor, now=now)
    return evaluation


def log_hours(
    session: Session,
    *,
    match_id: UUID,
    minutes: int,
    actor: Actor,
    now: datetime,
    longest_min: int = LONGEST_HELP_MIN,
) -> Hours:
    """The volunteer says how long it took, of help that returns in all; said again, the last time counts.

    Raises NotAllowed, InvalidInput.
    """
    match, _ = _held(session, match_id)
    permissions.require(actor.person_id == match.person_id)
    if match.status not in (MatchStatus.CONFIRMED, MatchStatus.DONE):
        raise IllegalTransition("match", match.status, "log hours")
    if not 0 < minutes <= longest_min:
        raise InvalidInput({"hours": "hours_range"})
    hours = meetings.find_hours(session, match_id)
    if hours is not None and hours.minutes == minutes:
        return hours
    hours = hours or Hours(
        match_id=match_id,
        municipality_id=match.municipality_id,
        person_id=match.person_id,
        minutes=minutes,
        logged_at=now,
    )
    hours.minutes, hours.logged_at = minutes, now
    hours.confirmed_at = hours.confirmed_by_id = None
    session.add(hours)
    history.about_match(
        session,
        EventKind.HOURS_LOGGED,
        match,
        at=now,
        acting_as=ActingAs.VOLUNTEER,
        actor_id=actor.person_id,
        minutes=minutes,
    )
    return hours


def _whose_words(match: Match, request: HelpRequest, actor: Actor, of_volunteer: bool | None, channel: Channel) -> bool:
    """Whether the words are the volunteer's. Of their own they speak by any channel, staff type in what was told."""
    if of_volunteer is None:
        permissions.require(permissions.is_party(actor, match, request))
        return actor.person_id == match.person_id
    permissions.require(permissions.may_work_case(actor, request) and channel is not Channel.WEB)
    return of_volunteer


def _check_remark(remark: str) -> None:
    if len(remark.strip()) > LONGEST_REMARK:
        raise InvalidInput({"remark": "remark_long"})
    if _CONTACT_DETAILS.search(remark):
        raise InvalidInput({"remark": "remark_private"})


def _conclude(
    session: Session,
    match: Match,
    request: HelpRequest,
    evaluation: Evaluation,
    *,
    acting_as: ActingAs,
    actor: Actor,
    now: datetime,
) -> None:
    """Good or so-so: it was done, and the volunteer is thanked with what the requester wants them to hear."""
    if match.status is MatchStatus.CONFIRMED:
        if evaluation.how is not HowItWas.BAD:
            filling.finish_match(session, request, match, acting_as=acting_as, actor_id=actor.person_id, now=now)
        else:
            # Perhaps nobody came. A person finds out, and says that it was done, or that somebody else is wanted.
            ownership.put_before(session, request, why="how_bad", now=now)
        return
    is_kind = evaluation.how is HowItWas.GOOD and evaluation.may_be_told and evaluation.remark
    if is_kind and evaluation.person_id != match.person_id:
        appointments.tell(session, NoticeKind.THANKS, match, match.person_id, key=f"{match.id}:said", now=now)


# --- what time does ----------------------------------------------------------------------------------------------


def remind(session: Session, now: datetime) -> int:
    """Both are reminded of an agreed date, once. How many dates."""
    due = [one for one in meetings.list_to_remind(session, now, within=_REMIND_WITHIN) if _is_reminder_due(one, now)]
    for appointment in due:
        match = matches.get_match(session, appointment.match_id)
        request = requests.get_request(session, match.request_id)
        appointment.reminded_at = now
        session.add(appointment)
        _tell_both(session, NoticeKind.REMINDER, match, request, key=str(appointment.id), now=now)
    return len(due)


def nudge(session: Session, now: datetime) -> int:
    """Both of a match without a date are asked whether it worked out. How many matches."""
    open_before = now - timedelta(days=SILENCE.nudge_after_days)
    silent = meetings.list_silent_to_nudge(session, now, open_before=open_before)
    for match in silent:
        request = requests.get_request(session, match.request_id)
        match.nudged_at = now
        session.add(match)
        history.about_match(session, EventKind.NUDGED, match, at=now, acting_as=ActingAs.ENGINE)
        _tell_both(session, NoticeKind.NUDGE, match, request, key=str(match.id), now=now)
    return len(silent)


def offer_on(session: Session, now: datetime) -> int:
    """A match that stayed silent is undone by the engine, kindly; its slot goes into the market. How many."""
    silent = meetings.list_silent_to_offer_on(
        session,
        now,
        open_before=now - timedelta(days=SILENCE.offered_on_after_days),
        nudged_before=now - timedelta(days=SILENCE.answer_days),
        but_not=LASTING_KINDS,
    )
    for match in silent:
        request = requests.lock_request(session, match.request_id)
        lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
        history.about_match(
            session, EventKind.CANCELLED, match, at=now, acting_as=ActingAs.ENGINE, by="engine", why="silent"
        )
        history.about_match(session, EventKind.OFFERED_ON, match, at=now, acting_as=ActingAs.ENGINE)
        filling.reopen_slot(session, request, match, acting_as=ActingAs.ENGINE, now=now)
        _tell_both(session, NoticeKind.OFFERED_ON, match, request, key=str(match.id), now=now)
    return len(silent)


def finish_silent(session: Session, now: datetime) -> int:
    """Long after the date, with both asked and no word that it was bad, it was done. How many."""
    over = meetings.list_over_in_silence(
        session,
        met_before=now - timedelta(days=SILENCE.done_after_days),
        unasked_before=now - timedelta(days=SILENCE.done_after_days) - _ASK_NO_LATER,
        but_not=LASTING_KINDS,
    )
    for match in over:
        request = requests.lock_request(session, match.request_id)
        filling.finish_match(session, request, match, acting_as=ActingAs.ENGINE, actor_id=None, now=now)
    return len(over)


def ask_how_it_was(session: Session, now: datetime) -> int:
    """From ten the morning after the date, or an hour after it was done, both are asked. How many matches."""
    local = now.astimezone(AMSTERDAM)
    first_day_not_asked = local.date() - timedelta(days=local.hour < _ASK_FROM_HOUR)
    over = meetings.list_to_ask_how_it_was(
        session,
        met_before=local_midnight(first_day_not_asked),
        done_before=now - _AFTER_DONE,
        since=now - _ASK_NO_LATER,
    )
    for match in over:
        request = requests.get_request(session, match.request_id)
        match.asked_how_at = now
        session.add(match)
        for person_id in (request.requester_id, match.person_id):
            if meetings.find_evaluation(session, match.id, person_id) is None:
                told = match.person_id if person_id == match.person_id else notices.told_for(request)
                appointments.tell(session, NoticeKind.HOW_WAS_IT, match, told, key=str(match.id), now=now)
    session.flush()
    return len(over)


def _is_reminder_due(appointment: Appointment, now: datetime) -> bool:
    agreed_at = appointment.answered_at or appointment.proposed_at
    due_at = REMINDER.at(appointment.starts_at, agreed_at)
    return due_at is not None and due_at <= now


def _tell_both(
    session: Session, kind: NoticeKind, match: Match, request: HelpRequest, *, key: str, now: datetime
) -> None:
    for person_id in (notices.told_for(request), match.person_id):
        appointments.tell(session, kind, match, person_id, key=key, now=now)


def _held(session: Session, match_id: UUID) -> tuple[Match, HelpRequest]:
    match = matches.get_match(session, match_id)
    request = requests.lock_request(session, match.request_id)
    session.refresh(match)
    return match, request


def _running(session: Session, match_id: UUID, actor: Actor) -> tuple[Match, HelpRequest]:
    """A match whose two people can reach each other, held. Raises NotAllowed, IllegalTransition."""
    match, request = _held(session, match_id)
    permissions.require(permissions.is_party(actor, match, request))
    if match.status is not MatchStatus.CONFIRMED:
        raise IllegalTransition("match", match.status, "agree a date")
    return match, request


def _acting(actor: Actor, match: Match, request: HelpRequest) -> ActingAs:
    is_volunteer = actor.person_id == match.person_id
    return ActingAs.VOLUNTEER if is_volunteer else permissions.acting_as_in(actor, request)
