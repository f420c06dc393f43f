"""Words for worries: what they are about, what was done, how they ended."""

from collections.abc import Mapping
from typing import Final

from marketplace.models import ConcernKind, ConcernOutcome, ConcernStatus, ConcernStepKind
from web.labels.requests import StatusTag

KINDS: Final[Mapping[ConcernKind, str]] = {
    ConcernKind.ALONE: "Erg alleen of somber",
    ConcernKind.HEALTH: "Gezondheid, vallen of slecht eten",
    ConcernKind.MEMORY: "Vergeten of in de war",
    ConcernKind.NEGLECT: "Zorgt niet goed voor zichzelf of het huis",
    ConcernKind.MONEY: "Geld of post die blijft liggen",
    ConcernKind.SAFETY: "Bang voor iemand, of niet veilig",
    ConcernKind.CARER: "Zorgt voor een ander, en het is te veel",
    ConcernKind.OTHER: "Iets anders",
}
OUTCOMES: Final[Mapping[ConcernOutcome, str]] = {
    ConcernOutcome.GOES_WELL: "Gesproken, het gaat goed genoeg",
    ConcernOutcome.HELP_ARRANGED: "Er is hulp geregeld",
    ConcernOutcome.PASSED_ON: "Een andere hulpverlener gaat ermee verder",
    ConcernOutcome.REPORTED: "Gemeld bij Veilig Thuis of de crisisdienst",
    ConcernOutcome.NOT_WANTED: "De persoon wil geen hulp",
    ConcernOutcome.NOT_FOUND: "Wij weten niet om wie het gaat",
    ConcernOutcome.ERASED: "De persoon liet alle gegevens wissen",
}
STEPS: Final[Mapping[ConcernStepKind, str]] = {
    ConcernStepKind.NOTED: "Iets opschrijven",
    ConcernStepKind.SPOKE_RAISER: "Ik sprak wie het doorgaf",
    ConcernStepKind.SPOKE_PERSON: "Ik sprak de persoon zelf",
    ConcernStepKind.TOLD_PERSON: "De persoon weet nu van het signaal",
    ConcernStepKind.ASKED_ADVICE: "Ik vroeg advies, zonder naam",
}
_SENTENCES: Final[Mapping[ConcernStepKind, str]] = {
    ConcernStepKind.RAISED: "{who} gaf de zorg door.",
    ConcernStepKind.TAKEN: "{who} nam het signaal.",
    ConcernStepKind.NOTED: "{who} schreef iets op.",
    ConcernStepKind.SPOKE_RAISER: "{who} sprak wie het doorgaf.",
    ConcernStepKind.SPOKE_PERSON: "{who} sprak de persoon zelf.",
    ConcernStepKind.TOLD_PERSON: "{who} vertelde de persoon over het signaal.",
    ConcernStepKind.ASKED_ADVICE: "{who} vroeg advies, zonder naam.",
    ConcernStepKind.PASSED: "{who} gaf het aan een collega.",
    ConcernStepKind.CLOSED: "{who} sloot het signaal.",
}
TAGS: Final[Mapping[ConcernStatus, StatusTag]] = {
    ConcernStatus.NEW: StatusTag("Nieuw", "attention"),
    ConcernStatus.HANDLED: StatusTag("In behandeling", "waiting"),
    ConcernStatus.CLOSED: StatusTag("Afgerond", "neutral"),
}
# For who passed it on: how it stands, and not a word of what was done.
TOLD_RAISER: Final[Mapping[ConcernStatus, str]] = {
    ConcernStatus.NEW: "Wij hebben dit. Uiterlijk de volgende werkdag kijkt iemand ernaar.",
    ConcernStatus.HANDLED: "Iemand van ons is hiermee bezig.",
    ConcernStatus.CLOSED: "Wij hebben dit afgerond. Dank u wel dat u het doorgaf.",
}


def step_sentence(kind: ConcernStepKind, who: str, text: str) -> str:
    """What was done, by whom, and what they wrote."""
    said = _SENTENCES[kind].format(who=who or "De klok")
    return f"{said} “{text}”" if text else said
