"""Recognition: what somebody did in a year, told once in January; and an invitation to do something in return, once.

Nobody who was helped stands in any of it: people are counted, neighbourhoods named, and kind words repeated only where
who said them allowed it.
"""

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import notices
from marketplace.ages import today_of
from marketplace.models import Invitation, NoticeKind, Recognition
from marketplace.permissions import Actor
from marketplace.policies import local_midnight
from marketplace.queries import recognition as queries

BATCH: Final = 200
# Two days after who was helped said that it went well, while they still remember; never after a month.
INVITE_AFTER: Final = timedelta(days=2)
INVITE_UNTIL: Final = timedelta(days=30)


def tell_years(session: Session, now: datetime) -> int:
    """In January everybody who helped last year hears what they did, once, unless they asked not to. How many."""
    today = today_of(now)
    if today.month != 1:
        return 0
    year = today.year - 1
    since, until = local_midnight(date(year, 1, 1)), local_midnight(date(year + 1, 1, 1))
    found = queries.list_to_tell_year(session, year=year, since=since, until=until, limit=BATCH)
    for person_id, municipality_id in found:
        wish = _wish(session, person_id)
        wish.year_told = year
        session.add(wish)
        notices.queue(
            session,
            NoticeKind.YEAR_OVERVIEW,
            municipality_id=municipality_id,
            person_id=person_id,
            at=now,
            key=str(year),
        )
    session.flush()
    return len(found)


def choose(session: Session, *, wants_year: bool, wants_invitation: bool, actor: Actor) -> Recognition:
    """What somebody wishes to hear from now on."""
    wish = _wish(session, actor.person_id)
    wish.wants_year, wish.wants_invitation = wants_year, wants_invitation
    session.add(wish)
    session.flush()
    return wish


def invite(session: Session, now: datetime) -> int:
    """Who was helped well is invited to do something themselves: once, and never who asked not to be. How many."""
    found = queries.list_to_invite(session, since=now - INVITE_UNTIL, until=now - INVITE_AFTER, limit=BATCH)
    for person_id, municipality_id, match_id in found:
        session.add(Invitation(person_id=person_id, municipality_id=municipality_id, match_id=match_id, invited_at=now))
        session.flush()
        notices.queue(
            session,
            NoticeKind.INVITED_TO_HELP,
            municipality_id=municipality_id,
            person_id=person_id,
            at=now,
            key=str(person_id),
        )
    return len(found)


def answer(session: Session, *, is_yes: bool, actor: Actor, now: datetime) -> None:
    """A yes or a no; either way nobody asks again. Who was not invited may say so as well."""
    invitation = queries.find_invitation(session, actor.person_id)
    if invitation is not None and invitation.answered_at is None:
        invitation.answered_at, invitation.is_yes = now, is_yes
        session.add(invitation)
    if not is_yes:
        wish = _wish(session, actor.person_id)
        wish.wants_invitation = False
        session.add(wish)
    session.flush()


def _wish(session: Session, person_id: UUID) -> Recognition:
    return queries.find_recognition(session, person_id) or Recognition(person_id=person_id)
