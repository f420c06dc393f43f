"""The statements that read a market. Each is built once: building one costs more than reading a few rows with it."""

from collections.abc import Callable, Sequence
from enum import Enum
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import (
    Date,
    Dialect,
    Float,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    or_,
    true,
    type_coerce,
    union_all,
)
from sqlalchemy.types import UserDefinedType
from sqlmodel import Session, col
from sqlmodel import select as typed_select

from marketplace.lifecycle import LIVE_PROPOSALS
from marketplace.models import (
    BarredPair,
    HelpRequest,
    Match,
    MatchStatus,
    Offer,
    OfferSkill,
    Origin,
    Person,
    PersonBlock,
    Proposal,
    ProposalStatus,
    QualificationSeen,
    RequestWeekly,
    RequestWindow,
    Skill,
    Slot,
    SlotStatus,
)
from marketplace.models.columns import UtcDateTime
from marketplace.queries.blocks import SUSPENDED
from marketplace.queries.several import is_one_of, is_one_of_its, rows_of

select: Any = typed_select  # its overloads end at four columns


# A round reads an id several times over: as somebody's own, and in all that they were asked.
@lru_cache(maxsize=1 << 16)
def _with_dashes(digits: str) -> str:
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class _Text(UserDefinedType[str]):
    """An id read as text, as `matching` wants it: thousands are read at once, and none of them need be an object."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str]:
        return _with_dashes if dialect.name == "sqlite" else str


def text_of_id(column: Any) -> Any:
    """A column of ids, read as text."""
    return type_coerce(column, _Text())


class Who(Enum):
    """Whose offers are read: everybody's, those who can do what is asked (or are being asked), or the named ones."""

    ANYBODY = "anybody"
    ABLE = "able"
    NAMED = "named"


def read_rows(session: Session, statement: Any, named: dict[str, Any] | None = None) -> Sequence[Any]:
    """Columns only: nothing goes through the identity map of the session, which first writes what it holds."""
    session.flush()
    return session.connection().execute(statement, named or {}).all()


# Of so few offers, naming those nearby costs more than reading whoever can do what is asked.
FEW_OFFERS: Final = 5_000
# Of more than this, reading whoever does such help costs less than naming them one by one.
MOST_NAMED: Final = 10_000
# Whoever goes farther than this is taken to go everywhere.
ANYWHERE_KM: Final = 500.0
HAIR: Final = 1e-6  # degrees: a decimetre, for who lives at the very edge
_ABLE: Final[Any] = select(Offer.id).where(
    or_(
        col(Offer.id).in_(select(OfferSkill.offer_id).where(is_one_of(OfferSkill.skill_code, "skill_codes", str))),
        is_one_of(Offer.id, "asked"),
    )
)


MORE_THAN_FEW: Final[Any] = select(Offer.id).offset(bindparam("few", type_=Integer())).limit(1)


def _of(column: Any, who: Who) -> Any:
    """Whether an offer's id is one of those wanted."""
    return {Who.ANYBODY: true(), Who.ABLE: column.in_(_ABLE), Who.NAMED: is_one_of(column, "offer_ids")}[who]


SKILL_TABLE: Final[Any] = select(
    Skill.code,
    Skill.work_area,
    Skill.label_nl,
    Skill.label_en,
    cast(Skill.requires, String),
    cast(Skill.synonyms, String),
).order_by(col(Skill.work_area), col(Skill.code))
# Whom an objection keeps apart, and who blocked whom.
BARRED: Final[Any] = union_all(
    select(text_of_id(BarredPair.person_id), text_of_id(BarredPair.other_id)),
    select(text_of_id(PersonBlock.blocker_id), text_of_id(PersonBlock.blocked_id)),
)
_REQUESTS: Final[Any] = (
    select(
        HelpRequest.id,
        HelpRequest.requester_id,
        HelpRequest.latitude,
        HelpRequest.longitude,
        HelpRequest.skill_code,
        HelpRequest.minutes,
        HelpRequest.respond_by,
        HelpRequest.requires,
        HelpRequest.languages,
        HelpRequest.min_age,
        HelpRequest.version_at,
        HelpRequest.held_at,
        HelpRequest.escalated_at,
        HelpRequest.vacancy_id,
    )
    .where(col(HelpRequest.ended_at).is_(None))
    .order_by(HelpRequest.posted_at, HelpRequest.id)
)
REQUESTS_NAMED: Final[Any] = _REQUESTS.where(is_one_of(HelpRequest.id, "request_ids"))
REQUESTS_FREE: Final[Any] = _REQUESTS.where(
    col(HelpRequest.municipality_id) == bindparam("municipality_id", type_=Uuid()),
    col(HelpRequest.id).in_(
        select(Slot.request_id).where(
            col(Slot.municipality_id) == bindparam("municipality_id", type_=Uuid()), Slot.status == SlotStatus.FREE
        )
    ),
)
WINDOWS: Final[Any] = (
    select(RequestWindow.request_id, RequestWindow.starts_at, RequestWindow.ends_at)
    .where(is_one_of(RequestWindow.request_id, "request_ids"))
    .order_by(col(RequestWindow.starts_at))
)
WEEKLY: Final[Any] = (
    select(RequestWeekly.request_id, RequestWeekly.weekday, RequestWeekly.start_minute, RequestWeekly.end_minute)
    .where(is_one_of(RequestWeekly.request_id, "request_ids"))
    .order_by(col(RequestWeekly.weekday), col(RequestWeekly.start_minute))
)
SLOTS: Final[Any] = select(Slot.request_id, Slot.status).where(is_one_of(Slot.request_id, "request_ids"))
LIVE: Final[Any] = (
    select(
        text_of_id(Proposal.request_id).label("request_id"),
        text_of_id(Proposal.offer_id).label("offer_id"),
        Proposal.expires_at,
        Proposal.proposed_at,
        HelpRequest.version_at,
    )
    .join(HelpRequest, col(HelpRequest.id) == Proposal.request_id)
    .where(col(Proposal.status).in_(LIVE_PROPOSALS), col(Proposal.expires_at) > bindparam("now", type_=UtcDateTime()))
    .order_by(col(Proposal.proposed_at), col(Proposal.id))
)
# Whoever was ever asked for these requests, and how that stands; what was undone was not asked.
ASKED_FOR: Final[Any] = (
    select(
        text_of_id(Proposal.request_id).label("request_id"),
        text_of_id(Proposal.offer_id).label("offer_id"),
        Proposal.status,
        Proposal.expires_at,
        Proposal.proposed_at,
        HelpRequest.version_at,
        text_of_id(Proposal.id).label("id"),
    )
    .join(HelpRequest, col(HelpRequest.id) == Proposal.request_id)
    .where(is_one_of(Proposal.request_id, "request_ids"), Proposal.status != ProposalStatus.UNDONE)
    .order_by(col(Proposal.proposed_at), col(Proposal.id))
)
ALL_ASKED: Final[Any] = (
    select(Proposal.offer_id)
    .distinct()
    .where(col(Proposal.status).in_(LIVE_PROPOSALS), col(Proposal.expires_at) > bindparam("now", type_=UtcDateTime()))
)


def _words(*columns: Any) -> Any:
    """A row's columns as one word, the words of many rows as one text with spaces between, in no order."""
    word: Any = cast(columns[0], String)
    for column in columns[1:]:
        word = word + ":" + cast(column, String)
    return func.aggregate_strings(word, " ")


_SEEN: Final[Any] = (
    select(_words(QualificationSeen.code))
    .where(
        QualificationSeen.person_id == Offer.person_id,
        or_(
            col(QualificationSeen.valid_until).is_(None),
            col(QualificationSeen.valid_until) >= bindparam("today", type_=Date()),
        ),
    )
    .correlate(Offer)
    .scalar_subquery()
)


def _near() -> Any:
    """Who lives around one of the ``boxes``, as wide as their own reach and ``beyond_km`` more, and holds its word for
    a kind of help, with the number of the box: a few too many, somebody once for each box.

    A box names the zones in which they may live; from the zone ``far`` on everybody is looked at, wherever they live.
    ``north`` and ``east`` are degrees to a kilometre.
    """
    edges = dict.fromkeys(("south_edge", "north_edge", "west_edge", "east_edge"), float)
    box = rows_of("boxes", number=int, **edges, word=str, zones=list).c
    north, east, beyond = (bindparam(name, type_=Float()) for name in ("north", "east", "beyond_km"))
    latitude, longitude, reach = col(Offer.latitude), col(Offer.longitude), col(Offer.reach_km)
    wide = reach + beyond
    is_around = and_(
        latitude.between(box.south_edge - wide * north - HAIR, box.north_edge + wide * north + HAIR),
        longitude.between(box.west_edge - wide * east - HAIR, box.east_edge + wide * east + HAIR),
    )
    columns = (text_of_id(Offer.id).label("id"), latitude, longitude, reach, Offer.week_in_brief)
    # Most people stay near; the few who go far would widen everybody's search, and are looked up apart.
    in_zones, far = is_one_of_its(col(Offer.zone), box.zones), col(Offer.zone) >= bindparam("far", type_=Integer())
    return union_all(
        *(
            select(box.number, *columns).where(
                where, col(Offer.skills_in_brief).like(box.word), or_(reach > ANYWHERE_KM, is_around)
            )
            for where in (in_zones, far)
        )
    )


NEAR: Final[Any] = _near()


@cache
def offers_of(who: Who) -> Any:
    """Everything about each offer in one row: its parts as text, which many rows and many readings have in common."""
    columns = (
        text_of_id(Offer.id).label("id"),
        text_of_id(Offer.person_id).label("person_id"),
        Offer.latitude,
        Offer.longitude,
        Offer.reach_km,
        Offer.capacity,
        Offer.asked_per_week,
        cast(Offer.languages, String).label("languages"),
        Offer.paused_until,
        Person.birth_year,
        Offer.skills_in_brief,
        Offer.week_in_brief,
        _SEEN.label("seen"),
        Person.born_on,
        Offer.offered_at,
    )
    return (
        select(*columns)
        .join(Person, col(Person.id) == Offer.person_id)
        .where(col(Offer.left_at).is_(None), col(Offer.person_id).not_in(SUSPENDED), _of(col(Offer.id), who))
        .order_by(col(Offer.offered_at), col(Offer.id))
    )


@cache
def rested_of(who: Who) -> Any:
    query = select(text_of_id(OfferSkill.offer_id), OfferSkill.skill_code).where(col(OfferSkill.rested_at).is_not(None))
    return query.where(_of(col(OfferSkill.offer_id), who))


@cache
def matches_of(who: Who) -> Any:
    pair = text_of_id(Match.request_id).label("request_id"), text_of_id(Match.offer_id).label("offer_id")
    # Who was coupled by mistake was never helping.
    query = select(*pair, Match.status).where(Match.status != MatchStatus.UNDONE)
    if who is Who.ANYBODY:
        return query
    of_them, of_requests = query.where(_of(col(Match.offer_id), who)), is_one_of(Match.request_id, "request_ids")
    return union_all(of_them, query.where(of_requests))


@cache
def askings_of(who: Who) -> Any:
    # Who offers of their own accord was not asked.
    return select(text_of_id(Proposal.offer_id), Proposal.proposed_at).where(
        col(Proposal.proposed_at) > bindparam("since", type_=UtcDateTime()),
        Proposal.origin != Origin.APPLICATION,
        Proposal.status != ProposalStatus.UNDONE,
        _of(col(Proposal.offer_id), who),
    )
