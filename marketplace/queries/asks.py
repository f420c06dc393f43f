"""What people were asked and what came of it: read once, for whom may be asked now and for how people answer."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import String, and_, bindparam, case, type_coerce
from sqlmodel import Session, col
from sqlmodel import select as typed_select

from marketplace.lifecycle import LIVE_PROPOSALS
from marketplace.models import HelpRequest, Offer, Proposal, ProposalStatus
from marketplace.models.columns import UtcDateTime
from marketplace.queries.market_statements import read_rows, text_of_id
from marketplace.queries.several import is_one_of
from matching.availability import local_day, local_midnight

select: Any = typed_select  # its overloads end at four columns

# By then an answer weighs a quarter of what it did.
MEMORY: Final = timedelta(days=180)


def oldest(now: datetime) -> datetime:
    """Since when is remembered: the same all day, as what is fitted at midnight is."""
    return local_midnight(local_day(now)) - MEMORY


def is_live(ask: Any, now: datetime) -> bool:
    """Whether somebody may still say yes to it."""
    return ask.status in LIVE_PROPOSALS and ask.expires_at is not None and ask.expires_at > now


def read_asks(session: Session, offer_ids: Collection[str], now: datetime) -> Sequence[Any]:
    """What these people were asked since `oldest`, or may still say yes to; the oldest first, ids and codes as text.

    What was done by mistake and undone was not asked. Until when, and for which version, is told of what may still
    become a yes.
    """
    return read_rows(session, _OF_OFFERS, {"offer_ids": offer_ids, "since": oldest(now), "now": now})


def read_offered_at(session: Session, offer_ids: Collection[str]) -> dict[str, datetime]:
    """Since when these people help, also those who have left."""
    return {row.id: row.offered_at for row in read_rows(session, _OFFERED_AT_OF, {"offer_ids": offer_ids})}


SINCE: Final = bindparam("since", type_=UtcDateTime())
_IS_LIVE: Final = and_(
    col(Proposal.status).in_(LIVE_PROPOSALS), col(Proposal.expires_at) > bindparam("now", type_=UtcDateTime())
)


def asks() -> Any:
    """Every ask, in that order: all that any reader wants of one, and no object where text will do."""
    columns = (
        text_of_id(Proposal.request_id).label("request_id"),
        text_of_id(Proposal.offer_id).label("offer_id"),
        HelpRequest.skill_code,
        Proposal.distance_km,
        type_coerce(Proposal.origin, String).label("origin"),
        type_coerce(Proposal.status, String).label("status"),
        Proposal.proposed_at,
        Proposal.answered_at,
        type_coerce(Proposal.decline_reason, String).label("decline_reason"),
        Proposal.reserve,
        text_of_id(Proposal.municipality_id).label("municipality_id"),
        case((_IS_LIVE, col(Proposal.expires_at))).label("expires_at"),
        case((_IS_LIVE, col(HelpRequest.version_at))).label("version_at"),
        text_of_id(Proposal.id).label("id"),
    )
    return (
        select(*columns)
        .join(HelpRequest, col(HelpRequest.id) == Proposal.request_id)
        .where(Proposal.status != ProposalStatus.UNDONE)
        .order_by(Proposal.proposed_at, Proposal.id)
    )


# A case, for of an "or" a database may look up each side in an index of its own: all that half a year brought.
_MATTERS: Final = case((col(Proposal.proposed_at) > SINCE, 1), (_IS_LIVE, 1), else_=0)
# By these people alone, and the town told apart afterwards: a database that is asked for both reads the whole town.
_OF_OFFERS: Final[Any] = asks().where(is_one_of(Proposal.offer_id, "offer_ids"), _MATTERS == 1)
OFFERED_AT: Final[Any] = select(text_of_id(Offer.id).label("id"), Offer.offered_at)
_OFFERED_AT_OF: Final[Any] = OFFERED_AT.where(is_one_of(Offer.id, "offer_ids"))
