"""Asking in somebody's name ends: by the one who is helped, by the one who asks, or by staff who were told so."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from marketplace import consent, history, notices, permissions
from marketplace.models import Channel, ConsentKind, EventKind, HelpRequest, NoticeKind, Person
from marketplace.permissions import Actor
from marketplace.queries import privacy, requests


def end(session: Session, *, request_id: UUID, actor: Actor, now: datetime, channel: Channel = Channel.WEB) -> int:
    """From now on the one who is helped decides alone, in everything that was asked in their name by this person.

    The requests go on; what was still to be told to the one who asked is told to the one who is helped, and the other
    hears that it ended. How many requests; 0 where nobody asks in their name, as when pressed twice. Raises NotAllowed.
    """
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.is_requester(actor, request) or permissions.may_work_case(actor, request))
    if request.representative_id is None:
        return 0
    return _end_between(session, request.requester_id, request.representative_id, actor, channel, now)


def end_all_of(session: Session, *, actor: Actor, now: datetime) -> int:
    """Nobody asks in the actor's name any more. How many requests."""
    asking = {one.representative_id for one in privacy.list_requests_of(session, actor.person_id)} - {None}
    return sum(
        _end_between(session, actor.person_id, representative_id, actor, Channel.WEB, now)
        for representative_id in sorted(asking, key=str)
        if representative_id is not None
    )


def _end_between(
    session: Session, requester_id: UUID, representative_id: UUID, actor: Actor, channel: Channel, now: datetime
) -> int:
    ended = privacy.list_requests_between(session, requester_id, representative_id)
    for request in ended:
        history.about_request(
            session,
            EventKind.REPRESENTATION_ENDED,
            request,
            at=now,
            acting_as=permissions.acting_as_in(actor, request),
            actor_id=actor.person_id,
            person_id=representative_id,
        )
        request.representative_id = request.relation = None
        session.add(request)
    session.flush()
    _hand_over_messages(session, requester_id, representative_id, {str(request.id) for request in ended})
    for municipality_id in sorted({request.municipality_id for request in ended}):
        consent.take_back(
            session,
            ConsentKind.REPRESENTATION,
            municipality_id=municipality_id,
            person_id=requester_id,
            channel=channel,
            recorded_by_id=actor.person_id,
            now=now,
        )
    if ended:
        _tell_others(session, ended[-1], representative_id, actor, now)
    return len(ended)


def _hand_over_messages(session: Session, requester_id: UUID, representative_id: UUID, request_ids: set[str]) -> None:
    requester = session.get_one(Person, requester_id)
    for message in privacy.list_untold(session, representative_id):
        if message.subject.get("request") in request_ids:
            message.person_id, message.channel = requester_id, notices.channel_for(requester, message.kind)
            message.done_by_id = None
            session.add(message)
    session.flush()


def _tell_others(session: Session, latest: HelpRequest, representative_id: UUID, actor: Actor, now: datetime) -> None:
    """Whoever of the two did not do it hears of it; where staff did, both."""
    for person_id, other_id in (
        (latest.requester_id, representative_id),
        (representative_id, latest.requester_id),
    ):
        if person_id != actor.person_id:
            notices.queue(
                session,
                NoticeKind.REPRESENTATION_ENDED,
                municipality_id=latest.municipality_id,
                person_id=person_id,
                at=now,
                key=f"{latest.id}:{now.isoformat()}",
                request=latest.id,
                about=other_id,
            )
