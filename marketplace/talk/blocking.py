"""Somebody wants nothing more to do with somebody else: never asked, matched or shown to each other again.

A hard bar in both directions, as long as it stands. What runs between the two is cancelled kindly, without a reason.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from marketplace import history
from marketplace.errors import InvalidInput
from marketplace.models import ActingAs, EventKind, PersonBlock
from marketplace.permissions import Actor
from marketplace.queries import blocks, people
from marketplace.talk import pairs, parting


def block_in_pair(session: Session, *, pair_id: UUID, actor: Actor, now: datetime) -> None:
    """The other side of a match: who helps; or who asks, and who asks in their name. Or the other one of two who are
    on their way with a buddy. Raises NotFound.

    Who asks in somebody's name blocks for both: else the engine would ask the same helper for them again.
    """
    pair = pairs.get_own(session, pair_id, actor)
    if pair.is_helper(actor.person_id):
        both = [(actor.person_id, asker) for asker in pair.asker_ids]
    else:
        both = [(one, pair.helper_id) for one in dict.fromkeys((pair.asker_ids[0], actor.person_id))]
    for one, other in both:
        block(session, other_id=other, municipality_id=pair.municipality_id, actor=Actor(one), now=now)


def block(session: Session, *, other_id: UUID, municipality_id: UUID, actor: Actor, now: datetime) -> PersonBlock:
    """Never again; pressed twice it stands. Raises NotFound, InvalidInput for oneself."""
    if other_id == actor.person_id:
        raise InvalidInput({"block": "block_self"})
    people.get_person(session, other_id)
    if (known := session.get(PersonBlock, (actor.person_id, other_id))) is not None:
        return known
    # Held as a round holds it, and told by an event: a round that read before this one reads again.
    blocks.lock_market_of(session, [actor.person_id, other_id])
    made = PersonBlock(blocker_id=actor.person_id, blocked_id=other_id, municipality_id=municipality_id, blocked_at=now)
    session.add(made)
    history.record(
        session, EventKind.PAIR_BLOCKED, at=now, municipality_id=municipality_id, acting_as=ActingAs.RESIDENT
    )
    end_between(session, actor, other_id, now)
    return made


def unblock(session: Session, *, other_id: UUID, actor: Actor) -> None:
    """After all not: they may meet again. What was cancelled stays so."""
    session.execute(
        delete(PersonBlock).where(
            col(PersonBlock.blocker_id) == actor.person_id, col(PersonBlock.blocked_id) == other_id
        )
    )


def end_between(session: Session, actor: Actor, other_id: UUID, now: datetime) -> None:
    """Everything that runs or may come of a question between the two ends."""
    for match in blocks.list_running_between(session, actor.person_id, other_id):
        is_volunteer = actor.person_id == match.person_id
        acting = ActingAs.VOLUNTEER if is_volunteer else ActingAs.RESIDENT
        parting.cancel_match(session, match, by=actor, acting_as=acting, now=now)
    for proposal in blocks.list_live_between(session, actor.person_id, other_id):
        parting.withdraw_proposal(session, proposal, now=now, why="blocked", tell=proposal.person_id != actor.person_id)


def look_again(session: Session, now: datetime) -> int:
    """What came between two people at the very moment at which one blocked the other ends too. How many pairs."""
    met = blocks.list_met_all_the_same(session)
    for one, other in met:
        end_between(session, Actor(one), other, now)
    return len(met)
