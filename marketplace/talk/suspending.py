"""An account is blocked, with a reason; who it was appeals to somebody else than who blocked; it may be free again.

Nothing is lost meanwhile: what they ask lies before a person with a next moment, what they agreed ends kindly, what
they offer rests by itself. Free again, they are as before, but for what was cancelled.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import due, history, notices, ownership, permissions, screening
from marketplace.errors import IllegalTransition, InvalidInput, NotFound
from marketplace.lifecycle import talk as steps
from marketplace.lifecycle.talk import SuspensionAction
from marketplace.models import (
    ActingAs,
    EventKind,
    HelpRequest,
    ModerationStepKind,
    NoticeKind,
    Person,
    SlotStatus,
    Suspension,
    SuspensionStatus,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import blocks, matches, people, privacy, requests
from marketplace.queries import moderation as queries
from marketplace.queries.roster import read_roster
from marketplace.talk import parting
from marketplace.workdays import workdays_after

MOST_REASON: Final = 500
MOST_APPEAL: Final = 1000


@dataclass(frozen=True)
class AppealPolicy:
    """Within how many working days an appeal is decided; a late one goes to somebody else once more."""

    workdays: int = 5
    again_workdays: int = 1

    def __post_init__(self) -> None:
        if min(self.workdays, self.again_workdays) <= 0:
            raise ValueError("AppealPolicy: every amount is above 0")

    def by(self, since: datetime, *, is_again: bool = False) -> datetime:
        """The end of that working day."""
        return end_of_workday(since, self.again_workdays if is_again else self.workdays)


def end_of_workday(since: datetime, count: int) -> datetime:
    """Six in the evening of the day that lies so many working days later."""
    day: date = workdays_after(since.astimezone(AMSTERDAM).date(), count)
    return datetime.combine(day, time(18), AMSTERDAM)


APPEALS: Final = AppealPolicy()


def suspend(
    session: Session,
    *,
    person_id: UUID,
    municipality_id: UUID,
    reason: str,
    actor: Actor,
    now: datetime,
    report_id: UUID | None = None,
) -> Suspension:
    """Nobody signs in to more than this with it; pressed twice it is blocked once. Raises NotAllowed, InvalidInput."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    person = people.get_person(session, person_id)
    if (known := blocks.find_suspension(session, person_id)) is not None:
        return known
    problems = {}
    if not reason.strip() or len(reason.strip()) > MOST_REASON:
        problems["told"] = "told_long" if reason.strip() else "told_words_missing"
    if privacy.is_staff(session, person_id, now=now) or person_id == actor.person_id:
        problems["outcome"] = "block_staff"
    if problems:
        raise InvalidInput(problems)
    blocks.lock_market_of(session, [person_id])
    made = Suspension(
        municipality_id=municipality_id,
        person_id=person_id,
        report_id=report_id,
        reason=reason.strip(),
        by_id=actor.person_id,
        began_at=now,
        set_aside=[],
    )
    session.add(made)
    session.flush()
    screening.log_step(
        session, ModerationStepKind.BLOCKED, now=now, actor_id=actor.person_id, suspension_id=made.id, text=made.reason
    )
    _record(session, EventKind.ACCOUNT_BLOCKED, made, actor, now)
    made.set_aside = _handle_what_runs(session, person, actor, now)
    session.add(made)
    _tell(session, NoticeKind.ACCOUNT_BLOCKED, made, now)
    return made


def appeal(session: Session, *, person_id: UUID, words: str, now: datetime) -> Suspension:
    """Who was blocked disagrees: somebody else than who did it decides, by a moment. Twice is once.

    Raises NotFound where they are not blocked, IllegalTransition where it was decided, InvalidInput.
    """
    known = blocks.find_suspension(session, person_id)
    if known is None:
        raise NotFound("a blocked account")
    suspension = queries.get_suspension(session, known.id, for_update=True)
    if suspension.status is SuspensionStatus.APPEALED:
        return suspension
    if len(words.strip()) > MOST_APPEAL:
        raise InvalidInput({"words": "appeal_long"})
    owner_id = _decider(session, suspension, besides=frozenset({suspension.by_id}), now=now)
    steps.appeal(session, suspension, words=words.strip(), owner_id=owner_id, by=APPEALS.by(now), at=now)
    screening.log_step(session, ModerationStepKind.APPEALED, now=now, actor_id=person_id, suspension_id=suspension.id)
    _tell_decider(session, suspension, now)
    return suspension


def decide(
    session: Session,
    *,
    suspension_id: UUID,
    is_free: bool | None,
    answer: str,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
) -> Suspension:
    """The account stays blocked or is free again, in words that its owner reads. Pressed twice, the first did it.

    On an appeal never who blocked it, where there is anybody else. Raises NotAllowed, NotFound, InvalidInput.
    """
    suspension = get_for_staff(session, suspension_id, municipality_id, actor, for_update=True)
    if suspension.status is SuspensionStatus.LIFTED or (
        suspension.status is SuspensionStatus.UPHELD and is_free is False
    ):
        return suspension
    permissions.require(may_decide(session, suspension, actor, now=now))
    problems = {}
    if is_free is None:
        problems["decision"] = "decision_missing"
    if not answer.strip() or len(answer.strip()) > MOST_REASON:
        problems["answer"] = "decision_words_long" if answer.strip() else "decision_words_missing"
    if problems:
        raise InvalidInput(problems)
    if not is_free and suspension.status is SuspensionStatus.ACTIVE:
        raise IllegalTransition("suspension", suspension.status, "uphold")
    action = SuspensionAction.LIFT if is_free else SuspensionAction.UPHOLD
    steps.decide(session, suspension, action, by_id=actor.person_id, answer=answer.strip(), at=now)
    kind = ModerationStepKind.LIFTED if is_free else ModerationStepKind.UPHELD
    screening.log_step(
        session, kind, now=now, actor_id=actor.person_id, suspension_id=suspension.id, text=answer.strip()
    )
    if is_free:
        _record(session, EventKind.ACCOUNT_RESTORED, suspension, actor, now)
        _restore(session, suspension, now)
    _tell(session, NoticeKind.APPEAL_DECIDED, suspension, now)
    return suspension


def may_decide(session: Session, suspension: Suspension, actor: Actor, *, now: datetime) -> bool:
    """On an appeal: a team lead or whose turn it is, and not who blocked while anybody else is there.

    Without an appeal whoever works at the desk may think better of it.
    """
    if not actor.has_role(suspension.municipality_id, permissions.DESK_WORKERS):
        return False
    if suspension.status is not SuspensionStatus.APPEALED:
        return True
    if actor.person_id == suspension.owner_id:
        return True
    is_lead = actor.has_role(suspension.municipality_id, permissions.TEAM_LEADS)
    others = set(queries.list_deciders(session, suspension.municipality_id, now=now)) - {suspension.by_id}
    return is_lead and (actor.person_id != suspension.by_id or not others)


def get_for_staff(
    session: Session, suspension_id: UUID, municipality_id: UUID, actor: Actor, *, for_update: bool = False
) -> Suspension:
    """One blocked account, for the desk of the municipality that blocked it. Raises NotAllowed, NotFound."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    suspension = queries.get_suspension(session, suspension_id, for_update=for_update)
    if suspension.municipality_id != municipality_id:
        raise NotFound(f"suspension {suspension_id}")
    return suspension


def pass_late_appeals(session: Session, now: datetime) -> int:
    """An appeal that was not decided in time goes to somebody else, who has a working day. How many."""
    late = queries.list_late_appeals(session, now)
    for suspension_id in late:
        suspension = queries.get_suspension(session, suspension_id, for_update=True)
        besides = frozenset(one for one in (suspension.by_id, suspension.owner_id) if one is not None)
        suspension.owner_id = _decider(session, suspension, besides=besides, now=now)
        suspension.decide_by = APPEALS.by(now, is_again=True)
        session.add(suspension)
        screening.log_step(session, ModerationStepKind.PASSED, now=now, actor_id=None, suspension_id=suspension.id)
        _tell_decider(session, suspension, now)
    return len(late)


def _decider(session: Session, suspension: Suspension, *, besides: frozenset[UUID], now: datetime) -> UUID:
    """A team lead who is there, else a coordinator; who blocked only where nobody else works here."""
    roster = read_roster(session, suspension.municipality_id, now=now)
    known = queries.list_deciders(session, suspension.municipality_id, now=now)
    others = [one for one in known if one not in besides] or [one for one in known if one != suspension.by_id]
    there = [one for one in others if roster.is_there(one)]
    return next(iter([*there, *others, *known]), suspension.by_id)


def _handle_what_runs(session: Session, person: Person, actor: Actor, now: datetime) -> list[str]:
    """Who counted on them hears kindly that it does not go on; what they ask goes to a person."""
    for match in privacy.list_running_matches_of(session, person.id):
        parting.cancel_match(session, match, by=actor, acting_as=ActingAs.STAFF, now=now, is_by_staff=True)
    for proposal in privacy.list_live_proposals_of(session, person.id):
        parting.withdraw_proposal(session, proposal, now=now, why="helper_blocked", tell=False)
    aside = []
    for request in privacy.list_requests_of(session, person.id):
        if request.ended_at is None:
            _set_aside(session, request, actor, now)
            aside.append(str(request.id))
    for request in privacy.list_represented(session, person.id):
        if request.ended_at is None:
            # Who is helped goes on without them, and hears from us directly.
            request.representative_id = request.relation = None
            session.add(request)
            ownership.put_before(session, request, why="representative_blocked", now=now)
    return aside


def _set_aside(session: Session, request: HelpRequest, actor: Actor, now: datetime) -> None:
    """Nobody is asked for it meanwhile, and nobody comes: a coordinator has it, and a working day to act."""
    requests.lock_request(session, request.id)
    for match in matches.list_running_matches(session, request.id):
        parting.cancel_match(session, match, by=actor, acting_as=ActingAs.STAFF, now=now, is_by_staff=True)
    for proposal in matches.list_live_proposals(session, request.id):
        parting.withdraw_proposal(session, proposal, now=now, why="asker_blocked")
    if not requests.list_slots(session, request.id, SlotStatus.FREE):
        return
    owner = request.owner_id or ownership.find_owner(session, request, now=now) or actor.person_id
    ownership.pass_on(session, request, owner, why="asker_blocked", now=now)
    request.held_at = now
    session.add(request)
    session.flush()


def _restore(session: Session, suspension: Suspension, now: datetime) -> None:
    """What was set aside is looked for again where it is still open, and as it was left."""
    for request_id in suspension.set_aside:
        request = requests.lock_request(session, UUID(request_id))
        is_ours = request.ended_at is None and request.held_at == suspension.began_at
        if is_ours and requests.list_slots(session, request.id, SlotStatus.FREE):
            parting.give_request_back(session, request, now=now)
    due.add_round(session, municipality_id=suspension.municipality_id, request_id=None, at=now)


def _record(session: Session, kind: EventKind, suspension: Suspension, actor: Actor, now: datetime) -> None:
    history.record(
        session,
        kind,
        at=now,
        municipality_id=suspension.municipality_id,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        person_id=suspension.person_id,
    )


def _tell(session: Session, kind: NoticeKind, suspension: Suspension, now: datetime) -> None:
    notices.queue(
        session,
        kind,
        municipality_id=suspension.municipality_id,
        person_id=suspension.person_id,
        at=now,
        key=f"{suspension.id}:{now.isoformat()}",
        suspension=suspension.id,
    )


def _tell_decider(session: Session, suspension: Suspension, now: datetime) -> None:
    assert suspension.owner_id is not None
    screening.tell_staff(
        session,
        suspension.municipality_id,
        suspension.owner_id,
        key=f"{suspension.id}:{now.isoformat()}",
        now=now,
    )
