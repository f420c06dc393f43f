"""What is said aloud: the words of the mails in spoken form, the answers there are, and what is read out to agree to.

A call or a letter says what the mail would say. Only what is about the mail itself, its button or a page, goes.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from marketplace.models import ConsentKind, NoticeKind
from marketplace.models.work import NOT_EVERY_TIME

# What somebody hears before they agree, by kind and version. A version, once read out, never changes.
CONSENT_TEXTS: Final[Mapping[tuple[ConsentKind, str], str]] = {
    (ConsentKind.TERMS, "2026-1"): (
        "Wij schrijven op wat u vraagt, met uw naam, telefoonnummer en adres. "
        "Wie misschien komt helpen, hoort alleen uw voornaam en uw wijk. "
        "Komt er iemand? Dan geven wij uw telefoonnummer en adres aan die ene persoon. "
        "U kunt altijd bellen om te stoppen. Vindt u dat goed?"
    ),
    (ConsentKind.REPRESENTATION, "2026-1"): (
        "Iemand anders vraagt hulp in uw naam en mag daarover beslissen. U kunt altijd bellen om te stoppen."
    ),
    (ConsentKind.HAND_OVER, "2026-1"): (
        "Neemt een andere hulpverlener het over? Dan geven wij uw verhaal door, zodat u het niet opnieuw hoeft te doen."
    ),
    (ConsentKind.PUBLIC_LISTING, "2026-1"): "Uw voornaam en uw wijk staan op de lijst van mensen die willen helpen.",
}

Answer = tuple[str, str, str, str]
TOLD: Final = "verteld"
NOT_REACHED: Final = "niet-bereikt"
NO_CALLS: Final = "niet-bellen"
GARDEN_YES, GARDEN_NO = "tuin-ja", "tuin-nee"
MAY_GIVE_WAY, MAY_NOT_GIVE_WAY = "kan-ook", "kan-niet"
# What was told stands in the form above the button.
SO_IT_WAS: Final = "zo-was-het"
PARENT_AGREES, PARENT_DISAGREES = "ouder-goed", "ouder-niet-goed"
# The same for the five questions to one of the two of a trajectory.
SO_IT_GOES: Final = "zo-gaat-het"
BUDDY_YES, BUDDY_NO = "buddy-ja", "buddy-nee"
DRIVES: Final = "rijdt"
DRIVES_NOT: Final = "rijdt-niet"
# What the other is to read stands in the form above the button.
REPLIES: Final = "antwoordt"
# Of what is every week: they know.
NO_REMINDERS: Final = NOT_EVERY_TIME
STANDS_IN: Final = "valt-in"
STANDS_NOT_IN: Final = "valt-niet-in"
_NOT_REACHED: Final[Answer] = (NOT_REACHED, "Niet bereikt", "Wij proberen het later nog eens.", "other")
_NO_CALLS: Final[Answer] = (NO_CALLS, "Wil niet meer gebeld worden", "Alles gaat voortaan per brief.", "other")
_GENERIC: Final[tuple[Answer, ...]] = ((TOLD, "Verteld", "", "yes"), _NOT_REACHED, _NO_CALLS)
# The buttons under a script: what they send, what they say, what happens.
ANSWERS: Final[Mapping[NoticeKind, tuple[Answer, ...]]] = {
    NoticeKind.PROPOSAL: (
        ("ja", "Zegt ja", "Dan is het geregeld. Wij vertellen het meteen.", "yes"),
        ("nu-niet", "Nu niet", "Wij vragen iemand anders.", "other"),
        ("dit-niet", "Dit soort niet", "Wij vragen dit soort hulp niet meer.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.MATCH_FOR_REQUESTER: (
        ("prima", "Prima", "Dan kunnen de twee elkaar bereiken.", "yes"),
        ("liever-niet", "Liever niet", "Wij zoeken iemand anders.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.YES_WAITS: (
        ("deze", "Graag deze helper", "Dan is het geregeld.", "yes"),
        ("een-ander", "Liever een ander", "Wij bedanken de helper en zoeken verder.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.DATE_PROPOSED: (
        ("past", "Ja, dat past", "Dan staat de datum vast.", "yes"),
        (TOLD, "Dat past niet", "Vraag om zelf even te bellen voor een andere datum.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.NUDGE: (
        ("gedaan", "Het is al gedaan", "Dan is het klaar.", "yes"),
        (TOLD, "Nog niet gedaan", "Vraag om elkaar nog eens te bellen.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.GARDEN_DAY_ASKED: (
        (GARDEN_YES, "Ja, zij mogen komen", "Dan weet de groep waar de tuin is.", "yes"),
        (GARDEN_NO, "Nee, liever niet", "Dan zoeken wij verder zoals nu.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.RELAXATION_ASKED: (
        (MAY_GIVE_WAY, "Ja, dat kan ook", "Dan zoeken wij meteen ruimer.", "yes"),
        (MAY_NOT_GIVE_WAY, "Nee", "Dan zoeken wij verder zoals het was.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.DRIVER_DAY: (
        (DRIVES, "Rijdt al deze ritten", "Dan is het geregeld. Wie meerijdt, hoort het nu.", "yes"),
        (
            DRIVES_NOT,
            "Kan ze niet rijden",
            "Wij plannen iemand anders. Voor één rit: het planbord.",
            "other",
        ),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.STANDBY_ASK: (
        (STANDS_IN, "Valt in", "Dan is de rit van deze chauffeur.", "yes"),
        (STANDS_NOT_IN, "Kan niet invallen", "Wij vragen iemand anders.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.PARENT_ASKED: (
        (PARENT_AGREES, "Vindt het goed", "Het kind krijgt nu een mail om mee te doen.", "yes"),
        (PARENT_DISAGREES, "Vindt het niet goed", "Wij wissen wat het kind invulde.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.BUDDY_QUESTION: (
        (BUDDY_YES, "Wil kennismaken", "Wij vragen nu de ander, of plannen het.", "yes"),
        (BUDDY_NO, "Liever niet", "Een reden is niet nodig.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.BUDDY_GO_ON: (
        (BUDDY_YES, "Wil samen verder", "Zegt de ander ook ja? Dan maken wij een afspraak.", "yes"),
        (BUDDY_NO, "Liever niet", "Een reden is niet nodig.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.BUDDY_GOAL: (
        (BUDDY_YES, "Zo is het goed", "Zegt de ander ook ja? Dan geldt de afspraak.", "yes"),
        (TOLD, "Wil het anders", "De coördinator belt nog.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.BUDDY_TALK: (
        (SO_IT_GOES, "Bewaar dit", "Alleen de coördinator leest het.", "yes"),
        (TOLD, "Zegt er liever niets over", "De coördinator belt nog eens.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.OCCURRENCE_REMINDER: (
        (TOLD, "Verteld", "Kan het toch niet? Zeg het af op de pagina van de reeks.", "yes"),
        (
            NO_REMINDERS,
            "Hoeft dit niet elke keer te horen",
            "Over veranderingen bellen wij wel.",
            "other",
        ),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.MESSAGE_RECEIVED: (
        (REPLIES, "Verstuur dit antwoord", "De ander leest ook dat u het opschreef.", "yes"),
        (TOLD, "Verteld, zonder antwoord", "", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
    NoticeKind.HOW_WAS_IT: (
        (SO_IT_WAS, "Bewaar dit", "Dan is dit gesprek klaar.", "yes"),
        (TOLD, "Zegt er liever niets over", "Wij vragen het niet nog eens.", "other"),
        _NOT_REACHED,
        _NO_CALLS,
    ),
}
# What a call is about, in the list; a kind that is not here is just a message.
ABOUT: Final[Mapping[NoticeKind, str]] = {
    NoticeKind.PROPOSAL: "Wil u helpen?",
    NoticeKind.MATCH_FOR_REQUESTER: "Er komt iemand. Is dat goed?",
    NoticeKind.YES_WAITS: "Er wil iemand helpen. Kiest u?",
    NoticeKind.DETAILS_OPEN: "Zo bereikt u elkaar",
    NoticeKind.MATCH_FOR_VOLUNTEER: "U gaat helpen",
    NoticeKind.CANCELLED: "De afspraak gaat niet door",
    NoticeKind.OBJECTED: "De afspraak gaat niet door",
    NoticeKind.PROPOSAL_WITHDRAWN: "Het hoeft niet meer",
    NoticeKind.REQUEST_POSTED: "Uw vraag staat er",
    NoticeKind.ASKED_FOR_YOU: "Er is hulp voor u gevraagd",
    NoticeKind.ESCALATED_FOR_REQUESTER: "Wij zoeken mee",
    NoticeKind.REQUEST_CLOSED: "De vraag is gesloten",
    NoticeKind.THANKS: "Dank u wel",
    NoticeKind.REPRESENTATION_ENDED: "Niemand vraagt meer in uw naam",
    NoticeKind.DATE_PROPOSED: "Past deze datum?",
    NoticeKind.DATE_AGREED: "De datum staat vast",
    NoticeKind.REMINDER: "Denkt u eraan?",
    NoticeKind.NUDGE: "Is het gelukt?",
    NoticeKind.HOW_WAS_IT: "Hoe was het?",
    NoticeKind.OCCURRENCE_CHANGED: "Eén keer is er iets anders",
    NoticeKind.OCCURRENCE_REMINDER: "Denkt u eraan?",
    NoticeKind.SERIES_TURNS: "Uw beurten",
    NoticeKind.SERIES_REVIEW: "Gaat het zo door?",
    NoticeKind.SERIES_STOPS: "Het stopt",
    NoticeKind.SERIES_HOW: "Hoe gaat het?",
    NoticeKind.RIDE_ASKED: "Uw rit is aangevraagd",
    NoticeKind.RIDE_AGREED: "Uw rit gaat door",
    NoticeKind.RIDE_UNSURE: "Nog geen chauffeur",
    NoticeKind.RIDE_REMINDER: "Denkt u aan uw rit?",
    NoticeKind.RIDE_CANCELLED: "De rit is afgezegd",
    NoticeKind.RIDE_REFERRED: "De regiotaxi",
    NoticeKind.RIDE_NOT_DRIVEN: "De rit is niet gelukt",
    NoticeKind.RIDE_RECEIPT: "Wat de rit kostte",
    NoticeKind.STANDING_RIDE_ASKED: "Uw vaste rit staat erin",
    NoticeKind.DRIVER_DAY: "Kunt u rijden?",
    NoticeKind.DRIVER_DAY_CHANGED: "Uw ritten zijn veranderd",
    NoticeKind.DRIVER_DAY_REMINDER: "Denkt u aan uw ritten?",
    NoticeKind.STANDBY_ASK: "Kunt u invallen?",
    NoticeKind.STANDBY_OVER: "Invallen hoeft niet meer",
    NoticeKind.RELAXATION_ASKED: "Kan het ook anders?",
    NoticeKind.ORGANISATION_ASKED: "Kan uw organisatie helpen?",
    NoticeKind.PARENT_ASKED: "Mag uw kind mensen helpen?",
    NoticeKind.PARENT_THANKED: "Uw kind mag helpen",
    NoticeKind.YOUNG_STOPPED: "De afspraak gaat niet door",
    NoticeKind.GARDEN_DAY_LEADER: "Leidt u een tuindag?",
    NoticeKind.GARDEN_DAY_ASKED: "Mag een groep uw tuin doen?",
    NoticeKind.GARDEN_DAY_READY: "De tuindag gaat door",
    NoticeKind.GARDEN_DAY_OFF: "De tuindag gaat niet door",
    NoticeKind.BUDDY_ASKED: "Er is een buddy gevraagd",
    NoticeKind.BUDDY_INTAKE: "Het gesprek over een buddy",
    NoticeKind.BUDDY_WAITING: "De lijst voor een buddy",
    NoticeKind.BUDDY_QUESTION: "Kennismaken met een buddy?",
    NoticeKind.BUDDY_MEETING: "De kennismaking",
    NoticeKind.BUDDY_GO_ON: "Samen verder?",
    NoticeKind.BUDDY_PARTED: "Het gaat niet verder",
    NoticeKind.BUDDY_GOAL: "Is deze afspraak goed?",
    NoticeKind.BUDDY_STARTED: "Samen op weg",
    NoticeKind.BUDDY_TALK: "Hoe gaat het met uw buddy?",
    NoticeKind.BUDDY_ENDED: "Het traject is afgerond",
    NoticeKind.STANDS_STILL: "Een hulpvraag komt niet verder",
    NoticeKind.MESSAGE_RECEIVED: "Een bericht van de ander",
    NoticeKind.DIGEST: "Berichten bij elkaar",
    NoticeKind.TEXT_HELD: "Wij lezen de tekst eerst",
    NoticeKind.TEXT_APPROVED: "De tekst is goed",
    NoticeKind.TEXT_TO_CHANGE: "De tekst moet anders",
    NoticeKind.TEXT_JUDGED: "Wat wij besloten",
    NoticeKind.REPORT_CLOSED: "Wij keken naar de melding",
    NoticeKind.ACCOUNT_BLOCKED: "Het account is geblokkeerd",
    NoticeKind.APPEAL_DECIDED: "Wat wij besloten over de blokkade",
}
_SAID_OTHERWISE: Final = (
    ("Dan krijgt u meteen een mail.", "Dan hoort u dat meteen van ons."),
    ("Zeg het ons met de knop.", "Bel ons dan."),
    ("krijgt u te zien hoe u elkaar bereikt", "hoort u hoe u elkaar bereikt"),
    ("Dan kunt u elkaar meteen bellen of mailen.", "Dan kunt u elkaar meteen bellen."),
    ("bellen of mailen", "bellen"),
)
_ABOUT_THE_MAIL: Final = re.compile(
    r"\b(knop|knoppen|mail|mails|mailen|pagina|link|site|inloggen|klik|lijst van hulpvragen|bij de hulpvragen)\b"
    r"|Wilt u zelf kiezen\?|U ziet nu",
    re.IGNORECASE,
)
_ENDS: Final = re.compile(r"(?<=[.!?])\s+")


def spoken(paragraphs: Iterable[str]) -> tuple[str, ...]:
    """The paragraphs of a mail as one says them, without what only a mail can have."""
    said = []
    for paragraph in paragraphs:
        if "“" in paragraph:  # what somebody wrote is said as they wrote it
            said.append(paragraph)
            continue
        for written, instead in _SAID_OTHERWISE:
            paragraph = paragraph.replace(written, instead)
        kept = " ".join(part for part in _ENDS.split(paragraph) if not _ABOUT_THE_MAIL.search(part))
        if kept:
            said.append(kept)
    return tuple(said)


def answers_for(kind: NoticeKind) -> tuple[Answer, ...]:
    """What somebody may answer to this, and what to press when they do."""
    return ANSWERS.get(kind, _GENERIC)


def about_words(kind: NoticeKind) -> str:
    """What a call is about."""
    return ABOUT.get(kind, "Een bericht")
