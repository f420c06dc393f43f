"""Buddies of the made-up city: some twenty trajectories a year, one of every kind among them, through the use cases."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import offering
from marketplace.buddies import agreeing, asking, ending, intake, introducing, looking_after, talks
from marketplace.buddies.asking import AskedFor, NewTrajectory
from marketplace.buddies.intake import Intake
from marketplace.buddies.policies import BUDDY, KINDS, PAPERS
from marketplace.buddies.talks import Question, Reply, TalkSaid
from marketplace.models import (
    BuddyGroup,
    BuddySide,
    Municipality,
    Offer,
    Person,
    QualificationSeen,
    Relation,
    StaffRoleKind,
    TalkStatus,
    Trajectory,
    TrajectoryEnding,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import buddies as queries
from marketplace.simulation.city import City

# How far each of the latest ones has come; those before them run, or came to their end.
_LATEST: Final = ("asked", "planned", "waiting", "waiting", "offered", "meeting", "agreeing")
_OLDER: Final = ("running", "well", "running", "stopped", "running", "well", "other_help", "running", "withdrawn")
_DAYS_AGO: Final = {"asked": 1, "planned": 2, "waiting": 24, "offered": 15, "meeting": 17, "agreeing": 23}
_WEEKS: Final = 70
_TEXTS: Final = (
    ("Ik kom bijna niet meer buiten.", "Weer samen naar de markt durven.", BuddyGroup.PSYCHOLOGICAL),
    ("Na mijn ziekte ben ik veel alleen.", "Elke week iets leuks doen.", BuddyGroup.PHYSICAL),
    ("De dagen zijn lang sinds mijn man er niet meer is.", "Weer mensen leren kennen.", BuddyGroup.ELDERLY),
    ("Het is druk thuis met de kinderen.", "Rust in de week, en iets voor de kinderen.", BuddyGroup.FAMILY),
)


@dataclass(frozen=True)
class BuddySize:
    """How many trajectories in seventy weeks; the paper names about twenty a year."""

    trajectories: int = 27


def live(
    session: Session,
    city: City,
    *,
    municipality: Municipality,
    coordinator_id: UUID,
    size: BuddySize,
    seed: int,
    now: datetime,
) -> None:
    """Play seventy weeks of trajectories up to now. The same seed gives the same ones."""
    draw = Random(f"{seed} buddies")
    bo = Actor(coordinator_id, roles=frozenset({(municipality.id, StaffRoleKind.BUDDY_COORDINATOR)}))
    offers = [_train(session, city, municipality, bo, number, now) for number in range(size.trajectories)]
    span = timedelta(weeks=_WEEKS) / size.trajectories
    for number in range(size.trajectories):
        latest = size.trajectories - number
        fate = _LATEST[-latest] if latest <= len(_LATEST) else _OLDER[number % len(_OLDER)]
        asked_at = now - timedelta(weeks=_WEEKS) + span * number
        begin = now - timedelta(days=_DAYS_AGO[fate]) if latest <= len(_LATEST) else asked_at
        begin = _morning(begin, now)
        _play(session, city, municipality, bo, offers[number], fate, begin, draw, now)
    looking_after.look_after(session, now - timedelta(minutes=1))


def _morning(moment: datetime, now: datetime) -> datetime:
    local = moment.astimezone(AMSTERDAM).replace(hour=10, minute=0, second=0, microsecond=0)
    return min(local, now - timedelta(hours=20))


def _train(session: Session, city: City, municipality: Municipality, bo: Actor, number: int, now: datetime) -> Offer:
    """A trained volunteer; of some a paper runs out soon."""
    since = now - timedelta(weeks=_WEEKS + 4)
    helper = city.draw_helper(since)
    person = Person(**vars(helper.who), created_at=since)
    session.add(person)
    session.flush()
    offered = replace(helper.offers, skill_codes=frozenset(KINDS), reach_km=10.0, is_public=False)
    offer = offering.save_offer(session, offered, municipality=municipality, actor=Actor(person.id), now=since)
    seen_on = since.astimezone(AMSTERDAM).date()
    for code in PAPERS:
        until = seen_on + timedelta(weeks=_WEEKS + 12 + 9 * (number % 9)) if code == "vog" else None
        session.add(
            QualificationSeen(
                municipality_id=municipality.id,
                person_id=person.id,
                code=code,
                seen_on=seen_on,
                seen_by_id=bo.person_id,
                valid_until=until,
            )
        )
    session.flush()
    return offer


def _play(
    session: Session,
    city: City,
    municipality: Municipality,
    bo: Actor,
    offer: Offer,
    fate: str,
    at: datetime,
    draw: Random,
    now: datetime,
) -> None:
    one = _ask(session, city, municipality, at, draw)
    me, buddy = Actor(one.resident_id), Actor(offer.person_id)
    days = iter(at + timedelta(days=day) for day in (1, 5, 12, 13, 14, 15, 19, 20, 21))
    if fate == "asked":
        return
    talk_at = now + timedelta(days=2) if fate == "planned" else next(days)
    intake.plan(session, trajectory_id=one.id, at=talk_at, actor=bo, now=at)
    if fate == "planned":
        return
    _, need, group = next(row for row in _TEXTS if row[0] == one.text)
    told = Intake(need, "", frozenset({group}), tuple(one.languages))
    intake.hold(session, trajectory_id=one.id, intake=told, actor=bo, now=next(days))
    if fate == "waiting":
        return
    if fate in ("withdrawn", "other_help"):
        ended = TrajectoryEnding.WITHDRAWN if fate == "withdrawn" else TrajectoryEnding.OTHER_HELP
        intake.close_by_staff(session, trajectory_id=one.id, ending=ended, actor=bo, now=at + timedelta(weeks=9))
        return
    introducing.introduce(session, trajectory_id=one.id, offer_id=offer.id, actor=bo, now=next(days))
    introducing.answer(session, trajectory_id=one.id, is_yes=True, actor=buddy, now=next(days))
    if fate == "offered":
        return
    introducing.answer(session, trajectory_id=one.id, is_yes=True, actor=me, now=next(days))
    planned_at, meets_at = next(days), next(days)
    meets_at = max(meets_at, now + timedelta(days=3)) if fate == "meeting" else meets_at
    introducing.plan_meeting(
        session, trajectory_id=one.id, at=meets_at, where="Activiteitencentrum De Slotjes", actor=bo, now=planned_at
    )
    if fate == "meeting":
        return
    for who in (me, buddy):
        introducing.go_on(session, trajectory_id=one.id, is_yes=True, actor=who, now=meets_at + timedelta(hours=3))
    begins_at = next(days)
    ends_on = begins_at.astimezone(AMSTERDAM).date() + timedelta(weeks=52)
    agreeing.propose(session, trajectory_id=one.id, goal=need, ends_on=ends_on, actor=bo, now=begins_at)
    agreeing.agree(session, trajectory_id=one.id, actor=buddy, now=begins_at)
    if fate == "agreeing":
        return
    agreeing.agree(session, trajectory_id=one.id, actor=me, now=begins_at + timedelta(hours=2))
    _go_on(session, one, bo, fate, begins_at, draw, now)


def _go_on(
    session: Session, one: Trajectory, bo: Actor, fate: str, begins_at: datetime, draw: Random, now: datetime
) -> None:
    """The talks on the way, and how it ended, or that they went on longer."""
    ends_at = {"well": begins_at + timedelta(weeks=51), "stopped": begins_at + timedelta(weeks=20)}.get(fate, now)
    ends_at = min(ends_at, now - timedelta(hours=20)) if fate != "running" else now
    closes_at = begins_at + timedelta(weeks=52 - BUDDY.closing_weeks)
    if fate == "running" and closes_at < now - timedelta(days=3):
        _talk(session, one, closes_at, draw)
        _extend(session, one, bo, closes_at)
    _talk(session, one, ends_at, draw)
    if fate == "well":
        look_back, what_next = "Het lukt weer om zelf naar buiten te gaan.", "De koffieochtend in De Bunthoef."
        ending.end_well(session, trajectory_id=one.id, look_back=look_back, what_next=what_next, actor=bo, now=ends_at)
    elif fate == "stopped":
        ending.stop_for(session, trajectory_id=one.id, side=BuddySide.BUDDY, actor=bo, now=ends_at)
        # They wait again, and are rung up now and then.
        called_at = max(ends_at, now - timedelta(days=3))
        intake.look_later(session, trajectory_id=one.id, at=now + timedelta(days=11), actor=bo, now=called_at)


def _talk(session: Session, one: Trajectory, until: datetime, draw: Random) -> None:
    """Who is asked how it goes before a moment mostly answers."""
    for talk in queries.list_talks(session, one.id):
        if talk.due_at >= until or talk.status is not TalkStatus.PLANNED:
            continue
        talks.ask(session, talk.id, now=talk.due_at)
        answered_at = talk.due_at + timedelta(hours=draw.choice((2, 26, 50)))
        if answered_at < until:
            said = dict.fromkeys(Question, Reply.GOOD)
            if draw.random() < 0.1:
                said[Question.GOAL] = Reply.SO_SO
            talks.answer(session, talk_id=talk.id, said=TalkSaid(said), actor=Actor(talk.person_id), now=answered_at)


def _extend(session: Session, one: Trajectory, bo: Actor, at: datetime) -> None:
    """A year longer, which both want."""
    pair = queries.find_live(session, one.id)
    assert pair is not None
    assert pair.ends_on is not None
    ends_on = pair.ends_on + timedelta(weeks=52)
    agreeing.propose(session, trajectory_id=one.id, goal=pair.goal, ends_on=ends_on, actor=bo, now=at)
    for person_id in (one.resident_id, pair.person_id):
        agreeing.agree(session, trajectory_id=one.id, actor=Actor(person_id), now=at + timedelta(hours=2))


def _ask(session: Session, city: City, municipality: Municipality, at: datetime, draw: Random) -> Trajectory:
    asker = city.draw_asker(at, is_private=True)
    person = Person(**vars(asker.who), created_at=at)
    session.add(person)
    other = None
    if draw.random() < 0.3:
        nurse = Person(**vars(city.draw_asker(at, is_private=False).who), created_at=at)
        session.add(nurse)
        session.flush()
        other = AskedFor(nurse.id, draw.choice((Relation.GP_NURSE, Relation.NEIGHBOURHOOD_WORKER)), is_agreed=True)
    session.flush()
    text, _, group = draw.choice(_TEXTS)
    kind = "company.family" if group is BuddyGroup.FAMILY else "company.buddy"
    return asking.ask(
        session,
        NewTrajectory(kind, text, asker.asks.place, frozenset({group})),
        municipality=municipality,
        resident_id=person.id,
        actor=Actor(other.person_id if other else person.id),
        now=at,
        other=other,
    )
