"""The steps that a garden day is made of: asking whose garden it is, a yes, giving it back, and telling everybody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from marketplace import appointments, filling, history, lifecycle, notices, permissions
from marketplace.errors import DoesNotFit, SlotTaken
from marketplace.lifecycle import MatchAction
from marketplace.lifecycle.together import GardenAction, advance_garden
from marketplace.models import (
    ActingAs,
    EventKind,
    Garden,
    GardenDay,
    GardenStatus,
    HelpRequest,
    Match,
    MatchStatus,
    NoticeKind,
    Offer,
    Origin,
    SlotStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import NEVER_OVERRULED
from marketplace.queries import garden_days, market, matches, meetings, offers, requests
from matching import rules
from matching.rules import Rule

# A leader has a place more for each garden that says yes.
_ROOM_IS_LENT = NEVER_OVERRULED - {Rule.CAPACITY}


def ask_garden(session: Session, day: GardenDay, garden: Garden, now: datetime) -> None:
    """Whose garden it is hears of the group and the day; what became of it meanwhile is left."""
    request = requests.get_request(session, garden.request_id)
    if not is_open(session, request):
        advance_garden(session, garden, GardenAction.LEAVE, at=now)
        return
    advance_garden(session, garden, GardenAction.ASK, at=now)
    tell(session, NoticeKind.GARDEN_DAY_ASKED, day, notices.told_for(request), now, request_id=request.id)


def record_proposed(
    session: Session, day: GardenDay, request: HelpRequest, *, acting_as: ActingAs, actor_id: UUID, now: datetime
) -> None:
    """The group is put before this request; by staff that is proposing a person, see `metrics.classification`."""
    history.about_request(
        session,
        EventKind.GARDEN_DAY_PROPOSED,
        request,
        at=now,
        acting_as=acting_as,
        actor_id=actor_id,
        person_id=day.leader_id,
        garden_day=str(day.id),
    )


def agree(
    session: Session, day: GardenDay, garden: Garden, request: HelpRequest, *, actor: Actor, now: datetime
) -> Match:
    """The last yes: the slot is the leader's. The caller holds day and request. Raises SlotTaken, DoesNotFit."""
    if not is_open(session, request):
        raise SlotTaken(request.id)
    offer = offers.get_offer(session, day.offer_id)
    require_possible(session, request, offer, now)
    _lend(session, day)
    proposal = matches.find_live_proposal(session, request.id, day.leader_id)
    if proposal is None:
        proposal = lifecycle.make_proposal(
            session, request, offer, origin=day.origin, expires_at=day.starts_at, now=now
        )
        is_own = day.origin is Origin.APPLICATION
        history.about_proposal(
            session,
            EventKind.APPLIED if is_own else EventKind.PROPOSED,
            proposal,
            at=now,
            acting_as=ActingAs.VOLUNTEER if is_own else ActingAs.STAFF,
            actor_id=day.planned_by_id,
        )
    acting = permissions.acting_as_in(actor, request)
    match = filling.fill_slot(session, request, proposal, actor=actor, acting_as=acting, now=now)
    if match is None:
        raise SlotTaken(request.id)
    advance_garden(session, garden, GardenAction.AGREE, at=now, match_id=match.id)
    return match


def leave_garden(session: Session, day: GardenDay, garden: Garden, now: datetime) -> None:
    """A garden that nobody agreed to goes its own way: the request ran beside it all the time."""
    advance_garden(session, garden, GardenAction.LEAVE, at=now)


def return_garden(
    session: Session, day: GardenDay, garden: Garden, *, acting_as: ActingAs, actor_id: UUID | None, now: datetime
) -> None:
    """It is not done after all: the match ends, and the request looks again, with an owner and a next moment.

    Staff who take it back of their own accord remove the group; everybody else cancels.
    """
    request = requests.lock_request(session, garden.request_id)
    match = matches.get_match(session, _match_of(garden))
    session.refresh(match)
    if match.status in lifecycle.RUNNING_MATCHES:
        lifecycle.advance_match(session, match, MatchAction.CANCEL, at=now)
        kind = EventKind.REMOVED if acting_as is ActingAs.STAFF else EventKind.CANCELLED
        detail = {"reason": "garden_day_off"} if acting_as is ActingAs.STAFF else {"by": "volunteer", "is_late": False}
        history.about_match(session, kind, match, at=now, acting_as=acting_as, actor_id=actor_id, **detail)
        filling.reopen_slot(session, request, match, acting_as=acting_as, now=now)
    _give_back(session, day)
    advance_garden(session, garden, GardenAction.RETURN, at=now)


def finish_garden(
    session: Session, day: GardenDay, garden: Garden, *, acting_as: ActingAs, actor_id: UUID | None, now: datetime
) -> None:
    """It was done: the leader is thanked, and the request ends."""
    request = requests.lock_request(session, garden.request_id)
    match = matches.get_match(session, _match_of(garden))
    session.refresh(match)
    if match.status is not MatchStatus.DONE:
        filling.finish_match(session, request, match, acting_as=acting_as, actor_id=actor_id, now=now)
    _give_back(session, day)
    advance_garden(session, garden, GardenAction.FINISH, at=now)


def settle(session: Session, day: GardenDay, now: datetime) -> None:
    """What happened to its requests elsewhere is taken over; a date is set as soon as the details are open."""
    for garden in garden_days.list_gardens(session, day.id):
        if garden.status is GardenStatus.ASKED:
            request = requests.get_request(session, garden.request_id)
            if not is_open(session, request):
                leave_garden(session, day, garden, now)
        elif garden.status is GardenStatus.AGREED:
            _settle_agreed(session, day, garden, now)


def tell(
    session: Session,
    kind: NoticeKind,
    day: GardenDay,
    to: UUID,
    now: datetime,
    *,
    request_id: UUID | None = None,
    key: str = "",
) -> None:
    """One person hears something about a garden day, once an occasion."""
    subject: dict[str, Any] = {"garden_day": day.id, **({"request": request_id} if request_id else {})}
    notices.queue(
        session,
        kind,
        municipality_id=day.municipality_id,
        person_id=to,
        at=now,
        key=key or f"{day.id}:{request_id or ''}",
        **subject,
    )


def is_open(session: Session, request: HelpRequest) -> bool:
    """Whether somebody is still looked for."""
    return request.ended_at is None and bool(requests.list_slots(session, request.id, SlotStatus.FREE))


def require_possible(session: Session, request: HelpRequest, offer: Offer, now: datetime) -> None:
    """What nobody may overrule, such as two people who are never brought together. Raises DoesNotFit."""
    scene = market.read_market(
        session, municipality_id=request.municipality_id, now=now, request_ids=[request.id], offer_ids=[offer.id]
    )
    volunteer = scene.volunteers.get(str(offer.id))
    if volunteer is None or request.requester_id == offer.person_id:
        raise DoesNotFit((Rule.LEFT.value,))
    wanted = scene.requests.get(str(request.id))
    if wanted is None:
        raise SlotTaken(request.id)
    broken = rules.refused_by_person(scene, volunteer, wanted, now)
    if forbidden := tuple(rule.value for rule in broken if rule in _ROOM_IS_LENT):
        raise DoesNotFit(forbidden)


def _settle_agreed(session: Session, day: GardenDay, garden: Garden, now: datetime) -> None:
    match = matches.get_match(session, _match_of(garden))
    if match.status is MatchStatus.DONE:
        _give_back(session, day)
        advance_garden(session, garden, GardenAction.FINISH, at=now)
    elif match.status not in lifecycle.RUNNING_MATCHES:
        _give_back(session, day)
        advance_garden(session, garden, GardenAction.RETURN, at=now)
    elif match.status is MatchStatus.CONFIRMED and now < day.starts_at:
        _set_date(session, day, match, now)


def _set_date(session: Session, day: GardenDay, match: Match, now: datetime) -> None:
    agreed = meetings.find_agreed(session, match.id)
    if agreed is not None and agreed.starts_at == day.starts_at:
        return
    request = requests.lock_request(session, match.request_id)
    date = appointments.propose(
        session, match, request, starts_at=day.starts_at, by=match.person_id, acting_as=ActingAs.ENGINE, now=now
    )
    appointments.settle(session, match, request, date, by=request.requester_id, acting_as=ActingAs.ENGINE, now=now)


def _match_of(garden: Garden) -> UUID:
    assert garden.match_id is not None, "a garden that was agreed has a match"
    return garden.match_id


def _lend(session: Session, day: GardenDay) -> None:
    """The leader helps at one place more for this day, without room for anything else."""
    _change_room(session, day, 1)


def _give_back(session: Session, day: GardenDay) -> None:
    if day.lent > 0:
        _change_room(session, day, -1)


def _change_room(session: Session, day: GardenDay, by: int) -> None:
    # Somebody may have made their offer smaller meanwhile: never below what they are doing.
    table: Any = Offer
    query = update(table).where(col(Offer.id) == day.offer_id, col(Offer.engaged) <= col(Offer.capacity) + by)
    session.execute(query.values(capacity=Offer.capacity + by).execution_options(synchronize_session="fetch"))
    day.lent += by
    session.add(day)
    session.flush()
