"""The pages of signing in."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.models import DraftKind


@dataclass(frozen=True)
class AskLinkPage:
    """Where somebody asks for a link."""

    email: str = ""
    # Where they were going.
    back: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    # What was typed in the form with the password.
    address: str = ""
    title: str = "Inloggen"

    @property
    def with_password(self) -> bool:
        """Whether the form with the password is the one in use."""
        return bool(self.address) or "password" in self.errors or "address" in self.errors


@dataclass(frozen=True)
class MailSentPage:
    """A mail is on its way. Says the same whether or not the address is known."""

    # Where mails can be read when there is no mail server; empty elsewhere.
    postbox: str
    title: str = "Kijk in uw mail"


@dataclass(frozen=True)
class ConfirmPage:
    """The mailed link was opened. Nothing has happened yet: mail scanners open links too."""

    action: str
    title: str
    sentence: str
    button: str

    @classmethod
    def of(cls, action: str, kind: DraftKind | None) -> "ConfirmPage":
        """What the button does depends on what somebody came to finish."""
        if kind is DraftKind.REQUEST:
            return cls(
                action, "Uw vraag plaatsen", "Eén druk op de knop. Dan gaan wij voor u zoeken.", "Plaats mijn vraag"
            )
        if kind is DraftKind.OFFER:
            return cls(action, "Meedoen", "Eén druk op de knop. Dan weten wij dat u wilt helpen.", "Ja, ik doe mee")
        if kind is DraftKind.RIDE:
            return cls(
                action, "Uw rit aanvragen", "Eén druk op de knop. Dan zoeken wij een chauffeur.", "Vraag mijn rit aan"
            )
        if kind is DraftKind.BUDDY:
            return cls(action, "Om een buddy vragen", "Eén druk op de knop. Dan bellen wij u.", "Vraag om een buddy")
        return cls(action, "Welkom terug", "Eén druk op de knop en u bent ingelogd.", "Log mij in")


@dataclass(frozen=True)
class LinkUsedPage:
    """The link was used or is too old. One button sends a new one, where we know to whom."""

    # Empty where we cannot tell whose link it was.
    action: str = ""
    title: str = "Deze link werkt niet meer"
