"""Signing in: asking for a link and using it once, staying signed in for a while, proving it is you, signing out.

Nothing in the database opens a door: the mail carries a signature made at the moment of sending, and the browser a
token of which only the hash is kept. What a page says never tells whether an address is known here.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from marketplace import notices
from marketplace.errors import LinkUsed, NotAllowed, NotFound
from marketplace.models import (
    Draft,
    DraftKind,
    NoticeKind,
    Person,
    SignIn,
    SignInAttempt,
    SignInLink,
    StaffRole,
    StaffRoleKind,
)
from marketplace.permissions import Actor
from marketplace.queries import signing as queries
from marketplace.queries.blocks import is_suspended
from marketplace.queries.organisations import list_edited_by


@dataclass(frozen=True)
class SigningPolicy:
    """How long links and sign-ins last, and how many links one address may ask."""

    link_minutes: int = 10
    links_per_hour: int = 5
    idle_h: float = 12
    longest_days: float = 30
    staff_idle_minutes: float = 30
    staff_longest_h: float = 10
    # How old "last seen" may grow before a request writes it again: a page view should not cost a write.
    seen_within_minutes: float = 1
    # How long a proof counts for what matters: an address, a password, all there is about somebody.
    proof_minutes: float = 10

    def is_over(self, row: queries.SignedInRow | SignIn, *, is_staff: bool, now: datetime) -> bool:
        """Whether a sign-in has lasted too long, or too long without being used."""
        idle = timedelta(minutes=self.staff_idle_minutes) if is_staff else timedelta(hours=self.idle_h)
        longest = timedelta(hours=self.staff_longest_h) if is_staff else timedelta(days=self.longest_days)
        return now >= min(row.expires_at, row.signed_in_at + longest, row.seen_at + idle)

    def is_fresh(self, proved_at: datetime | None, *, now: datetime) -> bool:
        """Whether somebody proved lately who they are."""
        return proved_at is not None and now < proved_at + timedelta(minutes=self.proof_minutes)


POLICY: Final = SigningPolicy()
KEEP_LINKS: Final = timedelta(days=1)
KEEP_ATTEMPTS: Final = timedelta(days=1)
KEEP_SIGN_INS: Final = timedelta(days=30)
_NOTICE_OF_DRAFT: Final = {
    DraftKind.REQUEST: NoticeKind.CONFIRM_REQUEST,
    DraftKind.OFFER: NoticeKind.CONFIRM_OFFER,
    DraftKind.RIDE: NoticeKind.CONFIRM_RIDE,
    DraftKind.TASK: NoticeKind.CONFIRM_TASK,
    DraftKind.BUDDY: NoticeKind.CONFIRM_BUDDY,
}


@dataclass(frozen=True)
class SignedIn:
    """Somebody just signed in: the token for their browser (kept nowhere else), and the draft they came to finish."""

    token: str
    person_id: UUID
    expires_at: datetime
    draft_id: UUID | None


@dataclass(frozen=True)
class Present:
    """Who is signed in and what this sign-in proves; and whether it should be marked as just used."""

    actor: Actor
    sign_in_id: UUID
    is_seen_stale: bool
    # A password, a code or a link within the last minutes.
    is_fresh: bool
    # Has a role here, and gave no code in this sign-in.
    lacks_second_factor: bool
    # Must give one before anything of others; the actor has no roles until then.
    owes_second_factor: bool = False
    # The account is blocked: its owner sees why, their own data, and nothing else.
    is_blocked: bool = False


def ask_link(
    session: Session,
    *,
    email: str,
    municipality_id: UUID,
    now: datetime,
    draft_id: UUID | None = None,
    policy: SigningPolicy = POLICY,
) -> None:
    """Queue a mail with a link, if the address is known or brings a draft. Looks the same from outside if not."""
    address = normalise_email(email)
    person = queries.find_person_by_email(session, address)
    if person is None and draft_id is None:
        return
    is_often = queries.count_links(session, address, since=now - timedelta(hours=1)) >= policy.links_per_hour
    # Who asks links for somebody else must not keep them out: one that works is always in the mailbox, or sent.
    if is_often and queries.has_usable_link(session, address, at=now):
        return
    link = SignInLink(
        email=address,
        person_id=person.id if person else None,
        draft_id=draft_id,
        requested_at=now,
        expires_at=now + timedelta(minutes=policy.link_minutes),
    )
    session.add(link)
    session.flush()
    _queue_mail(session, link, municipality_id=municipality_id, now=now)


def _queue_mail(session: Session, link: SignInLink, *, municipality_id: UUID, now: datetime) -> None:
    draft = queries.find_draft(session, link.draft_id) if link.draft_id else None
    about: dict[str, Any] = {"link": link.id} | ({"draft": draft.id} if draft else {})
    notices.queue(
        session,
        _NOTICE_OF_DRAFT[draft.kind] if draft else NoticeKind.SIGN_IN,
        municipality_id=municipality_id,
        at=now,
        key=str(link.id),
        person_id=link.person_id,
        email=link.email,
        **about,
    )


def hand_out_link(session: Session, *, email: str, now: datetime, policy: SigningPolicy = POLICY) -> UUID:
    """A link that the operator shows instead of mailing it: for the people of a demo. Raises NotFound."""
    person = queries.find_person_by_email(session, normalise_email(email))
    if person is None:
        raise NotFound("a person with that address")
    link = SignInLink(
        email=normalise_email(email),
        person_id=person.id,
        requested_at=now,
        expires_at=now + timedelta(minutes=policy.link_minutes),
    )
    session.add(link)
    session.flush()
    return link.id


def ask_again(
    session: Session, *, link_id: UUID, municipality_id: UUID, now: datetime, policy: SigningPolicy = POLICY
) -> None:
    """Whoever holds an old link wants a new one: it goes to the same address, for the same purpose."""
    old = queries.get_link(session, link_id)
    ask_link(session, email=old.email, municipality_id=municipality_id, now=now, draft_id=old.draft_id, policy=policy)


def look_at(session: Session, *, link_id: UUID, now: datetime) -> SignInLink:
    """The link that a mail holds, if it can still be used; looking uses nothing up. Raises LinkUsed."""
    return _usable(queries.get_link(session, link_id), now)


def redeem(
    session: Session, *, link_id: UUID, now: datetime, device: str = "", policy: SigningPolicy = POLICY
) -> SignedIn:
    """Use a link: sign in, and make the person known if a draft brought them. Raises LinkUsed."""
    link = _usable(queries.get_link(session, link_id, for_update=True), now)
    used: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(SignInLink)
        .where(col(SignInLink.id) == link_id, col(SignInLink.used_at).is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session="fetch")
    )
    if used.rowcount != 1:
        raise LinkUsed(str(link_id))
    person_id = _person_of(session, link, now)
    return start(session, person_id, now=now, device=device, draft_id=link.draft_id, policy=policy)


def _usable(link: SignInLink, now: datetime) -> SignInLink:
    if link.used_at is not None or now >= link.expires_at or link.changes_address:
        raise LinkUsed(str(link.id))
    return link


def _person_of(session: Session, link: SignInLink, now: datetime) -> UUID:
    """Who this link signs in: by now somebody may be known whom it did not know when it was asked."""
    if link.person_id is not None:
        return link.person_id
    known = queries.find_person_by_email(session, link.email)
    if known is not None:
        return known.id
    draft = queries.find_draft(session, link.draft_id) if link.draft_id else None
    if draft is None:
        raise LinkUsed(str(link.id))
    return _make_known(session, link.email, draft.answers, now).id


def _make_known(session: Session, email: str, answers: dict[str, Any], now: datetime) -> Person:
    """Opening the mail shows that the address is theirs; everything else is what they told."""
    person = Person(
        first_name=str(answers.get("first_name") or "")[:60].strip(),
        last_name=str(answers.get("last_name") or "")[:80].strip(),
        email=email,
        telephone=str(answers.get("telephone") or "")[:20].strip() or None,
        share_telephone=bool(answers.get("share_telephone", True)),
        share_email=bool(answers.get("share_email", False)),
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError:  # two links to one new address were opened at once; the other one made the person
        known = queries.find_person_by_email(session, email)
        if known is None:
            raise
        return known
    return person


def start(
    session: Session,
    person_id: UUID,
    *,
    now: datetime,
    device: str = "",
    draft_id: UUID | None = None,
    policy: SigningPolicy = POLICY,
) -> SignedIn:
    """Sign in somebody who just proved who they are, by a link or a password, on one browser."""
    token = secrets.token_urlsafe(32)
    is_staff = bool(queries.list_roles(session, person_id, at=now))
    longest = timedelta(hours=policy.staff_longest_h) if is_staff else timedelta(days=policy.longest_days)
    expires_at = now + longest
    session.add(
        SignIn(
            person_id=person_id,
            token_hash=hash_of(token),
            signed_in_at=now,
            seen_at=now,
            expires_at=expires_at,
            device=device[:80],
            proved_at=now,
        )
    )
    session.flush()
    return SignedIn(token, person_id, expires_at, draft_id)


def prove(session: Session, sign_in_id: UUID, *, now: datetime, with_second_factor: bool = False) -> SignedIn:
    """Somebody who is signed in proved it anew. The browser gets a new token: one seen before means nothing now."""
    sign_in = session.get_one(SignIn, sign_in_id)
    if sign_in.ended_at is not None:
        raise NotAllowed("this sign-in has ended")
    token = secrets.token_urlsafe(32)
    sign_in.token_hash, sign_in.proved_at = hash_of(token), now
    sign_in.has_second_factor = sign_in.has_second_factor or with_second_factor
    session.add(sign_in)
    session.flush()
    return SignedIn(token, sign_in.person_id, sign_in.expires_at, None)


def find_present(session: Session, token: str, *, now: datetime, policy: SigningPolicy = POLICY) -> Present | None:
    """Who this browser's token signs in at this moment, with the roles that hold now; None if nobody."""
    row = queries.find_signed_in(session, hash_of(token))
    if row is None:
        return None
    roles = queries.list_roles(session, row.person_id, at=now)
    if policy.is_over(row, is_staff=bool(roles), now=now):
        return None
    is_stale = now - row.seen_at >= timedelta(minutes=policy.seen_within_minutes)
    return Present(
        Actor(row.person_id, row.first_name, roles, list_edited_by(session, row.person_id)),
        row.sign_in_id,
        is_stale,
        is_fresh=policy.is_fresh(row.proved_at, now=now),
        lacks_second_factor=bool(roles) and not row.has_second_factor,
        is_blocked=is_suspended(session, row.person_id),
    )


def find_actor(session: Session, token: str, *, now: datetime, policy: SigningPolicy = POLICY) -> Actor | None:
    """Who is signed in with this token; None if nobody."""
    present = find_present(session, token, now=now, policy=policy)
    return present.actor if present else None


def list_running(session: Session, person_id: UUID, *, now: datetime, policy: SigningPolicy = POLICY) -> list[SignIn]:
    """Where somebody is signed in at this moment, the last used first."""
    is_staff = bool(queries.list_roles(session, person_id, at=now))
    rows = queries.list_sign_ins(session, person_id, at=now)
    return [row for row in rows if not policy.is_over(row, is_staff=is_staff, now=now)]


def mark_seen(session: Session, sign_in_id: UUID, *, now: datetime) -> None:
    """This sign-in is in use; never moves back in time."""
    session.execute(update(SignIn).where(col(SignIn.id) == sign_in_id, col(SignIn.seen_at) < now).values(seen_at=now))


def end(session: Session, token: str, *, now: datetime) -> None:
    """Sign out: the token means nothing from now on."""
    session.execute(
        update(SignIn)
        .where(col(SignIn.token_hash) == hash_of(token), col(SignIn.ended_at).is_(None))
        .values(ended_at=now)
    )


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what has no use any more: links after a day, drafts after their time, sign-ins a month after their end."""
    session.execute(delete(SignInLink).where(col(SignInLink.expires_at) < now - KEEP_LINKS))
    session.flush()
    drafts = queries.list_drafts_to_forget(session, before=now)
    if drafts:
        session.execute(delete(Draft).where(col(Draft.id).in_(drafts)))
    session.execute(delete(SignIn).where(col(SignIn.expires_at) < now - KEEP_SIGN_INS))
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.at) < now - KEEP_ATTEMPTS))


def appoint_first(
    session: Session,
    *,
    email: str,
    first_name: str,
    municipality_id: UUID,
    now: datetime,
    policy: SigningPolicy = POLICY,
) -> UUID:
    """Make the first staff member (team lead) and a link to sign in with. Raises NotAllowed where there is staff."""
    if queries.has_staff(session, municipality_id):
        raise NotAllowed("there is staff already")
    address = normalise_email(email)
    person = queries.find_person_by_email(session, address)
    if person is None:
        person = _make_known(session, address, {"first_name": first_name}, now)
    for kind in (StaffRoleKind.TEAM_LEAD, StaffRoleKind.COORDINATOR):
        session.add(StaffRole(municipality_id=municipality_id, person_id=person.id, kind=kind, from_at=now))
    link = SignInLink(
        email=address,
        person_id=person.id,
        requested_at=now,
        expires_at=now + timedelta(minutes=policy.link_minutes),
    )
    session.add(link)
    session.flush()
    return link.id


def normalise_email(typed: str) -> str:
    """An address as we keep it: mail servers tell capitals apart in theory only."""
    return typed.strip().lower()


def hash_of(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()
