"""Worries: passed on by who helps, handled by a small group, and read by nobody else.

"Signal with, not about": who passes one on is asked whether the person knows, and why not. Steps stand in a log of the
concern alone; events and messages say that something happened, never about whom.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import anonymising, file_looks, history, lifecycle, notices, permissions
from marketplace.errors import CaseHeld, IllegalTransition, InvalidInput, NotFound
from marketplace.models import (
    ActingAs,
    Concern,
    ConcernKind,
    ConcernOutcome,
    ConcernStatus,
    ConcernStep,
    ConcernStepKind,
    EventKind,
    NoticeChannel,
    NoticeKind,
    Person,
)
from marketplace.permissions import Actor
from marketplace.policies import DESK
from marketplace.queries import concerns as queries
from marketplace.queries import people

MOST_TEXT: Final = 2000
MOST_WHY: Final = 500
MOST_WORDS: Final = 200
LONGEST_WAIT: Final = timedelta(days=92)
# The same words from the same person within this time are one press of the button too many.
SENT_TWICE: Final = timedelta(minutes=10)
# What staff write down themselves; the other kinds of steps come of what they press.
BY_HAND: Final = frozenset(
    {
        ConcernStepKind.NOTED,
        ConcernStepKind.SPOKE_RAISER,
        ConcernStepKind.SPOKE_PERSON,
        ConcernStepKind.ASKED_ADVICE,
        ConcernStepKind.TOLD_PERSON,
    }
)


@dataclass(frozen=True)
class Worry:
    """What somebody passes on: about whom they help, or about somebody in words."""

    about_id: UUID | None
    about_words: str
    kind: ConcernKind | None
    text: str
    # Whether the person knows; None where that was not said.
    is_told: bool | None
    why_not_told: str = ""


@dataclass(frozen=True)
class Opened:
    """A concern as a handler sees it."""

    concern: Concern
    about: Person | None
    raiser: Person | None
    # The raiser hears by mail or text message how it stands; otherwise somebody tells them.
    is_raiser_told_by_us: bool


def raise_concern(session: Session, worry: Worry, *, municipality_id: UUID, actor: Actor, now: datetime) -> Concern:
    """Pass a worry on: it has an owner and a next moment from the start. Sent twice it is one.

    Raises InvalidInput; NotFound where nobody handles worries in this municipality: then there is the telephone.
    """
    if problems := _problems(session, worry, municipality_id, actor, now):
        raise InvalidInput(problems)
    if twice := queries.list_same(session, actor.person_id, worry.text, since=now - SENT_TWICE):
        return twice[0]
    besides = frozenset({worry.about_id}) if worry.about_id else frozenset[UUID]()
    owner_id = queries.find_handler(session, municipality_id, now=now, besides=besides)
    if owner_id is None:
        raise NotFound(f"handler in {municipality_id}")
    assert worry.kind is not None
    concern = Concern(
        municipality_id=municipality_id,
        raised_by_id=actor.person_id,
        about_id=worry.about_id,
        about_words="" if worry.about_id else worry.about_words,
        kind=worry.kind,
        text=worry.text,
        told_at=now if worry.is_told else None,
        why_not_told="" if worry.is_told else worry.why_not_told,
        raised_at=now,
        owner_id=owner_id,
        next_moment_at=DESK.deadline(now),
    )
    session.add(concern)
    session.flush()
    _log(session, concern, ConcernStepKind.RAISED, actor.person_id, now)
    _count(session, EventKind.CONCERN_RAISED, concern, now, ActingAs.VOLUNTEER)
    _tell_owner(session, concern, now)
    _tell_raiser(session, NoticeKind.CONCERN_RECEIVED, concern, now)
    return concern


def open_concern(session: Session, *, concern_id: UUID, municipality_id: UUID, actor: Actor, now: datetime) -> Opened:
    """Read one, which leaves a trace with everybody in it. Raises NotFound, also for who does not handle worries."""
    concern = queries.get_concern(session, concern_id)
    _require(concern, municipality_id, actor)
    for person_id in (concern.about_id, concern.raised_by_id):
        if person_id is not None:
            file_looks.record(
                session,
                municipality_id=municipality_id,
                staff_id=actor.person_id,
                person_id=person_id,
                action=file_looks.CONCERN,
                reason="",
                now=now,
            )
    raiser = session.get(Person, concern.raised_by_id) if concern.raised_by_id else None
    return Opened(
        concern=concern,
        about=session.get(Person, concern.about_id) if concern.about_id else None,
        raiser=raiser,
        is_raiser_told_by_us=raiser is not None and _hears_in_private(raiser, NoticeKind.CONCERN_CLOSED),
    )


def take(
    session: Session,
    *,
    concern_id: UUID,
    municipality_id: UUID,
    actor: Actor,
    now: datetime,
    from_id: UUID | None = None,
) -> Concern:
    """It is this handler's now; pressed twice it stays so. ``from_id``: whom one knowingly takes it over from.

    Raises NotFound, CaseHeld with who has it, IllegalTransition once it is closed.
    """
    concern = _open(session, concern_id, municipality_id, actor)
    if concern.status is ConcernStatus.HANDLED and concern.owner_id == actor.person_id:
        return concern
    if concern.status is ConcernStatus.HANDLED and concern.owner_id != from_id:
        raise CaseHeld(concern.id, concern.owner_id, concern.raised_at)
    lifecycle.take_concern(session, concern)
    _give(session, concern, actor.person_id, now)
    _log(session, concern, ConcernStepKind.TAKEN, actor.person_id, now)
    return concern


def note_step(
    session: Session,
    *,
    concern_id: UUID,
    municipality_id: UUID,
    kind: ConcernStepKind | None,
    text: str,
    next_moment_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Concern:
    """What was done, and when it is looked at again; who wrote it has it from then on.

    Raises NotFound, InvalidInput, IllegalTransition once it is closed.
    """
    concern = _open(session, concern_id, municipality_id, actor)
    problems = {}
    if kind is None or kind not in BY_HAND:
        problems["kind"] = "step_missing"
    if not text or len(text) > MOST_TEXT:
        problems["text"] = "note_long" if text else "note_missing"
    if next_moment_at is None or not now < next_moment_at <= now + LONGEST_WAIT:
        problems["next"] = "next_moment"
    if problems:
        raise InvalidInput(problems)
    assert kind is not None
    assert next_moment_at is not None
    lifecycle.take_concern(session, concern)
    concern.owner_id, concern.next_moment_at = actor.person_id, next_moment_at
    if kind is ConcernStepKind.TOLD_PERSON and concern.told_at is None:
        concern.told_at = now
    session.add(concern)
    _log(session, concern, kind, actor.person_id, now, text)
    return concern


def pass_on(
    session: Session, *, concern_id: UUID, municipality_id: UUID, to_id: UUID | None, actor: Actor, now: datetime
) -> Concern:
    """A colleague of the small group has it from now on, and hears so. Raises NotFound, InvalidInput."""
    concern = _open(session, concern_id, municipality_id, actor)
    known = {person_id for person_id, _ in queries.list_handlers(session, municipality_id, now=now)}
    if to_id is None or to_id not in known or to_id in (concern.about_id, concern.owner_id):
        raise InvalidInput({"to": "staff_unknown"})
    _give(session, concern, to_id, now)
    _log(session, concern, ConcernStepKind.PASSED, actor.person_id, now)
    _tell_owner(session, concern, now)
    return concern


def close(
    session: Session,
    *,
    concern_id: UUID,
    municipality_id: UUID,
    outcome: ConcernOutcome | None,
    text: str,
    actor: Actor,
    now: datetime,
) -> Concern:
    """It is done. Who passed it on hears that, and nothing of what was done. Pressed twice, the first press did it.

    Raises NotFound, InvalidInput.
    """
    concern = queries.lock_concern(session, concern_id)
    _require(concern, municipality_id, actor)
    if concern.status is ConcernStatus.CLOSED:
        return concern
    problems = {}
    if outcome is None or outcome is ConcernOutcome.ERASED:
        problems["outcome"] = "outcome_missing"
    if not text or len(text) > MOST_TEXT:
        problems["close_text"] = "note_long" if text else "note_missing"
    if problems:
        raise InvalidInput(problems)
    assert outcome is not None
    lifecycle.close_concern(session, concern, outcome, at=now)
    _log(session, concern, ConcernStepKind.CLOSED, actor.person_id, now, text)
    _count(session, EventKind.CONCERN_CLOSED, concern, now, ActingAs.STAFF)
    _tell_raiser(session, NoticeKind.CONCERN_CLOSED, concern, now)
    return concern


def look_after(session: Session, now: datetime) -> int:
    """What nobody looked at in time, or whose owner is away, goes to somebody else of the group. How many."""
    moved = 0
    for concern_id in queries.list_to_look_after(session, now):
        concern = queries.lock_concern(session, concern_id)
        besides = frozenset({concern.owner_id} | ({concern.about_id} if concern.about_id else set()))
        other = queries.find_handler(session, concern.municipality_id, now=now, besides=besides)
        if other is None and concern.next_moment_at > now:
            continue  # nobody else handles worries: it stays theirs, with its moment
        _give(session, concern, other or concern.owner_id, now)
        _log(session, concern, ConcernStepKind.PASSED, None, now)
        _tell_owner(session, concern, now)
        moved += 1
    return moved


def forget_about(session: Session, person: Person, now: datetime) -> None:
    """Somebody leaves for good: worries about them end, emptied; their name goes from those that they passed on."""
    about = queries.list_about(session, person.id)
    for concern in about:
        if concern.status is not ConcernStatus.CLOSED:
            lifecycle.close_concern(session, concern, ConcernOutcome.ERASED, at=now)
            _log(session, concern, ConcernStepKind.CLOSED, None, now)
            _count(session, EventKind.CONCERN_CLOSED, concern, now, ActingAs.ENGINE)
            _tell_raiser(session, NoticeKind.CONCERN_CLOSED, concern, now)
    empty(session, [concern.id for concern in about])
    names = anonymising.names_of(person)
    raised = queries.list_near(session, person.id)
    for concern in raised:
        concern.raised_by_id = None
        if names is not None:
            concern.text = names.sub(anonymising.GONE, concern.text)
    for step in queries.list_bare_steps(session, [concern.id for concern in raised]):
        step.actor_id = None if step.actor_id == person.id else step.actor_id
        if names is not None:
            step.text = names.sub(anonymising.GONE, step.text)
    session.flush()


def empty(session: Session, concern_ids: list[UUID]) -> None:
    """What kind it was, when and how it ended stay; who, and every word, go."""
    for concern_id in concern_ids:
        concern = queries.get_concern(session, concern_id)
        concern.raised_by_id = concern.about_id = None
        concern.about_words = concern.text = concern.why_not_told = ""
    for step in queries.list_bare_steps(session, concern_ids):
        step.text = ""
        if step.kind is ConcernStepKind.RAISED:
            step.actor_id = None
    session.flush()


def _problems(session: Session, worry: Worry, municipality_id: UUID, actor: Actor, now: datetime) -> dict[str, str]:
    problems = {}
    if worry.about_id is not None:
        helped = queries.list_people_helped_by(session, actor.person_id, municipality_id, now=now)
        if worry.about_id not in {person_id for person_id, _, _ in helped}:
            problems["whom"] = "whom_missing"
    elif not worry.about_words:
        problems["who"] = "who_missing"
    if len(worry.about_words) > MOST_WORDS:
        problems["who"] = "who_long"
    if worry.kind is None:
        problems["kind"] = "worry_kind_missing"
    if not worry.text or len(worry.text) > MOST_TEXT:
        problems["text"] = "worry_text_long" if worry.text else "worry_text_missing"
    if worry.is_told is None:
        problems["told"] = "told_missing"
    if worry.is_told is False and not worry.why_not_told:
        problems["why_not"] = "why_not_missing"
    if len(worry.why_not_told) > MOST_WHY:
        problems["why_not"] = "why_not_long"
    return problems


def _require(concern: Concern, municipality_id: UUID, actor: Actor) -> None:
    """To everybody else it is as if it were not there; to a handler whom it is about, too."""
    is_theirs = concern.municipality_id == municipality_id and permissions.may_handle_concerns(actor, municipality_id)
    if not is_theirs or concern.about_id == actor.person_id:
        raise NotFound(f"concern {concern.id}")


def _open(session: Session, concern_id: UUID, municipality_id: UUID, actor: Actor) -> Concern:
    concern = queries.lock_concern(session, concern_id)
    _require(concern, municipality_id, actor)
    if concern.status is ConcernStatus.CLOSED:
        raise IllegalTransition("concern", concern.status, "go on with")
    return concern


def _give(session: Session, concern: Concern, to_id: UUID, now: datetime) -> None:
    concern.owner_id, concern.next_moment_at = to_id, DESK.deadline(now)
    session.add(concern)
    session.flush()


def _log(
    session: Session, concern: Concern, kind: ConcernStepKind, actor_id: UUID | None, now: datetime, text: str = ""
) -> None:
    session.add(ConcernStep(concern_id=concern.id, at=now, actor_id=actor_id, kind=kind, text=text))
    session.flush()


def _count(session: Session, kind: EventKind, concern: Concern, now: datetime, acting_as: ActingAs) -> None:
    """That it happened, for the figures: no person, request or match."""
    history.record(session, kind, at=now, municipality_id=concern.municipality_id, acting_as=acting_as)


def _tell_owner(session: Session, concern: Concern, now: datetime) -> None:
    notices.queue(
        session,
        NoticeKind.CONCERN_FOR_HANDLER,
        municipality_id=concern.municipality_id,
        person_id=concern.owner_id,
        at=now,
        key=f"{concern.id}:{now.isoformat()}",
    )


def _tell_raiser(session: Session, kind: NoticeKind, concern: Concern, now: datetime) -> None:
    """By mail or text message only: a call or a letter would pass through the hands of others at the desk."""
    raiser = people.get_person(session, concern.raised_by_id) if concern.raised_by_id else None
    if raiser is None or raiser.erased_at is not None or not _hears_in_private(raiser, kind):
        return
    notices.queue(
        session, kind, municipality_id=concern.municipality_id, person_id=raiser.id, at=now, key=str(concern.id)
    )


def _hears_in_private(person: Person, kind: NoticeKind) -> bool:
    return notices.channel_for(person, kind) in (NoticeChannel.EMAIL, NoticeChannel.SMS)
