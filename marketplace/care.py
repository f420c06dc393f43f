"""Care for volunteers: who waits for a first task, is asked too often, went silent, or deserves thanks; their papers.

What counts as too often, silent or a moment for thanks stands in `CarePolicy`; the pages only show it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks, history, permissions
from marketplace.errors import InvalidInput, NotFound
from marketplace.models import (
    ActingAs,
    CareKind,
    CareTouch,
    EventKind,
    Offer,
    Person,
    ProposalStatus,
    QualificationSeen,
)
from marketplace.permissions import Actor
from marketplace.policies import AMSTERDAM
from marketplace.queries import care as queries
from marketplace.queries import people
from marketplace.queries.care import Fares

# What is seen here; papers of drivers are seen where rides are planned, which plans their days again.
SEEN_HERE: Final = ("vog", "buddy_training")


class CareReason(StrEnum):
    """Why somebody deserves attention."""

    NEWCOMER = "newcomer"
    ASKED_OFTEN = "asked_often"
    SILENT = "silent"
    CERTIFICATE = "certificate"
    THANKS = "thanks"


@dataclass(frozen=True)
class CarePolicy:
    """When somebody deserves attention."""

    newcomer_after_days: int = 7
    newcomer_until_days: int = 120
    asked_in_days: int = 28
    asked_often: int = 6
    unanswered: int = 3
    certificate_ahead_days: int = 60
    thanks_for_days: int = 30
    # Who was spoken with is left in peace so long.
    rest_days: int = 30
    # After so many times of helping, somebody says thank you.
    milestones: tuple[int, ...] = (1, 5, 10, 25, 50, 100, 200)

    def __post_init__(self) -> None:
        amounts = [value for value in vars(self).values() if isinstance(value, int)]
        if min(amounts) <= 0 or self.newcomer_after_days >= self.newcomer_until_days:
            raise ValueError("CarePolicy: every amount is above 0, and a newcomer waits before they are none")


POLICY: Final = CarePolicy()


@dataclass(frozen=True)
class Attention:
    """Somebody, and why they deserve it."""

    fares: Fares
    reasons: tuple[CareReason, ...]


def list_attention(
    session: Session, municipality_id: UUID, *, actor: Actor, now: datetime, policy: CarePolicy = POLICY
) -> list[Attention]:
    """Everybody who deserves attention, by name. Raises NotAllowed."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    found = [
        Attention(one, reasons_of(one, now, policy)) for one in queries.list_fares(session, municipality_id, now=now)
    ]
    return [one for one in found if one.reasons]


def reasons_of(fares: Fares, now: datetime, policy: CarePolicy = POLICY) -> tuple[CareReason, ...]:
    """Why this volunteer deserves attention at this moment; nothing for most."""
    is_rested = fares.spoken_at is not None and now < fares.spoken_at + timedelta(days=policy.rest_days)
    is_paused = fares.paused_until is not None and fares.paused_until > now
    waits = now - fares.since
    checks = {
        CareReason.NEWCOMER: fares.matches == 0
        and timedelta(days=policy.newcomer_after_days) <= waits <= timedelta(days=policy.newcomer_until_days)
        and not (is_rested or is_paused),
        CareReason.ASKED_OFTEN: not is_rested and count_asked(fares, now, policy) >= policy.asked_often,
        CareReason.SILENT: not (is_rested or is_paused) and count_unanswered(fares.asked) >= policy.unanswered,
        CareReason.CERTIFICATE: bool(running_out(fares, now, policy)),
        CareReason.THANKS: milestone_of(fares, now, policy) > 0,
    }
    return tuple(reason for reason, holds in checks.items() if holds)


def count_asked(fares: Fares, now: datetime, policy: CarePolicy = POLICY) -> int:
    """How often somebody was asked lately."""
    return sum(at > now - timedelta(days=policy.asked_in_days) for at, _ in fares.asked)


def count_unanswered(asked: Sequence[tuple[datetime, ProposalStatus]]) -> int:
    """How many questions in a row got no answer, back from the last one whose time is over."""
    count = 0
    for _, status in asked:
        if status is ProposalStatus.LAPSED:
            count += 1
        elif status is not ProposalStatus.OPEN:
            break
    return count


def running_out(fares: Fares, now: datetime, policy: CarePolicy = POLICY) -> tuple[tuple[str, date], ...]:
    """Which certificates hold no longer, or soon no more, the first first. The engine asks nothing that needs one."""
    until = now.astimezone(AMSTERDAM).date() + timedelta(days=policy.certificate_ahead_days)
    found = [(code, day) for code, day in fares.certificates.items() if day is not None and day <= until]
    return tuple(sorted(found, key=lambda one: (one[1], one[0])))


def milestone_of(fares: Fares, now: datetime, policy: CarePolicy = POLICY) -> int:
    """How many times somebody helped, where that was reached lately and nobody thanked them since; 0 otherwise."""
    if fares.last_done_at is None or fares.done not in policy.milestones:
        return 0
    is_thanked = fares.thanked_at is not None and fares.thanked_at >= fares.last_done_at
    is_recent = now < fares.last_done_at + timedelta(days=policy.thanks_for_days)
    return fares.done if is_recent and not is_thanked else 0


def look(
    session: Session, *, offer_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> tuple[Fares, Person]:
    """One volunteer with how to reach them; looking is logged. Raises NotAllowed, NotFound."""
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    fares = queries.get_fares(session, municipality_id, offer_id, now=now)
    file_looks.record(
        session,
        municipality_id=municipality_id,
        staff_id=actor.person_id,
        person_id=fares.person_id,
        action=file_looks.CARE,
        reason="",
        now=now,
    )
    return fares, people.get_person(session, fares.person_id)


def touch(
    session: Session, kind: CareKind, *, offer_id: UUID, municipality_id: UUID, actor: Actor, now: datetime
) -> None:
    """Staff spoke with somebody, or thanked them. Raises NotAllowed, NotFound."""
    person_id = _volunteer(session, offer_id, municipality_id, actor)
    session.add(
        CareTouch(municipality_id=municipality_id, person_id=person_id, kind=kind, by_id=actor.person_id, at=now)
    )
    session.flush()


def see_certificate(
    session: Session,
    *,
    offer_id: UUID,
    municipality_id: UUID,
    code: str,
    seen_on: date | None,
    valid_until: date | None,
    actor: Actor,
    now: datetime,
) -> QualificationSeen:
    """Staff saw a certificate of conduct, or that a training was done. Never stored: the paper or its number.

    Raises NotAllowed, NotFound, InvalidInput.
    """
    person_id = _volunteer(session, offer_id, municipality_id, actor)
    problems = {}
    if code not in SEEN_HERE:
        problems["code"] = "paper_unknown"
    if seen_on is None or seen_on > now.astimezone(AMSTERDAM).date():
        problems["seen_on"] = "seen_later"
    elif valid_until is not None and valid_until < seen_on:
        problems["valid_until"] = "paper_over"
    if problems:
        raise InvalidInput(problems)
    assert seen_on is not None
    seen = QualificationSeen(
        municipality_id=municipality_id,
        person_id=person_id,
        code=code,
        seen_on=seen_on,
        seen_by_id=actor.person_id,
        valid_until=valid_until,
    )
    session.add(seen)
    history.record(
        session,
        EventKind.PAPER_SEEN,
        at=now,
        municipality_id=municipality_id,
        acting_as=ActingAs.STAFF,
        actor_id=actor.person_id,
        person_id=person_id,
        code=code,
    )
    return seen


def _volunteer(session: Session, offer_id: UUID, municipality_id: UUID, actor: Actor) -> UUID:
    permissions.require(actor.has_role(municipality_id, permissions.DESK_WORKERS))
    offer = session.get(Offer, offer_id)
    if offer is None or offer.municipality_id != municipality_id or offer.left_at is not None:
        raise NotFound(f"volunteer {offer_id}")
    return offer.person_id
