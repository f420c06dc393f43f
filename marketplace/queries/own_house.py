"""What a volunteer finds at home: what they did, what was said of it, and what would fit them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, and_, col, func, select

from marketplace.models import (
    Evaluation,
    HelpRequest,
    Hours,
    Match,
    MatchStatus,
    Offer,
    OfferSkill,
    Person,
    Skill,
)
from marketplace.queries import market
from marketplace.queries.market_statements import read_rows
from matching import rules
from matching.problem import Window

BEGINNING: Final = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True)
class DoneRow:
    """One time that somebody helped."""

    match_id: UUID
    skill_label: str
    neighbourhood: str
    asker: str
    ended_at: datetime
    minutes: int | None
    remark: str


@dataclass(frozen=True)
class KindRow:
    """A kind of help of an offer; rested after "not this kind"."""

    code: str
    label: str
    is_rested: bool


@dataclass(frozen=True)
class FittingRow:
    """An open request that a volunteer may help with, and how far it is."""

    request_id: UUID
    distance_km: float


def list_done(session: Session, person_id: UUID, *, limit: int = 50) -> Sequence[DoneRow]:
    """What somebody did, latest first, with the words that the requester wanted them to hear."""
    columns = (
        Match.id,
        Skill.label_nl,
        HelpRequest.neighbourhood,
        HelpRequest.organisation_name,
        Person.first_name,
        Match.ended_at,
        Hours.minutes,
        Evaluation.remark,
        Evaluation.may_be_told,
    )
    said = and_(col(Evaluation.match_id) == Match.id, col(Evaluation.person_id) == HelpRequest.requester_id)
    query = (
        select(*columns)  # type: ignore[call-overload]
        .join(HelpRequest, col(HelpRequest.id) == Match.request_id)
        .join(Skill, col(Skill.code) == HelpRequest.skill_code)
        .join(Person, col(Person.id) == HelpRequest.requester_id)
        .join(Hours, col(Hours.match_id) == Match.id, isouter=True)
        .join(Evaluation, said, isouter=True)
        .where(Match.person_id == person_id, Match.status == MatchStatus.DONE)
        .order_by(col(Match.ended_at).desc(), Match.id)
        .limit(limit)
    )
    return [
        DoneRow(row[0], row[1], row[2], row[3] or row[4], row[5], row[6], (row[7] or "") if row[8] else "")
        for row in session.execute(query)
    ]


def list_kinds(session: Session, offer_id: UUID) -> Sequence[KindRow]:
    """The kinds of help of an offer, in order of their names."""
    query = (
        select(Skill.code, Skill.label_nl, OfferSkill.rested_at)
        .join(OfferSkill, col(OfferSkill.skill_code) == Skill.code)
        .where(OfferSkill.offer_id == offer_id)
        .order_by(col(Skill.label_nl))
    )
    return [KindRow(code, label, rested_at is not None) for code, label, rested_at in session.exec(query)]


def has_had_a_task(session: Session, person_id: UUID) -> bool:
    """Whether somebody ever had a match that was not undone."""
    standing = (MatchStatus.AGREED, MatchStatus.CONFIRMED, MatchStatus.DONE)
    query = select(func.count()).where(Match.person_id == person_id, col(Match.status).in_(standing))
    return session.exec(query).one() > 0


def list_fitting(session: Session, offer: Offer, *, now: datetime, limit: int = 3) -> Sequence[FittingRow]:
    """Open requests that this volunteer may help with by every rule, the nearest first."""
    scene = market.read_market(session, municipality_id=offer.municipality_id, now=now, offer_ids=[offer.id])
    volunteer = scene.volunteers.get(str(offer.id))
    if volunteer is None:
        return []
    fitting = [one for one in scene.requests.values() if rules.may_apply(scene, volunteer, one, now)]
    near = sorted((rules.distance_km(volunteer, one), one.id) for one in fitting)[:limit]
    return [FittingRow(UUID(request_id), km) for km, request_id in near]


def list_holidays_begun(session: Session, now: datetime, *, limit: int = 500) -> Sequence[Offer]:
    """Offers of which a planned pause begins."""
    query = select(Offer).where(col(Offer.holiday_from) <= now, col(Offer.left_at).is_(None))
    return session.exec(query.order_by(col(Offer.holiday_from)).limit(limit)).all()


# Built once: every round asks for it. Of all days: SQLite finds a value in an index, but not that there is one.
_HOLIDAYS: Final = select(Offer.id, Offer.holiday_from, Offer.holiday_until).where(
    col(Offer.holiday_from) > BEGINNING, col(Offer.left_at).is_(None)
)


def list_holidays_planned(session: Session) -> dict[str, Window]:
    """By offer, from when until when somebody will be away; a holiday that began is a pause."""
    return {
        str(offer_id): Window(from_at, until_at)
        for offer_id, from_at, until_at in read_rows(session, _HOLIDAYS)
        if from_at is not None and until_at is not None
    }
