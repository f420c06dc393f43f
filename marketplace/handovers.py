"""Warm hand-over: another organisation gets a case with its story, as the resident agreed, or it comes back.

Until receipt is confirmed the request is its owner's, with the day on which it comes back as its next moment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import consent, filling, history, lifecycle, notices, ownership, permissions, workdays
from marketplace.errors import CaseHeld, InvalidInput, NotFound, SlotTaken
from marketplace.lifecycle import HandOverAction
from marketplace.models import (
    ActingAs,
    Channel,
    ConsentKind,
    EventKind,
    HandOver,
    HandOverStatus,
    HelpRequest,
    NoticeKind,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, local_midnight
from marketplace.queries import handovers as queries
from marketplace.queries import requests

MOST_STORY: Final = 2000
MOST_NAME: Final = 80
# Who gets it has so many working days, and sees who it is about for so long after confirming.
WORKDAYS: Final = 3
READABLE: Final = timedelta(days=14)


@dataclass(frozen=True)
class Parcel:
    """What is passed on, and to whom."""

    organisation: str
    email: str
    story: str
    with_contact: bool


def prepare(
    session: Session,
    *,
    request_id: UUID,
    parcel: Parcel,
    agreed_by: Channel | None,
    actor: Actor,
    now: datetime,
) -> HandOver:
    """A coordinator hands a case over. ``agreed_by``: the resident said yes to exactly this, by telephone or at a desk;
    None asks them first. Whoever prepares it has the case.

    Raises NotAllowed, InvalidInput, CaseHeld, SlotTaken where nothing is asked any more.
    """
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.may_work_case(actor, request))
    if problems := _problems(session, request, parcel):
        raise InvalidInput(problems)
    if not requests.list_slots(session, request_id, SlotStatus.FREE):
        raise SlotTaken(request_id)
    if request.held_at is not None and request.owner_id is not None and request.owner_id != actor.person_id:
        raise CaseHeld(request_id, request.owner_id, request.held_at)
    hand_over = HandOver(
        municipality_id=request.municipality_id,
        request_id=request_id,
        owner_id=actor.person_id,
        organisation=parcel.organisation,
        email=parcel.email or None,
        story=parcel.story,
        with_contact=parcel.with_contact,
        asked_at=now,
        due_at=due_after(now),
    )
    session.add(hand_over)
    ownership.give_to_person(session, request, actor.person_id, now=now, rung=request.rung)
    request.held_at, request.next_moment_at = now, hand_over.due_at
    session.add(request)
    session.flush()
    _record(session, hand_over, request, "asked", ActingAs.STAFF, actor.person_id, now)
    if agreed_by is None:
        _tell(session, NoticeKind.HAND_OVER_ASKED, hand_over, request, request.requester_id, now)
    else:
        _agree(session, hand_over, request, agreed_by, actor.person_id, now)
    return hand_over


def answer(session: Session, *, request_id: UUID, is_yes: bool, actor: Actor, now: datetime) -> HandOver:
    """The resident, or who asks in their name, says yes or no to what they were shown. Pressed twice it stays so.

    Raises NotFound for anybody else, or where nothing is on its way.
    """
    request = requests.lock_request(session, request_id)
    hand_over = queries.find_newest(session, request_id)
    if hand_over is None or not permissions.is_requester(actor, request):
        raise NotFound(f"hand-over of {request_id}")
    if hand_over.status is not HandOverStatus.ASKED:
        return hand_over
    if is_yes:
        _agree(session, hand_over, request, Channel.WEB, actor.person_id, now)
        return hand_over
    lifecycle.advance_hand_over(session, hand_over, HandOverAction.DECLINE, at=now)
    _back(session, hand_over, request, "declined", ActingAs.RESIDENT, actor.person_id, now)
    return hand_over


def note_agreed(
    session: Session, *, request_id: UUID, hand_over_id: UUID, channel: Channel, actor: Actor, now: datetime
) -> HandOver:
    """The resident said yes by telephone, or on paper at a desk, to what was read out. Raises NotAllowed, NotFound."""
    hand_over, request = _of_staff(session, request_id, hand_over_id, actor)
    if hand_over.status is HandOverStatus.ASKED:
        _agree(session, hand_over, request, channel, actor.person_id, now)
    return hand_over


def withdraw(session: Session, *, request_id: UUID, hand_over_id: UUID, actor: Actor, now: datetime) -> HandOver:
    """After all not: the resident said no, or staff do something else.

    Raises NotAllowed, NotFound, IllegalTransition.
    """
    hand_over, request = _of_staff(session, request_id, hand_over_id, actor)
    if hand_over.status is not HandOverStatus.WITHDRAWN:
        lifecycle.advance_hand_over(session, hand_over, HandOverAction.WITHDRAW, at=now)
        _back(session, hand_over, request, "withdrawn", ActingAs.STAFF, actor.person_id, now)
    return hand_over


def note_received(session: Session, *, request_id: UUID, hand_over_id: UUID, actor: Actor, now: datetime) -> HandOver:
    """The other organisation said by telephone that they go on with it.

    Raises NotAllowed, NotFound, IllegalTransition.
    """
    hand_over, request = _of_staff(session, request_id, hand_over_id, actor)
    _receive(session, hand_over, request, actor.person_id, now)
    return hand_over


def confirm(session: Session, *, hand_over_id: UUID, is_yes: bool, now: datetime) -> HandOver:
    """Whoever has the link takes the case, or sends it back. Pressed twice, or too late, it stays as it is.

    Raises NotFound.
    """
    hand_over = queries.lock_hand_over(session, hand_over_id)
    if hand_over.status is not HandOverStatus.SENT:
        return hand_over
    request = requests.lock_request(session, hand_over.request_id)
    if is_yes:
        _receive(session, hand_over, request, None, now)
    else:
        lifecycle.advance_hand_over(session, hand_over, HandOverAction.RETURN, at=now)
        _back(session, hand_over, request, "refused", ActingAs.ORGANISATION, None, now)
    return hand_over


def return_overdue(session: Session, now: datetime) -> int:
    """What nobody answered in time comes back to its owner. How many."""
    due = queries.list_overdue(session, now)
    for hand_over_id in due:
        hand_over = queries.lock_hand_over(session, hand_over_id)
        request = requests.lock_request(session, hand_over.request_id)
        lifecycle.advance_hand_over(session, hand_over, HandOverAction.RETURN, at=now)
        _back(session, hand_over, request, "overdue", ActingAs.ENGINE, None, now)
    return len(due)


def withdraw_all_of(session: Session, *, person_id: UUID, now: datetime) -> None:
    """Somebody takes back that their story may go along: whatever is on its way stops."""
    for hand_over_id in queries.list_live_of(session, person_id):
        hand_over = queries.lock_hand_over(session, hand_over_id)
        request = requests.lock_request(session, hand_over.request_id)
        lifecycle.advance_hand_over(session, hand_over, HandOverAction.WITHDRAW, at=now)
        _back(session, hand_over, request, "withdrawn", ActingAs.RESIDENT, person_id, now)


def forget(session: Session, request_ids: list[UUID]) -> None:
    """The story goes with the words of the request."""
    for hand_over in queries.list_of_requests(session, request_ids):
        hand_over.story, hand_over.email = "", None
    session.flush()


def is_readable(hand_over: HandOver, *, now: datetime) -> bool:
    """Whether who has the link reads the story: while they may answer, and for a while after they took it."""
    if hand_over.status is HandOverStatus.RECEIVED:
        return hand_over.ended_at is not None and now < hand_over.ended_at + READABLE
    return hand_over.status is HandOverStatus.SENT


def shows_contact(hand_over: HandOver, *, now: datetime) -> bool:
    """Whether they are shown how to reach the resident: once they took it, and if that was agreed."""
    is_theirs = hand_over.status is HandOverStatus.RECEIVED
    return is_theirs and hand_over.with_contact and is_readable(hand_over, now=now)


def due_after(now: datetime) -> datetime:
    """The end of the last working day that the other organisation has."""
    last = workdays.workdays_after(now.astimezone(AMSTERDAM).date(), WORKDAYS)
    return local_midnight(last + timedelta(days=1))


def _problems(session: Session, request: HelpRequest, parcel: Parcel) -> dict[str, str]:
    problems = {}
    if not parcel.organisation or len(parcel.organisation) > MOST_NAME:
        problems["organisation"] = "organisation_name_long" if parcel.organisation else "organisation_missing"
    if parcel.email and ("@" not in parcel.email[1:-1] or " " in parcel.email or len(parcel.email) > 254):
        problems["email"] = "email_form"
    if not parcel.story or len(parcel.story) > MOST_STORY:
        problems["story"] = "worry_text_long" if parcel.story else "story_missing"
    if queries.find_live(session, request.id) is not None:
        problems["organisation"] = "hand_over_runs"
    return problems


def _of_staff(session: Session, request_id: UUID, hand_over_id: UUID, actor: Actor) -> tuple[HandOver, HelpRequest]:
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.may_work_case(actor, request))
    hand_over = queries.lock_hand_over(session, hand_over_id)
    if hand_over.request_id != request_id:
        raise NotFound(f"hand-over {hand_over_id}")
    return hand_over, request


def _agree(
    session: Session, hand_over: HandOver, request: HelpRequest, channel: Channel, by_id: UUID, now: datetime
) -> None:
    consent.give(
        session,
        ConsentKind.HAND_OVER,
        municipality_id=request.municipality_id,
        person_id=request.requester_id,
        channel=channel,
        recorded_by_id=by_id,
        now=now,
    )
    lifecycle.advance_hand_over(session, hand_over, HandOverAction.AGREE, at=now)
    is_own = by_id in (request.requester_id, request.representative_id)
    acting_as = ActingAs.RESIDENT if is_own else ActingAs.STAFF
    _record(session, hand_over, request, "agreed", acting_as, by_id, now, channel=channel.value)
    # The other organisation has its whole time from here.
    hand_over.due_at = request.next_moment_at = due_after(now)
    session.add_all((hand_over, request))
    session.flush()
    if hand_over.email:
        notices.queue(
            session,
            NoticeKind.HAND_OVER_FOR_ORGANISATION,
            municipality_id=hand_over.municipality_id,
            email=hand_over.email,
            at=now,
            key=str(hand_over.id),
            hand_over=hand_over.id,
        )


def _receive(session: Session, hand_over: HandOver, request: HelpRequest, actor_id: UUID | None, now: datetime) -> None:
    if hand_over.status is HandOverStatus.RECEIVED:
        return
    lifecycle.advance_hand_over(session, hand_over, HandOverAction.RECEIVE, at=now)
    acting_as = ActingAs.ORGANISATION if actor_id is None else ActingAs.STAFF
    _record(session, hand_over, request, "received", acting_as, actor_id, now)
    if slots := filling.close_free_slots(session, request, reason="referred", now=now):
        history.about_request(
            session,
            EventKind.REQUEST_CLOSED,
            request,
            at=now,
            acting_as=ActingAs.STAFF,
            actor_id=hand_over.owner_id,
            reason="referred",
            text=f"Naar {hand_over.organisation}",
            slots=slots,
        )
    _tell(session, NoticeKind.HAND_OVER_RECEIVED, hand_over, request, notices.told_for(request), now)


def _back(
    session: Session,
    hand_over: HandOver,
    request: HelpRequest,
    step: str,
    acting_as: ActingAs,
    actor_id: UUID | None,
    now: datetime,
) -> None:
    """It is the owner's again, who hears why unless they did it; the resident is not left waiting for nobody."""
    _record(session, hand_over, request, step, acting_as, actor_id, now)
    if request.ended_at is not None:
        return
    ownership.give_to_person(session, request, hand_over.owner_id, now=now, rung=request.rung)
    session.add(request)
    session.flush()
    if actor_id != hand_over.owner_id:
        _tell(session, NoticeKind.HAND_OVER_RETURNED, hand_over, request, hand_over.owner_id, now)


def _tell(
    session: Session, kind: NoticeKind, hand_over: HandOver, request: HelpRequest, to: UUID, now: datetime
) -> None:
    notices.about_request(session, kind, request, to=to, at=now, key=str(hand_over.id), hand_over=hand_over.id)


def _record(
    session: Session,
    hand_over: HandOver,
    request: HelpRequest,
    step: str,
    acting_as: ActingAs,
    actor_id: UUID | None,
    now: datetime,
    **detail: Any,
) -> None:
    history.about_request(
        session,
        EventKind.HANDED_OVER,
        request,
        at=now,
        acting_as=acting_as,
        actor_id=actor_id,
        step=step,
        to=hand_over.organisation,
        **detail,
    )
