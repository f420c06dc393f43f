"""The pages about one's own data: who looked, what was allowed, taking it along, leaving for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from marketplace import file_looks
from marketplace.anonymising import is_digest
from marketplace.models import Channel, ConsentKind, StaffRoleKind
from marketplace.queries import privacy as queries
from marketplace.queries.privacy import LookRow
from marketplace.retention import POLICY, RetentionPolicy
from web import dates
from web.labels.rules import lower_first

MIN_REASON: Final = 5
MAX_REASON: Final = 200
SHOWN: Final = 100
CONSENT: Final = "/mijn/privacy/toestemming"

ROLES: Final[Mapping[StaffRoleKind, str]] = {
    StaffRoleKind.COORDINATOR: "bemiddelaar",
    StaffRoleKind.TEAM_LEAD: "teamleider",
    StaffRoleKind.RIDE_PLANNER: "ritplanner",
    StaffRoleKind.BUDDY_COORDINATOR: "buddycoördinator",
    StaffRoleKind.READER: "lezer van cijfers",
    StaffRoleKind.CONCERN_HANDLER: "iemand die zorgen behandelt",
}
REASONS: Final[Mapping[str, str]] = {
    "report": "Om een melding te bekijken",
    "case": "Om hulp te vinden bij uw vraag",
    "helper": "Om u te vragen of u kunt helpen",
    "task": "Om u te bellen over iets dat aandacht vroeg",
    "merge": "Om te zien of u twee keer in onze lijst staat",
    "intake": "Iemand belde of kwam langs. Wij keken of wij u al kenden",
    "call": "Om te bellen over hulp",
    "letter": "Om een brief te sturen over hulp",
    "erase": "Om uw gegevens te verwijderen",
    "ride": "Om een rit te plannen",
    "care": "Om te vragen hoe het gaat met helpen, of om u te bedanken",
    "concern": "Omdat iemand een zorg doorgaf",
    "driver": "Om te kijken wanneer en hoe u kunt rijden",
}
CONSENTS: Final[Mapping[ConsentKind, str]] = {
    ConsentKind.TERMS: "Wij mogen uw gegevens bewaren en gebruiken om hulp te regelen",
    ConsentKind.REPRESENTATION: "Iemand anders mag namens u vragen",
    ConsentKind.HAND_OVER: "Uw verhaal mag mee naar een andere hulpverlener",
    ConsentKind.PUBLIC_LISTING: "Uw voornaam en wijk staan op de lijst van vrijwilligers",
}
AFTERWARDS: Final[Mapping[ConsentKind, tuple[str, ...]]] = {
    ConsentKind.TERMS: (
        "Dan kunnen wij geen hulp meer voor u regelen.",
        "Uw vragen, uw aanbod en uw afspraken stoppen. Wij vertellen dat aan de ander.",
        "Uw gegevens blijven staan. Die kunt u daarna zelf verwijderen.",
    ),
    ConsentKind.REPRESENTATION: (
        "Dan vraagt niemand meer hulp in uw naam. U beslist zelf.",
        "Wat al gevraagd is, gaat gewoon door. Wij vertellen het aan de ander.",
    ),
    ConsentKind.HAND_OVER: ("Dan geven wij uw verhaal niet meer door.",),
    ConsentKind.PUBLIC_LISTING: ("Dan staat u niet meer op de lijst van mensen die willen helpen.",),
}
CHANNELS: Final[Mapping[Channel, str]] = {
    Channel.WEB: "op de site",
    Channel.TELEPHONE: "aan de telefoon",
    Channel.DESK: "aan de balie",
}


@dataclass(frozen=True)
class LookLine:
    """One look at my file."""

    when: str
    who: str
    text: str


@dataclass(frozen=True)
class OwnPage:
    """My data, and who looked at it."""

    looks: tuple[LookLine, ...]
    title: str = "Mijn privacy"


@dataclass(frozen=True)
class ConsentLine:
    """Something I allowed, or took back."""

    when: str
    who: str
    text: str


@dataclass(frozen=True)
class HeldConsent:
    """Something that I allow now, and where I can take it back."""

    text: str
    href: str


@dataclass(frozen=True)
class ConsentPage:
    """What I allow now; and everything I ever allowed or took back."""

    held: tuple[HeldConsent, ...]
    lines: tuple[ConsentLine, ...]
    title: str = "Wat ik goed vond"


@dataclass(frozen=True)
class TakeBackPage:
    """Not any more: what follows from that, and one button."""

    text: str
    sentences: tuple[str, ...]
    action: str
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Vindt u dit niet meer goed?"


@dataclass(frozen=True)
class EraseForPage:
    """Staff erase somebody who cannot do it on the site."""

    name: str
    action: str
    back: str
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True)
class ErasePage:
    """Leaving for good: what happens then, and one button."""

    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Wilt u alles verwijderen?"


@dataclass(frozen=True)
class ErasedPage:
    """It is done."""

    title: str = "Uw gegevens zijn verwijderd"


@dataclass(frozen=True)
class StatementPage:
    """How we deal with what we know of people, for everybody."""

    terms: RetentionPolicy = POLICY
    title: str = "Zo gaan wij om met uw gegevens"


@dataclass(frozen=True)
class ReasonPage:
    """Why does a member of staff open a colleague's case?"""

    action: str
    back: str
    typed: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    title: str = "Waarom opent u deze zaak?"


def build_own(session: Session, person_id: UUID, *, now: datetime) -> OwnPage:
    """Who looked, the latest first."""
    looks = queries.list_looks_at(session, person_id, limit=SHOWN)
    return OwnPage(tell_looks(session, looks, now=now))


def tell_looks(session: Session, looks: Sequence[LookRow], *, now: datetime) -> tuple[LookLine, ...]:
    """Organisation and role, never the name of who looked: they look for the organisation."""
    roles = queries.list_role_kinds(session, [row.staff_id for row in looks])
    return tuple(
        LookLine(
            when=dates.near_moment(row.at, now=now),
            who=_who(row, roles.get((row.staff_id, row.municipality_id))),
            text=_why(row),
        )
        for row in looks
    )


def build_consents(session: Session, person_id: UUID, *, now: datetime) -> ConsentPage:
    """What was allowed and taken back, by whatever channel, the latest first."""
    held = {entry.kind for entry in queries.list_consents_held(session, person_id)}
    return ConsentPage(
        tuple(HeldConsent(f"{CONSENTS[kind]}.", f"{CONSENT}/{kind.value}") for kind in ConsentKind if kind in held),
        tuple(
            ConsentLine(
                when=dates.near_moment(row.at, now=now),
                who=CHANNELS[row.channel],
                text=f"{'Ja' if row.is_given else 'Nee, ingetrokken'}: {lower_first(CONSENTS[row.kind])}.",
            )
            for row in queries.list_consents_of(session, person_id)
        ),
    )


def build_take_back(
    session: Session, kind: ConsentKind, person_id: UUID, *, errors: Mapping[str, str] | None = None
) -> TakeBackPage | None:
    """The page that asks whether it is meant; None where this is not allowed now anyway."""
    if kind not in {entry.kind for entry in queries.list_consents_held(session, person_id)}:
        return None
    return TakeBackPage(f"{CONSENTS[kind]}.", AFTERWARDS[kind], f"{CONSENT}/{kind.value}", errors or {})


def _why(row: LookRow) -> str:
    """What a look was for; what was typed for it, where somebody had to."""
    typed = "" if is_digest(row.reason) else row.reason
    if row.action == file_looks.CONVERSATION:
        return f"Las uw gesprek na een melding. De reden: {typed}" if typed else "Las uw gesprek na een melding"
    return REASONS.get(row.action) or typed


def _who(row: LookRow, role: StaffRoleKind | None) -> str:
    return f"{ROLES[role] if role else 'medewerker'} van {row.organisation}"
