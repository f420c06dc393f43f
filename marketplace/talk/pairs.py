"""Two people who may write to each other: the two of a match, or the two who are on their way with a buddy."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session

from marketplace import notices, visibility
from marketplace.errors import NotFound
from marketplace.models import HelpRequest, Introduction, Match, MatchStatus, NoticeKind, Trajectory
from marketplace.permissions import Actor
from marketplace.policies import ContactPolicy
from marketplace.queries import blocks, buddies, matches, meetings, requests
from marketplace.visibility import Situation

CONTACT: Final = ContactPolicy()


@dataclass(frozen=True)
class Pair:
    """Who helps and who is helped. ``id`` is that of the match, or of the introduction; so is the conversation's."""

    id: UUID
    municipality_id: UUID
    helper_id: UUID
    # Who is helped; then who asked in their name, where these may read along.
    asker_ids: tuple[UUID, ...]
    # Who of these hears that there is a message.
    told_id: UUID
    request: HelpRequest | None = None
    match: Match | None = None
    trajectory: Trajectory | None = None
    introduction: Introduction | None = None

    def people(self) -> Iterator[UUID]:
        """Everybody who reads what is written."""
        yield self.helper_id
        yield from self.asker_ids

    def has(self, person_id: UUID) -> bool:
        """Whether somebody is one of the two, or asked in the name of one of them."""
        return person_id in (self.helper_id, *self.asker_ids)

    def is_helper(self, person_id: UUID) -> bool:
        """On which side somebody stands."""
        return person_id == self.helper_id


def get_pair(session: Session, pair_id: UUID) -> Pair:
    """The pair of a match, or of an introduction. Raises NotFound."""
    if (introduction := session.get(Introduction, pair_id)) is not None:
        return _of_introduction(session, introduction)
    return _of_match(session, matches.get_match(session, pair_id))


def get_own(session: Session, pair_id: UUID, actor: Actor) -> Pair:
    """The same for one of the two. Raises NotFound, also for anybody else."""
    pair = get_pair(session, pair_id)
    if not pair.has(actor.person_id):
        raise NotFound(f"pair {pair_id}")
    return pair


def hold(session: Session, pair: Pair) -> Pair:
    """As it stands now, held: ending it and writing in it come one after the other."""
    if pair.trajectory is not None:
        buddies.lock_trajectory(session, pair.trajectory.id)
        session.refresh(pair.introduction)
    elif pair.request is not None:
        requests.lock_request(session, pair.request.id)
        session.refresh(pair.match)
    return pair


def is_open(session: Session, pair: Pair, *, now: datetime) -> bool:
    """Whether the two may write: from the last yes, or the beginning with a buddy, until their details close; never
    where one blocked the other."""
    situation = _situation(pair, now)
    runs = situation is Situation.CONFIRMED or (pair.match is not None and pair.match.status is MatchStatus.AGREED)
    return runs and not any(blocks.find_block(session, pair.helper_id, one) for one in pair.asker_ids)


def knows_details(pair: Pair, *, now: datetime) -> bool:
    """Whether the two have each other's number or address."""
    return _situation(pair, now) is Situation.CONFIRMED


def tell(session: Session, pair: Pair, *, to: UUID, key: str, at: datetime) -> None:
    """Somebody hears that there is a message; in time for the date that stands."""
    date = meetings.find_agreed(session, pair.id) if pair.match is not None else None
    about: Any = {
        name: row.id
        for name, row in (
            ("request", pair.request),
            ("match", pair.match),
            ("trajectory", pair.trajectory),
            ("introduction", pair.introduction),
        )
        if row is not None
    }
    notices.queue(
        session,
        NoticeKind.MESSAGE_RECEIVED,
        municipality_id=pair.municipality_id,
        person_id=to,
        at=at,
        key=key,
        until=date.starts_at if date is not None and date.starts_at > at else None,
        **about,
    )


def _of_match(session: Session, match: Match) -> Pair:
    request = requests.get_request(session, match.request_id)
    askers = (request.requester_id, request.representative_id)
    return Pair(
        id=match.id,
        municipality_id=match.municipality_id,
        helper_id=match.person_id,
        asker_ids=tuple(dict.fromkeys(one for one in askers if one is not None)),
        told_id=notices.told_for(request),
        request=request,
        match=match,
    )


def _of_introduction(session: Session, introduction: Introduction) -> Pair:
    """Who asked for a buddy in somebody's name is no party to it: the resident decides, and reads, alone."""
    trajectory = buddies.get_trajectory(session, introduction.trajectory_id)
    return Pair(
        id=introduction.id,
        municipality_id=introduction.municipality_id,
        helper_id=introduction.person_id,
        asker_ids=(trajectory.resident_id,),
        told_id=trajectory.resident_id,
        trajectory=trajectory,
        introduction=introduction,
    )


def _situation(pair: Pair, now: datetime) -> Situation:
    if pair.introduction is not None:
        return visibility.situation_with_buddy(pair.introduction, now=now, policy=CONTACT)
    assert pair.match is not None
    return visibility.situation_in_match(pair.match, now=now, policy=CONTACT)
