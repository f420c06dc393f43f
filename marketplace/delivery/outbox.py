"""Emptying the outbox: each row claimed, worded and sent by one process, tried again later, or given up.

No transaction is open while a mail server is spoken to. Between its answer and our tick lies a moment in which a crash
repeats one mail; its Message-ID stays the same.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import update
from sqlmodel import Session, col

from marketplace import notices
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.delivery.message import DeliveryFailed, Message, Refused, Unreachable
from marketplace.delivery.sms import Sms
from marketplace.models import ContactWishes, NoticeChannel, OutboxMessage
from marketplace.queries import bundles, work

log = logging.getLogger(__name__)

# Makes the text of a row, or None where there is nothing left to tell. Raises DeliveryFailed where it cannot be sent.
Sent = TypeVar("Sent", Message, Sms)
Sent_contra = TypeVar("Sent_contra", contravariant=True)
Word = Callable[[Session, OutboxMessage], Sent | None]


class Gives(Protocol[Sent_contra]):
    """Hands what was worded to whoever brings it further."""

    def send(self, message: Sent_contra) -> None:
        """Return once it was accepted. Raises DeliveryFailed."""


@dataclass(frozen=True)
class DeliveryPolicy:
    """How long a claim holds, and when a message is tried again."""

    lease_s: float = 300
    first_retry_s: float = 30
    longest_retry_s: float = 3600
    unreachable_retry_s: float = 60
    tries: int = 8

    def __post_init__(self) -> None:
        if min(self.lease_s, self.first_retry_s, self.longest_retry_s, self.unreachable_retry_s, self.tries) <= 0:
            raise ValueError("DeliveryPolicy: every amount is above 0")

    def retry_after(self, attempts: int) -> timedelta:
        """30 s, and twice as long after each further try, up to an hour."""
        return timedelta(seconds=min(self.first_retry_s * 2.0 ** (attempts - 1), self.longest_retry_s))


POLICY: Final = DeliveryPolicy()
MOOT: Final = "moot"


@dataclass(frozen=True)
class Claim:
    """A row that is ours until the lease ends; ``fence`` tells us from a later claimer."""

    message_id: UUID
    fence: int
    attempts: int


def drain(
    sessions: Sessions,
    clock: Clock,
    sender: Gives[Sent],
    word: Word[Sent],
    *,
    channel: NoticeChannel = NoticeChannel.EMAIL,
    policy: DeliveryPolicy = POLICY,
    most: int = 1000,
) -> int:
    """Send everything that is due, oldest first. How many messages were accepted."""
    sent = 0
    if channel is NoticeChannel.EMAIL:
        _release_left_behind(sessions, clock())
    for _ in range(most):
        claim = _claim(sessions, clock(), policy, channel)
        if claim is None:
            break
        try:
            sent += _deliver(sessions, clock, sender, word, claim)
        except Unreachable as away:
            _wait_for_server(sessions, claim, away.code, clock() + timedelta(seconds=policy.unreachable_retry_s))
            break
        except DeliveryFailed as failed:
            _note_failure(sessions, claim, failed, clock(), policy)
        except Exception as bug:  # one message that cannot be worded must not hold up the others
            # Where, but not what: the message of an exception may hold what people typed.
            frames = "".join(traceback.format_tb(bug.__traceback__))
            log.error("notice %s could not be worded: %s\n%s", claim.message_id, type(bug).__name__, frames)
            _note_failure(sessions, claim, DeliveryFailed(f"bug-{type(bug).__name__}"), clock(), policy)
    return sent


def _release_left_behind(sessions: Sessions, now: datetime) -> None:
    with sessions.read() as session:
        left = bundles.list_left_behind(session)
    if left:
        with sessions.begin() as session:
            bundles.release(session, left, now)


def _claim(sessions: Sessions, now: datetime, policy: DeliveryPolicy, channel: NoticeChannel) -> Claim | None:
    with sessions.begin() as session:
        row = work.find_due_message(session, now, channel)
        if row is None:
            return None
        row.attempts, row.fence = row.attempts + 1, row.fence + 1
        row.next_try_at = now + timedelta(seconds=policy.lease_s)
        session.add(row)
        return Claim(row.id, row.fence, row.attempts)


def _deliver(sessions: Sessions, clock: Clock, sender: Gives[Sent], word: Word[Sent], claim: Claim) -> bool:
    """Word and send one message; False where there was nothing left to tell."""
    with sessions.read() as session:
        row = session.get(OutboxMessage, claim.message_id)
        if row is None or row.fence != claim.fence:
            return False
        wishes = session.get(ContactWishes, row.person_id) if row.person_id else None
        # Tried again after an outage, it may have come into the quiet hours of its reader.
        later = notices.waits_until(wishes, row.kind, clock())
        message = word(session, row) if later is None else None
    if later is not None:
        _update(sessions, claim, next_try_at=later, attempts=claim.attempts - 1)
        return False
    if message is None:
        _update(sessions, claim, next_try_at=None, error=MOOT)
        return False
    sender.send(message)
    _update(sessions, claim, next_try_at=None, sent_at=clock(), error="")
    return True


def _wait_for_server(sessions: Sessions, claim: Claim, code: str, until: datetime) -> None:
    """Nobody to speak to: this was no try of this message's, however long the outage lasts."""
    log.warning("no mail server: %s", code)
    _update(sessions, claim, next_try_at=until, attempts=claim.attempts - 1, error=code)


def _note_failure(
    sessions: Sessions, claim: Claim, failed: DeliveryFailed, now: datetime, policy: DeliveryPolicy
) -> None:
    log.warning("notice %s was not accepted: %s", claim.message_id, failed.code)
    if isinstance(failed, Refused) or claim.attempts >= policy.tries:
        _update(sessions, claim, next_try_at=None, failed_at=now, error=failed.code)
    else:
        _update(sessions, claim, next_try_at=now + policy.retry_after(claim.attempts), error=failed.code)


def _update(sessions: Sessions, claim: Claim, **values: Any) -> None:
    """Write down what became of a message, unless somebody else has claimed it since."""
    with sessions.begin() as session:
        session.execute(
            update(OutboxMessage)
            .where(
                col(OutboxMessage.id) == claim.message_id,
                col(OutboxMessage.fence) == claim.fence,
                col(OutboxMessage.sent_at).is_(None),
            )
            .values(**values)
        )
        if "sent_at" in values or values.get("error") == MOOT:
            # What went along in it was told with it.
            session.execute(
                update(OutboxMessage)
                .where(col(OutboxMessage.bundle_id) == claim.message_id, col(OutboxMessage.sent_at).is_(None))
                .values(**{name: values[name] for name in ("sent_at", "error") if name in values})
            )
