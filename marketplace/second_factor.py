"""The second factor of staff: a code from an app on their telephone, and ten codes on paper for when that is lost.

The telephone's secret stands nowhere in the database. It is made from a random seed, which does, and the site's own
key, which does not: a backup alone makes no codes. A code counts once.
"""

import base64
import hashlib
import hmac
import secrets
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pyotp
from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from marketplace.errors import NotAllowed
from marketplace.models import RecoveryCode, SecondFactor
from marketplace.permissions import Actor
from marketplace.queries import credentials as queries

RECOVERY_CODES: Final = 10
STEP_S: Final = 30
# Telephones run a little ahead or behind, and typing takes a while.
_NEAR: Final = (0, -1, 1)
# No signs that look alike on paper. Ten of thirty-one: 49 bits.
_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


class FactorKeys:
    """Turns seeds into secrets, and codes into what is kept of them, with the site's own key."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def secret(self, seed: str) -> str:
        """The secret that the telephone gets, as it is typed over: 160 bits in base 32."""
        return base64.b32encode(self._digest("second-factor", seed)[:20]).decode()

    def step_of(self, seed: str, code: str, *, now: datetime) -> int | None:
        """In which half minute near now this was the code; None if it was not."""
        totp, present = pyotp.TOTP(self.secret(seed)), int(now.timestamp()) // STEP_S
        typed = "".join(code.split())
        return next(
            (
                present + near
                for near in _NEAR
                if hmac.compare_digest(totp.generate_otp(present + near).encode(), typed.encode())
            ),
            None,
        )

    def kept(self, person_id: UUID, code: str) -> str:
        """What is kept of a recovery code."""
        plain = "".join(sign for sign in code.casefold() if sign.isalnum())
        return self._digest("recovery", f"{person_id}:{plain}").hex()

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.new(self._key, f"{purpose}:{text}".encode(), hashlib.sha256).digest()


def begin(session: Session, *, actor: Actor, has_second_factor: bool, now: datetime) -> None:
    """Begin to set up a telephone; until it is confirmed, the one before counts. Again gives the same secret.

    Raises NotAllowed for who has a second factor and did not use it in this sign-in: a mailbox must not replace it.
    """
    factor = queries.find_second_factor(session, actor.person_id, for_update=True)
    if factor is None:
        factor = SecondFactor(person_id=actor.person_id, begun_at=now)
    _require_own(factor, has_second_factor)
    if factor.next_seed:
        return
    factor.next_seed, factor.begun_at = secrets.token_hex(20), now
    with suppress(IntegrityError), session.begin_nested():  # the button was pressed twice; the other one began
        session.add(factor)


def confirm(
    session: Session, *, actor: Actor, code: str, keys: FactorKeys, has_second_factor: bool, now: datetime
) -> tuple[str, ...] | None:
    """The telephone gives the right code: from now on it counts. Gives the recovery codes, or None for a wrong code."""
    factor = queries.find_second_factor(session, actor.person_id, for_update=True)
    if factor is None or not factor.next_seed:
        raise NotAllowed("no second factor was begun")
    _require_own(factor, has_second_factor)
    step = keys.step_of(factor.next_seed, code, now=now)
    if step is None:
        return None
    factor.seed, factor.next_seed = factor.next_seed, ""
    factor.confirmed_at, factor.last_step = now, step
    session.add(factor)
    return renew_recovery_codes(session, actor.person_id, keys=keys)


def check(session: Session, person_id: UUID, code: str, *, keys: FactorKeys, now: datetime) -> bool:
    """Whether this is the code of now, for the first time."""
    factor = queries.find_second_factor(session, person_id)
    if factor is None or factor.confirmed_at is None:
        return False
    step = keys.step_of(factor.seed, code, now=now)
    if step is None:
        return False
    used: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(SecondFactor)
        .where(col(SecondFactor.person_id) == person_id, col(SecondFactor.last_step) < step)
        .values(last_step=step)
    )
    return used.rowcount == 1


def recover(session: Session, person_id: UUID, code: str, *, keys: FactorKeys, now: datetime) -> bool:
    """Use a recovery code: the lost telephone counts no more, and a new one must be set up."""
    used: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        update(RecoveryCode)
        .where(
            col(RecoveryCode.code_hash) == keys.kept(person_id, code),
            col(RecoveryCode.person_id) == person_id,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:
        return False
    session.execute(delete(SecondFactor).where(col(SecondFactor.person_id) == person_id))
    return True


def renew_recovery_codes(session: Session, person_id: UUID, *, keys: FactorKeys) -> tuple[str, ...]:
    """Ten new codes, shown once; the ones before mean nothing any more."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))
    codes = tuple(_draw_code() for _ in range(RECOVERY_CODES))
    session.add_all(RecoveryCode(code_hash=keys.kept(person_id, code), person_id=person_id) for code in codes)
    session.flush()
    return codes


def remove(session: Session, person_id: UUID) -> bool:
    """Take the second factor and its recovery codes away. Whether there was one."""
    session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person_id))
    gone: CursorResult[Any] = session.execute(  # type: ignore[assignment]
        delete(SecondFactor).where(col(SecondFactor.person_id) == person_id)
    )
    return gone.rowcount > 0


def _require_own(factor: SecondFactor, has_second_factor: bool) -> None:
    if factor.confirmed_at is not None and not has_second_factor:
        raise NotAllowed("a second factor is replaced by who has it, or by a recovery code")


def _draw_code() -> str:
    drawn = "".join(secrets.choice(_SIGNS) for _ in range(10))
    return f"{drawn[:5]}-{drawn[5:]}"
