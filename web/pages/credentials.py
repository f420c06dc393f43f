"""The pages on which somebody says how they sign in, and ends sign-ins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pyotp

from marketplace.models import SecondFactor, SignIn
from marketplace.passwords import LEAST, LEAST_FOR_STAFF, MOST
from web import dates
from web.labels.devices import UNKNOWN
from web.qr import QrCode


@dataclass(frozen=True)
class SignInLine:
    """One browser that is signed in."""

    id: UUID
    device: str
    since: str
    is_here: bool

    @property
    def end(self) -> str:
        return f"/mijn/inloggen/{self.id}/beeindigen"


@dataclass(frozen=True)
class SignInsPage:
    """How I sign in, and where I am signed in."""

    email: str
    has_password: bool
    # Only staff have a second step.
    shows_second_factor: bool
    has_second_factor: bool
    codes_left: int
    sign_ins: Sequence[SignInLine]
    title: str = "Inloggen"

    @property
    def has_others(self) -> bool:
        return len(self.sign_ins) > 1


def make_lines(rows: Sequence[SignIn], *, here: UUID, now: datetime) -> tuple[SignInLine, ...]:
    """This browser first, then the others as they were last used."""
    lines = [
        SignInLine(row.id, row.device or UNKNOWN, dates.near_moment(row.signed_in_at, now=now), row.id == here)
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: not line.is_here))


@dataclass(frozen=True)
class PasswordPage:
    """Choose a password, or another one."""

    has_password: bool
    is_staff: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return "Kies een ander wachtwoord" if self.has_password else "Kies een wachtwoord"

    @property
    def hint(self) -> str:
        least = LEAST_FOR_STAFF if self.is_staff else LEAST
        return f"Minstens {least} tekens. Vier losse woorden zijn goed te onthouden en moeilijk te raden."

    most: int = MOST


@dataclass(frozen=True)
class AddressPage:
    """Give another e-mail address."""

    email: str
    typed: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Kies een ander e-mailadres"


@dataclass(frozen=True)
class AddressSentPage:
    """A mail is on its way to the new address, whoever has that."""

    typed: str
    postbox: str = ""
    title: str = "Kijk in uw nieuwe mail"


@dataclass(frozen=True)
class ConfirmAddressPage:
    """The link in the mail was opened; nothing has happened yet."""

    action: str
    email: str
    title: str = "Is dit uw nieuwe adres?"


@dataclass(frozen=True)
class AddressTakenPage:
    """The address belongs to somebody who is known here already; only its owner gets to read this."""

    title: str = "Dit adres is al in gebruik"


@dataclass(frozen=True)
class ProofPage:
    """Show once more that it is you."""

    back: str
    has_password: bool
    has_second_factor: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Bent u het zelf?"


@dataclass(frozen=True)
class CodePage:
    """Staff give the code of their telephone."""

    back: str
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Uw code"


@dataclass(frozen=True)
class RecoveryPage:
    """Staff who lost their telephone give a code from paper."""

    back: str
    typed: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Uw noodcode"


@dataclass(frozen=True)
class SetUpPage:
    """Set up the telephone: not begun, being done, or done."""

    is_begun: bool
    is_on: bool
    codes_left: int = 0
    qr: QrCode | None = None
    # The secret in groups of four, for who types it over.
    secret: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return "Zet uw telefoon klaar" if self.is_begun or not self.is_on else "Uw tweede stap"

    @classmethod
    def of(
        cls,
        factor: SecondFactor | None,
        secret: str,
        *,
        email: str,
        site: str,
        codes_left: int = 0,
        errors: Mapping[str, str] | None = None,
    ) -> "SetUpPage":
        """The secret stands on the page only while the telephone is being set up."""
        is_on = factor is not None and factor.confirmed_at is not None
        if factor is None or not factor.next_seed:
            return cls(is_begun=False, is_on=is_on, codes_left=codes_left)
        uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=site)
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return cls(is_begun=True, is_on=is_on, qr=QrCode.of(uri), secret=groups, errors=errors or {})


@dataclass(frozen=True)
class RecoveryCodesPage:
    """The ten codes, shown this once."""

    codes: Sequence[str]
    home: str
    title: str = "Bewaar deze tien codes"
