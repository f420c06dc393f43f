"""How somebody shows who they are, beside the mailed link: a password, a code of their telephone, a new address.

Hashing takes long on purpose, so it happens between two short transactions and holds none. Every try is counted
before it is looked at: however many come at once, of one account ten are looked at in a quarter of an hour. Nobody
is locked out by that: the link by e-mail always works.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from marketplace import notices
from marketplace.database import Sessions
from marketplace.errors import InvalidInput, LinkUsed, NotFound, TooManyTries
from marketplace.models import AttemptKind, NoticeKind, Password, Person, SignIn, SignInAttempt, SignInLink
from marketplace.passwords import LEAST, LEAST_FOR_STAFF, Hasher, judge
from marketplace.permissions import Actor
from marketplace.queries import credentials as queries
from marketplace.queries import people
from marketplace.queries import signing as signing_queries


@dataclass(frozen=True)
class TryPolicy:
    """How many tries are looked at in a while: for one account, and wrong ones from one address of the network."""

    minutes: int = 15
    per_account: int = 10
    wrong_per_client: int = 20


POLICY: Final = TryPolicy()
ADDRESS_LINK_MINUTES: Final = 10
ADDRESS_LINKS_PER_HOUR: Final = 5


# --- tries -------------------------------------------------------------------------------------------------------


def count_try(
    sessions: Sessions, account: str, kind: AttemptKind, *, now: datetime, client: str = "", policy: TryPolicy = POLICY
) -> tuple[UUID, ...]:
    """Note one try before it is looked at. Raises TooManyTries where it must not be looked at.

    Written and committed first, counted afterwards: of tries that come at once, each sees all that were written
    before it, so no two of them can both take the last place. One that is refused leaves nothing behind.
    """
    noted = _note(sessions, account, kind, client, now)
    since = now - timedelta(minutes=policy.minutes)
    with sessions.read() as session:
        of_account = queries.count_tries(session, hash_of_account(account), kind, since=since)
        of_client = (
            queries.count_tries(session, hash_of_account(client), kind, since=since, only_wrong=True) if client else 0
        )
    if of_account > policy.per_account or of_client > policy.wrong_per_client:
        with sessions.begin() as session:
            session.execute(delete(SignInAttempt).where(col(SignInAttempt.id).in_(noted)))
        raise TooManyTries(now + timedelta(minutes=policy.minutes))
    return noted


def mark_good(sessions: Sessions, noted: tuple[UUID, ...]) -> None:
    """The try was right: it does not count against the address of the network that it came from."""
    with sessions.begin() as session:
        session.execute(update(SignInAttempt).where(col(SignInAttempt.id).in_(noted)).values(was_good=True))


def _note(sessions: Sessions, account: str, kind: AttemptKind, client: str, now: datetime) -> tuple[UUID, ...]:
    rows = [
        SignInAttempt(address_hash=hash_of_account(whose), kind=kind, at=now) for whose in (account, client) if whose
    ]
    with sessions.begin() as session:
        session.add_all(rows)
    return tuple(row.id for row in rows)


def hash_of_account(whose: str) -> str:
    """What tries are counted under, so that the list of them names nobody."""
    return hashlib.sha256(whose.encode()).hexdigest()


# --- a password --------------------------------------------------------------------------------------------------


def check_password(
    sessions: Sessions,
    *,
    address: str,
    password: str,
    hasher: Hasher,
    now: datetime,
    client: str = "",
    policy: TryPolicy = POLICY,
) -> UUID | None:
    """Whose address and password these are, or None. The same work for everybody. Raises TooManyTries."""
    noted = count_try(
        sessions, address, AttemptKind.PASSWORD, now=now, client=client and f"client:{client}", policy=policy
    )
    with sessions.read() as session:
        kept = queries.find_password_of(session, address)
    if not hasher.is_right(password, kept.hash if kept else None) or kept is None:
        return None
    mark_good(sessions, noted)
    return kept.person_id


def set_password(
    sessions: Sessions,
    *,
    actor: Actor,
    password: str,
    context: Iterable[str],
    hasher: Hasher,
    municipality_id: UUID,
    now: datetime,
    keep: UUID,
) -> None:
    """Give the actor this password; every other sign-in of theirs ends. Raises InvalidInput where it is too weak.

    ``context`` are words of here that everybody would try first; ``keep`` is the sign-in that goes on.
    """
    with sessions.read() as session:
        person = people.get_person(session, actor.person_id)
        least = LEAST_FOR_STAFF if queries.has_role(session, actor.person_id, at=now) else LEAST
    names = (person.first_name, person.last_name, (person.email or "").partition("@")[0], *context)
    if problem := judge(password, context=names, least=least):
        raise InvalidInput({"password": problem})
    kept = hasher.hash(password)
    with sessions.begin() as session:
        session.merge(Password(person_id=actor.person_id, hash=kept, changed_at=now))
        changed(session, actor.person_id, municipality_id=municipality_id, now=now, keep=keep)


def remove_password(session: Session, *, actor: Actor, municipality_id: UUID, now: datetime, keep: UUID) -> None:
    """From now on by link only. Nothing happens to who had none."""
    gone: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        delete(Password).where(col(Password.person_id) == actor.person_id)
    )
    if gone.rowcount:
        changed(session, actor.person_id, municipality_id=municipality_id, now=now, keep=keep)


# --- sign-ins ----------------------------------------------------------------------------------------------------


def end_sign_in(session: Session, sign_in_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End one of the actor's own sign-ins. Raises NotFound, also where it is somebody else's."""
    found = queries.find_sign_in(session, sign_in_id)
    if found is None or found.person_id != actor.person_id:
        raise NotFound(f"sign-in {sign_in_id}")
    found.ended_at = found.ended_at or now
    session.add(found)


def end_others(session: Session, person_id: UUID, *, keep: UUID | None, now: datetime) -> None:
    """End somebody's sign-ins everywhere, but for the one that they are using."""
    ended = update(SignIn).where(col(SignIn.person_id) == person_id, col(SignIn.ended_at).is_(None))
    session.execute((ended.where(col(SignIn.id) != keep) if keep else ended).values(ended_at=now))


def changed(
    session: Session,
    person_id: UUID,
    *,
    municipality_id: UUID,
    now: datetime,
    keep: UUID | None,
    address: str | None = None,
) -> None:
    """Something changed in how somebody signs in: they are told, and whoever else was signed in is not any more.

    ``address`` is where to tell them if that is not their present one.
    """
    end_others(session, person_id, keep=keep, now=now)
    notices.queue(
        session,
        NoticeKind.SIGN_IN_CHANGED,
        municipality_id=municipality_id,
        at=now,
        key=now.isoformat(),
        person_id=person_id,
        email=address,
    )


# --- another address ---------------------------------------------------------------------------------------------


def ask_address(session: Session, *, actor: Actor, address: str, municipality_id: UUID, now: datetime) -> None:
    """Mail a link to the new address; it becomes theirs when that is opened. Raises InvalidInput if it is already.

    Says nothing of whether somebody else has it: only who reads its mail learns that.
    """
    if people.get_person(session, actor.person_id).email == address:
        raise InvalidInput({"email": "email_same"})
    since = now - timedelta(hours=1)
    of_person = queries.count_address_changes(session, actor.person_id, since=since)
    of_address = signing_queries.count_links(session, address, since=since)
    if max(of_person, of_address) >= ADDRESS_LINKS_PER_HOUR:
        return
    link = SignInLink(
        email=address,
        person_id=actor.person_id,
        requested_at=now,
        expires_at=now + timedelta(minutes=ADDRESS_LINK_MINUTES),
        changes_address=True,
    )
    session.add(link)
    session.flush()
    notices.queue(
        session,
        NoticeKind.CONFIRM_ADDRESS,
        municipality_id=municipality_id,
        at=now,
        key=str(link.id),
        email=address,  # not the person: a slip of the finger must not tell a stranger their name
        link=link.id,
    )


def look_at_address(session: Session, *, link_id: UUID, now: datetime) -> str:
    """The address that a link is for, while it can be used; looking uses nothing up. Raises LinkUsed."""
    return _usable(session, link_id, now=now).email


def confirm_address(
    session: Session, *, link_id: UUID, municipality_id: UUID, now: datetime, keep: UUID | None = None
) -> Person:
    """Make the address of the link the person's own, and tell the old one. Raises LinkUsed, InvalidInput if taken."""
    link = _usable(session, link_id, now=now, for_update=True)
    assert link.person_id is not None
    person = people.get_person(session, link.person_id)
    old = person.email
    # Whatever was mailed before, to the old address too, opens nothing from now on.
    session.execute(
        update(SignInLink)
        .where(col(SignInLink.person_id) == person.id, col(SignInLink.used_at).is_(None))
        .values(used_at=now)
    )
    try:
        with session.begin_nested():
            person.email = link.email
            session.add(person)
    except IntegrityError:
        raise InvalidInput({"email": "email_taken"}) from None
    changed(session, person.id, municipality_id=municipality_id, now=now, keep=keep, address=old)
    return person


def _usable(session: Session, link_id: UUID, *, now: datetime, for_update: bool = False) -> SignInLink:
    link = signing_queries.get_link(session, link_id, for_update=for_update)
    if not link.changes_address or link.used_at is not None or now >= link.expires_at:
        raise LinkUsed(str(link_id))
    return link
