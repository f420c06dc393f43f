"""A day on which a group does several gardens near each other: planning it, the yes of everybody, and how it went.

Each request goes on by itself until its owner says yes to the group; what falls through returns to the engine.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import history, notices, permissions
from marketplace.ages import needs_parent
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.lifecycle.together import (
    GARDENS_IN_HAND,
    GardenAction,
    GardenDayAction,
    advance_garden,
    advance_garden_day,
)
from marketplace.models import (
    ActingAs,
    EventKind,
    Garden,
    GardenDay,
    GardenDayStatus,
    GardenStatus,
    Match,
    NoticeKind,
    Offer,
    Organisation,
    OrganisationStatus,
    Origin,
    Person,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM, DESK
from marketplace.queries import garden_days, offers, organisations, requests
from marketplace.queries.garden_days import OpenGarden
from marketplace.queries.roster import read_roster
from marketplace.together import garden_steps
from matching import bundling
from matching.bundling import Bundle, Group


@dataclass(frozen=True)
class GardenDayPolicy:
    """How near gardens lie, and how long everybody has to answer."""

    walk_km: float = 1.5
    at_least: int = 3
    at_most: int = 12
    # So many days must lie between planning and the day itself, at least.
    notice_days: int = 4
    ahead_days: int = 120
    # How far ahead days that suit everybody are looked for.
    shown_days: int = 35
    leader_answers_days: float = 2
    # Answers are in so long before it begins: an objection is possible for a day, and the leader prepares.
    answer_before_h: float = 48
    # Nobody said how it went: then somebody of the desk asks.
    report_within_h: float = 18
    usual_people: int = 6
    usual_hours: int = 4

    def __post_init__(self) -> None:
        if self.notice_days * 24 <= self.answer_before_h:
            raise ValueError("GardenDayPolicy: there is time to answer before the answers must be in")

    def group(self, people: int, minutes_each: int) -> Group:
        """What so many people can do."""
        return Group(self.walk_km, people * minutes_each, self.at_least, self.at_most)


GARDEN_DAYS: Final = GardenDayPolicy()
MOST_PEOPLE: Final = 60


@dataclass(frozen=True)
class NewGardenDay:
    """A garden day as somebody plans it."""

    group_name: str
    people: int
    starts_at: datetime
    ends_at: datetime
    request_ids: tuple[UUID, ...]
    # The organisation whose people come, by whose name the group goes then.
    organisation_id: UUID | None = None


def bundle(
    gardens: Sequence[OpenGarden],
    *,
    people: int,
    minutes_each: int,
    days: Mapping[UUID, frozenset[date]] | None = None,
) -> list[Bundle]:
    """Which open gardens belong together for a group of so many people, on a day that suits them all; the largest day
    first. ``days``: on which each can; a garden that is not there can on every day, one without any on none. Pure."""
    known = []
    for one in gardens:
        can = (days or {}).get(one.id)
        if can is None or can:
            on = frozenset(day.toordinal() for day in can) if can else None
            known.append(bundling.Garden(str(one.id), one.latitude, one.longitude, one.minutes, on))
    return bundling.bundle_all(known, GARDEN_DAYS.group(people, minutes_each))


def list_suiting_days(session: Session, gardens: Sequence[OpenGarden], *, now: datetime) -> dict[UUID, frozenset[date]]:
    """On which of the coming days each garden can: from the first that leaves time to answer."""
    first = now.astimezone(AMSTERDAM).date() + timedelta(days=GARDEN_DAYS.notice_days + 1)
    last = first + timedelta(days=GARDEN_DAYS.shown_days - 1)
    return garden_days.list_suiting_days(session, [one.id for one in gardens], first=first, last=last)


def plan(
    session: Session,
    asked: NewGardenDay,
    *,
    offer_id: UUID,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    leader_agreed: bool = False,
) -> GardenDay:
    """A coordinator brings a group and gardens together; the leader is asked first, unless they agreed already.

    Raises NotAllowed, InvalidInput, DoesNotFit.
    """
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    offer = offers.get_offer(session, offer_id)
    day = _make(session, asked, offer, municipality_id, origin=Origin.COORDINATOR, actor=actor, now=now)
    if leader_agreed:
        _begin(session, day, now)
    else:
        garden_steps.tell(session, NoticeKind.GARDEN_DAY_LEADER, day, day.leader_id, now)
    return day


def offer_group(
    session: Session, asked: NewGardenDay, *, municipality_id: UUID, actor: Actor, now: datetime
) -> GardenDay:
    """A group offers itself for gardens on the public list; who does so leads it. Whose gardens they are is asked.

    Raises NotFound where the actor has no offer, InvalidInput, DoesNotFit.
    """
    offer = offers.find_live_offer_of(session, actor.person_id, municipality_id)
    if offer is None:
        raise NotFound("an offer to help with")
    day = _make(session, asked, offer, municipality_id, origin=Origin.APPLICATION, actor=actor, now=now)
    _begin(session, day, now)
    return day


def answer_as_leader(session: Session, *, day_id: UUID, is_yes: bool, actor: Actor, now: datetime) -> GardenDay:
    """Who was asked to lead it says yes or no; pressed twice it is once. Raises NotAllowed, IllegalTransition."""
    day = garden_days.lock_day(session, day_id)
    permissions.require(actor.person_id == day.leader_id)
    if day.status is GardenDayStatus.PLANNED and is_yes:
        return day
    if is_yes:
        _begin(session, day, now)
    else:
        _end(session, day, acting_as=ActingAs.VOLUNTEER, actor_id=actor.person_id, now=now)
    return day


def answer(
    session: Session, *, day_id: UUID, request_id: UUID, is_yes: bool, actor: Actor, now: datetime
) -> Match | None:
    """Whose garden it is says yes or no, themselves or by telephone. A yes makes the match. Twice is once.

    Raises NotAllowed, IllegalTransition after the time to answer, SlotTaken where somebody else came first.
    """
    day = garden_days.lock_day(session, day_id)
    request = requests.lock_request(session, request_id)
    permissions.require(permissions.is_requester(actor, request) or permissions.may_work_case(actor, request))
    garden = garden_days.get_garden(session, day_id, request_id)
    if garden.status is (GardenStatus.AGREED if is_yes else GardenStatus.DECLINED):
        return None
    if day.status is not GardenDayStatus.PLANNED or now >= day.starts_at:
        raise IllegalTransition("garden day", day.status, "answer")
    history.about_request(
        session,
        EventKind.GARDEN_DAY_ANSWERED,
        request,
        at=now,
        acting_as=permissions.acting_as_in(actor, request),
        actor_id=actor.person_id,
        garden_day=str(day.id),
        is_yes=is_yes,
    )
    if is_yes:
        return garden_steps.agree(session, day, garden, request, actor=actor, now=now)
    advance_garden(session, garden, GardenAction.DECLINE, at=now)
    return None


def call_off(session: Session, *, day_id: UUID, actor: Actor, now: datetime) -> GardenDay:
    """It does not go on: everybody hears so, and every garden looks again. Twice is once. Raises NotAllowed."""
    day = garden_days.lock_day(session, day_id)
    is_leader = actor.person_id == day.leader_id
    permissions.require(is_leader or actor.has_role(day.municipality_id, permissions.DESK_WORKERS))
    if day.status is not GardenDayStatus.CALLED_OFF:
        acting = ActingAs.VOLUNTEER if is_leader else ActingAs.STAFF
        _end(session, day, acting_as=acting, actor_id=actor.person_id, now=now)
    return day


def report(session: Session, *, day_id: UUID, done: Collection[UUID], actor: Actor, now: datetime) -> GardenDay:
    """How it went, said by the leader or to the desk: these were done, the others look again. Twice is once.

    Raises NotAllowed, IllegalTransition before it began.
    """
    day = garden_days.lock_day(session, day_id)
    is_leader = actor.person_id == day.leader_id
    permissions.require(is_leader or actor.has_role(day.municipality_id, permissions.DESK_WORKERS))
    if day.status is GardenDayStatus.DONE:
        return day
    if now < day.starts_at:
        raise IllegalTransition("garden day", day.status, "report")
    garden_steps.settle(session, day, now)
    # What the desk types in is what the leader told: nobody was removed by staff of their own accord.
    told_by = ActingAs.VOLUNTEER
    for garden in garden_days.list_gardens(session, day.id):
        if garden.status is GardenStatus.AGREED:
            step = garden_steps.finish_garden if garden.request_id in done else garden_steps.return_garden
            step(session, day, garden, acting_as=told_by, actor_id=day.leader_id, now=now)
        elif garden.status in GARDENS_IN_HAND:
            garden_steps.leave_garden(session, day, garden, now)
    advance_garden_day(session, day, GardenDayAction.FINISH, at=now)
    return day


# --- what time does ------------------------------------------------------------------------------------------------


def look_after(session: Session, now: datetime) -> int:
    """Every garden day that runs gets the step that its time has come for. How many run."""
    found = garden_days.list_running_ids(session)
    for day_id in found:
        day = garden_days.lock_day(session, day_id)
        if day.status is GardenDayStatus.PLANNED:
            garden_steps.settle(session, day, now)
        if day.next_moment_at <= now:
            _take_step(session, day, now)
    return len(found)


def _take_step(session: Session, day: GardenDay, now: datetime) -> None:
    if day.status is GardenDayStatus.LEADER_ASKED:
        if now >= day.answer_by:
            _end(session, day, acting_as=ActingAs.ENGINE, actor_id=None, now=now)
        else:
            _hand_to_person(session, day, now)
    elif now < day.starts_at:
        _close_answers(session, day, now)
    elif now >= day.ends_at:
        _hand_to_person(session, day, now)


def _close_answers(session: Session, day: GardenDay, now: datetime) -> None:
    """Who has not answered keeps looking as before; with nobody left there is no day."""
    for garden in garden_days.list_gardens(session, day.id):
        if garden.status is GardenStatus.ASKED:
            garden_steps.leave_garden(session, day, garden, now)
    if not garden_days.count_gardens(session, day.id).get(GardenStatus.AGREED):
        _end(session, day, acting_as=ActingAs.ENGINE, actor_id=None, now=now)
        return
    day.next_moment_at = day.ends_at + timedelta(hours=GARDEN_DAYS.report_within_h)
    session.add(day)
    garden_steps.tell(session, NoticeKind.GARDEN_DAY_READY, day, day.leader_id, now)


def _hand_to_person(session: Session, day: GardenDay, now: datetime) -> None:
    """Somebody of the desk looks: who is on duty there, else the team lead."""
    gardens = garden_days.list_gardens(session, day.id)
    first = requests.get_request(session, gardens[0].request_id)
    roster = read_roster(session, day.municipality_id, now=now)
    day.owner_id = roster.owner_for(first.postcode[:4], first.skill_code)
    day.next_moment_at = DESK.deadline(now)
    session.add(day)
    session.flush()


# --- steps ---------------------------------------------------------------------------------------------------------


def _make(
    session: Session,
    asked: NewGardenDay,
    offer: Offer,
    municipality_id: UUID,
    *,
    origin: Origin,
    actor: Actor,
    now: datetime,
) -> GardenDay:
    organisation = _find_group(session, asked, municipality_id, actor)
    if organisation is not None:
        asked = replace(asked, group_name=organisation.name)
    _check(session, asked, offer, municipality_id, now)
    answer_by = asked.starts_at - timedelta(hours=GARDEN_DAYS.answer_before_h)
    day = GardenDay(
        municipality_id=municipality_id,
        group_name=asked.group_name.strip(),
        organisation_id=organisation.id if organisation else None,
        people=asked.people,
        leader_id=offer.person_id,
        offer_id=offer.id,
        starts_at=asked.starts_at,
        ends_at=asked.ends_at,
        answer_by=answer_by,
        origin=origin,
        planned_by_id=actor.person_id,
        planned_at=now,
        status=GardenDayStatus.LEADER_ASKED,
        next_moment_at=min(answer_by, now + timedelta(days=GARDEN_DAYS.leader_answers_days)),
    )
    session.add(day)
    session.flush()
    acting = ActingAs.STAFF if origin is Origin.COORDINATOR else ActingAs.VOLUNTEER
    for request_id in asked.request_ids:
        request = requests.lock_request(session, request_id)
        garden_steps.require_possible(session, request, offer, now)
        session.add(
            Garden(
                garden_day_id=day.id,
                request_id=request_id,
                municipality_id=municipality_id,
                status=GardenStatus.WAITING,
            )
        )
        session.flush()
        garden_steps.record_proposed(session, day, request, acting_as=acting, actor_id=actor.person_id, now=now)
    return day


def _find_group(session: Session, asked: NewGardenDay, municipality_id: UUID, actor: Actor) -> Organisation | None:
    """The organisation whose people come: one for which the actor acts, or for staff any one. Raises InvalidInput."""
    if asked.organisation_id is None:
        return None
    found = organisations.get(session, asked.organisation_id)
    is_here = found.municipality_id == municipality_id and found.status is not OrganisationStatus.ENDED
    may = found.id in actor.organisations or actor.has_role(municipality_id, permissions.DESK_WORKERS)
    if not (is_here and may):
        raise InvalidInput({"organisation": "organisation_not_yours"})
    return found


def _check(session: Session, asked: NewGardenDay, offer: Offer, municipality_id: UUID, now: datetime) -> None:
    open_ids = {garden.id for garden in garden_days.list_open_gardens(session, municipality_id)}
    name, is_gone = asked.group_name.strip(), offer.left_at is not None or offer.municipality_id != municipality_id
    least, latest = timedelta(days=GARDEN_DAYS.notice_days), timedelta(days=GARDEN_DAYS.ahead_days)
    is_busy = garden_days.list_planned_twice(session, offer.id, asked.starts_at, asked.ends_at)
    is_young = needs_parent(session.get_one(Person, offer.person_id).born_on, now)
    problems = {
        "group_name": "" if 0 < len(name) <= 80 else "group_name",
        "people": "" if 1 <= asked.people <= MOST_PEOPLE else "people_range",
        "gardens": "" if asked.request_ids and len(asked.request_ids) <= GARDEN_DAYS.at_most else "gardens_missing",
        "until": "" if asked.starts_at < asked.ends_at <= asked.starts_at + timedelta(hours=12) else "when_order",
        "date": "" if now + least <= asked.starts_at <= now + latest else "garden_day_soon",
        "leader": "leader_gone" if is_gone else "leader_young" if is_young else "leader_busy" if is_busy else "",
    }
    if not set(asked.request_ids) <= open_ids:
        problems["gardens"] = "gardens_taken"
    if found := {field: code for field, code in problems.items() if code}:
        raise InvalidInput(found)


def _begin(session: Session, day: GardenDay, now: datetime) -> None:
    """Somebody leads it: whose gardens they are is asked."""
    advance_garden_day(session, day, GardenDayAction.LEAD, at=now)
    day.owner_id, day.next_moment_at = None, day.answer_by
    session.add(day)
    for garden in garden_days.list_gardens(session, day.id):
        garden_steps.ask_garden(session, day, garden, now)


def _end(session: Session, day: GardenDay, *, acting_as: ActingAs, actor_id: UUID | None, now: datetime) -> None:
    """Off: every garden looks again, and whoever was to come, or to be helped, hears so."""
    for garden in garden_days.list_gardens(session, day.id):
        was = garden.status
        if was is GardenStatus.AGREED:
            garden_steps.return_garden(session, day, garden, acting_as=acting_as, actor_id=actor_id, now=now)
        elif was in GARDENS_IN_HAND:
            garden_steps.leave_garden(session, day, garden, now)
        if was in (GardenStatus.ASKED, GardenStatus.AGREED):
            request = requests.get_request(session, garden.request_id)
            to = notices.told_for(request)
            garden_steps.tell(session, NoticeKind.GARDEN_DAY_OFF, day, to, now, request_id=request.id)
    advance_garden_day(session, day, GardenDayAction.CALL_OFF, at=now)
    for person_id in sorted({day.leader_id, day.planned_by_id} - {actor_id}, key=str):
        garden_steps.tell(session, NoticeKind.GARDEN_DAY_OFF, day, person_id, now)
