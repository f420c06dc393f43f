"""Words for messages, reports and blocked accounts: what is wrong, why a text stood out, what was done."""

from collections.abc import Mapping
from typing import Final

from marketplace.models import (
    Digest,
    ModerationStepKind,
    ReportAbout,
    ReportKind,
    ReportOutcome,
    ReportStatus,
    SuspensionStatus,
)
from marketplace.talk.moderating import Decision
from marketplace.textscreen import Sign
from web.labels.requests import StatusTag

KINDS: Final[Mapping[ReportKind, str]] = {
    ReportKind.UNKIND: "Onaardig of grof",
    ReportKind.MONEY: "Vraagt geld of bankgegevens",
    ReportKind.UNSAFE: "Ik voel me niet veilig",
    ReportKind.ADVERTISING: "Reclame, of geen echte vraag",
    ReportKind.PRIVATE: "Er staat iets privés in",
    ReportKind.OTHER: "Iets anders",
}
ABOUT: Final[Mapping[ReportAbout, str]] = {
    ReportAbout.REQUEST: "een hulpvraag",
    ReportAbout.OFFER: "de tekst van een vrijwilliger",
    ReportAbout.MESSAGE: "een bericht",
    ReportAbout.PERSON: "een persoon",
}
SIGNS: Final[Mapping[Sign, str]] = {
    Sign.LINK: "Er staat een link in",
    Sign.ACCOUNT: "Er staat een rekeningnummer of bsn in",
    Sign.CONTACT: "Er staan contactgegevens in",
    Sign.MONEY: "Het gaat over geld geven of lenen",
    Sign.THREAT: "Het klinkt als een bedreiging",
    Sign.INSULT: "Er staat een scheldwoord in",
    Sign.SEX: "Het gaat over seks",
    Sign.SALES: "Het lijkt op reclame",
    Sign.REPEATED: "Dezelfde tekst is vaak geplaatst",
    Sign.COPIED: "Andere accounts plaatsten dezelfde tekst",
}
DECISIONS: Final[Mapping[Decision, tuple[str, str]]] = {
    Decision.FINE: ("Het is goed", "Er gebeurt verder niets. Wacht de tekst? Dan gaat de vraag nu door."),
    Decision.ASK_CHANGE: ("Laat de tekst aanpassen", "Niemand ziet de tekst tot die is aangepast."),
    Decision.HIDE: ("Verberg dit", "Niemand ziet dit meer. Bij een hulpvraag stopt het zoeken."),
    Decision.WARN: ("Waarschuw", "De tekst blijft staan. De schrijver krijgt uw uitleg."),
    Decision.BLOCK: ("Blokkeer het account", "Afspraken gaan niet door. Een bezwaar gaat naar een ander."),
}
OUTCOMES: Final[Mapping[ReportOutcome, str]] = {
    ReportOutcome.FINE: "Het was goed",
    ReportOutcome.CHANGED: "De tekst is aangepast",
    ReportOutcome.HIDDEN: "Het is verborgen",
    ReportOutcome.WARNED: "De schrijver kreeg een waarschuwing",
    ReportOutcome.BLOCKED: "Het account is geblokkeerd",
    ReportOutcome.GONE: "Het is er niet meer",
}
STATUS: Final[Mapping[ReportStatus, StatusTag]] = {
    ReportStatus.OPEN: StatusTag("Open", "attention"),
    ReportStatus.TO_CHANGE: StatusTag("Wacht op de schrijver", "waiting"),
    ReportStatus.CLOSED: StatusTag("Afgerond", "neutral"),
}
SUSPENSION: Final[Mapping[SuspensionStatus, StatusTag]] = {
    SuspensionStatus.ACTIVE: StatusTag("Geblokkeerd", "attention"),
    SuspensionStatus.APPEALED: StatusTag("Bezwaar", "attention"),
    SuspensionStatus.UPHELD: StatusTag("Blijft geblokkeerd", "neutral"),
    SuspensionStatus.LIFTED: StatusTag("Weer vrij", "good"),
}
DIGESTS: Final[Mapping[Digest, tuple[str, str]]] = {
    Digest.SINGLE: ("Meteen, elk bericht apart", ""),
    Digest.DAILY: ("Eén mail per dag", "Om 9.00 uur, als er iets is."),
    Digest.WEEKLY: ("Eén mail per week", "Op maandag om 9.00 uur."),
}
_STEPS: Final[Mapping[ModerationStepKind, str]] = {
    ModerationStepKind.REPORTED: "{who} meldde dit.",
    ModerationStepKind.PASSED: "Het ging naar een collega: er was te lang niet gekeken.",
    ModerationStepKind.LOOKED: "{who} las het hele gesprek.",
    ModerationStepKind.NOTED: "{who} schreef iets op.",
    ModerationStepKind.FINE: "{who} vond het goed.",
    ModerationStepKind.ASKED_CHANGE: "{who} vroeg om de tekst aan te passen.",
    ModerationStepKind.CHANGED: "{who} paste de tekst aan.",
    ModerationStepKind.HIDDEN: "{who} verborg dit.",
    ModerationStepKind.WARNED: "{who} gaf een waarschuwing.",
    ModerationStepKind.BLOCKED: "{who} blokkeerde het account.",
    ModerationStepKind.APPEALED: "{who} maakte bezwaar.",
    ModerationStepKind.UPHELD: "{who} liet de blokkade staan.",
    ModerationStepKind.LIFTED: "{who} haalde de blokkade weg.",
    ModerationStepKind.GONE: "Wat gemeld was, is er niet meer.",
}


def what_words(code: str) -> str:
    """What somebody found wrong, or why a text stood out, as it begins a line."""
    if code in set(ReportKind):
        return _lower(KINDS[ReportKind(code)])
    known = [SIGNS[Sign(sign)] for sign in code.split() if sign in set(Sign)]
    return _lower(known[0]) if known else "iets viel op"


def step_sentence(kind: ModerationStepKind, who: str, text: str) -> str:
    """What was done, by whom, and what they wrote."""
    said = _STEPS[kind].format(who=who or "De zoekmachine")
    return f"{said} “{text}”" if text else said


def upper(text: str) -> str:
    """The same at the beginning of a line."""
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
