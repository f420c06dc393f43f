"""Why somebody does not fit, with what can be done about it; and why somebody was asked. Codes of matching in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marketplace.models import Origin
from marketplace.waiting import WAITED
from matching.reasons import Why
from matching.rules import Rule
from web import dates

# Refusals that are no rule of matching: see marketplace.responses.ask_volunteer.
OTHERS_ASKED: Final = "others_asked"
# Up to here people call it near: ten minutes on a bicycle.
NEAR_KM: Final = 2.5
# More than this nobody mends, and a list of failings is no thanks.
MOST_HINTS: Final = 2


@dataclass(frozen=True)
class Hint:
    """Why it cannot be, and one thing to do about it. Without ``href`` the sentence says it all."""

    text: str
    href: str = ""
    action: str = ""


_OTHERS: Final = ("/hulpvragen", "Bekijk andere hulpvragen")
_MY_OFFER: Final = ("/helpen", "Pas mijn aanbod aan")

# To the volunteer who wants to help.
_FOR_VOLUNTEER: Final[Mapping[str, Hint]] = {
    Rule.REQUEST_CLOSED: Hint("Deze hulpvraag is al gesloten.", *_OTHERS),
    Rule.HELD: Hint("Een medewerker regelt deze hulpvraag nu zelf.", *_OTHERS),
    Rule.NO_FREE_SLOT: Hint("Er zijn al genoeg mensen gevonden.", *_OTHERS),
    Rule.RESPOND_BY_PASSED: Hint("De tijd om te reageren is voorbij.", *_OTHERS),
    Rule.OUTSIDE_ASKING_HOURS: Hint("Wij vragen mensen tussen 8 en 21 uur. Probeer het morgen weer."),
    Rule.LEFT: Hint("U staat niet meer op onze lijst. U kunt zich zo weer aanmelden.", "/helpen", "Doe weer mee"),
    Rule.SKILL: Hint("Dit soort hulp staat nog niet in uw aanbod. U kunt het toevoegen.", *_MY_OFFER),
    Rule.QUALIFICATION: Hint(
        "Hiervoor is een bewijs nodig, zoals een VOG. Wij regelen dat samen met u, gratis. Bel ons."
    ),
    Rule.DISTANCE: Hint("Deze hulpvraag is verder weg dan u wilt reizen. U kunt dat aanpassen.", *_MY_OFFER),
    Rule.TIME: Hint("Deze hulp valt op momenten dat u niet kunt. U kunt uw tijden aanpassen.", *_MY_OFFER),
    Rule.LANGUAGE: Hint("Bij deze hulpvraag is een andere taal nodig. Spreekt u die? Voeg hem toe.", *_MY_OFFER),
    Rule.AGE: Hint("Voor deze hulpvraag geldt een leeftijd. Wij kennen de uwe niet, of u bent nog te jong. Bel ons."),
    Rule.AVOIDED: Hint("Deze hulpvraag kunnen wij niet aan u geven. Wilt u weten waarom? Bel ons.", *_OTHERS),
    Rule.PAUSED: Hint("U hebt pauze. Wilt u weer helpen? Stop dan uw pauze.", "/helpen/pauze", "Stop mijn pauze"),
    Rule.CAPACITY: Hint("U helpt al zoveel mensen als u wilde. Kan er nog iemand bij?", *_MY_OFFER),
    Rule.WEEKLY_LIMIT: Hint("U bent deze week al zo vaak gevraagd als u wilde.", *_MY_OFFER),
    Rule.MATCHED_BEFORE: Hint("U was al eens aan deze hulpvraag gekoppeld. Dat kan maar één keer.", *_OTHERS),
    Rule.ASKED_BEFORE: Hint("U bent hier al voor gevraagd. Kijk in uw mail of op Mijn pagina."),
    Rule.UNWANTED_KIND: Hint("U zei dat dit soort hulp niet bij u past. U kunt dat veranderen.", *_MY_OFFER),
}

# To the requester who asks a volunteer from the list: kind about the volunteer, and never their whole story.
_FOR_REQUESTER: Final[Mapping[str, str]] = {
    OTHERS_ASKED: "Wij wachten nog op het antwoord van iemand anders.",
    Rule.REQUEST_CLOSED: "Uw vraag is al gesloten.",
    Rule.HELD: "Een medewerker regelt uw vraag nu zelf.",
    Rule.NO_FREE_SLOT: "Er is al iemand gevonden voor uw vraag.",
    Rule.RESPOND_BY_PASSED: "De tijd om te zoeken is voorbij. Kies eerst voor verder zoeken.",
    Rule.LEFT: "{name} helpt op dit moment niet meer.",
    Rule.SKILL: "{name} biedt dit soort hulp niet aan.",
    Rule.QUALIFICATION: "Voor deze hulp is een bewijs nodig, zoals een VOG. {name} heeft dat nog niet.",
    Rule.DISTANCE: "U woont te ver weg voor {name}.",
    Rule.TIME: "{name} kan niet op de momenten die u koos.",
    Rule.LANGUAGE: "{name} spreekt de taal niet die u koos.",
    Rule.AGE: "Wij weten niet of {name} de leeftijd heeft die u vraagt.",
    Rule.AVOIDED: "Wij kunnen u en {name} niet aan elkaar koppelen. Vragen? Bel ons.",
    Rule.PAUSED: "{name} heeft even pauze.",
    Rule.CAPACITY: "{name} helpt al genoeg mensen.",
    Rule.WEEKLY_LIMIT: "{name} is deze week al vaak genoeg gevraagd.",
    Rule.MATCHED_BEFORE: "{name} was al eens aan deze vraag gekoppeld.",
    Rule.ASKED_BEFORE: "{name} is hier al voor gevraagd.",
    Rule.UNWANTED_KIND: "{name} wil dit soort hulp nu niet geven.",
}

_SOMETHING_ELSE: Final = Hint("Bij deze hulpvraag is iets anders nodig. Wilt u weten wat? Bel ons.", *_OTHERS)


def hints_for_volunteer(reasons: Iterable[str]) -> tuple[Hint, ...]:
    """What to tell a volunteer whose offer does not fit, most lasting reason first; never nothing."""
    found = tuple(_FOR_VOLUNTEER.get(reason, _SOMETHING_ELSE) for reason in reasons)
    return tuple(dict.fromkeys(found))[:MOST_HINTS] or (_SOMETHING_ELSE,)


def sentences_for_requester(reasons: Iterable[str], name: str) -> tuple[str, ...]:
    """What to tell a requester whom this volunteer cannot help; never nothing."""
    unknown = "{name} kan u hierbij niet helpen."
    found = [_FOR_REQUESTER.get(reason, unknown).format(name=name) for reason in reasons]
    return tuple(dict.fromkeys(found)) or (unknown.format(name=name),)


def why_you(
    reasons: Iterable[Mapping[str, Any]],
    *,
    what: str,
    is_ride: bool,
    distance_km: float,
    asker: str,
    organisation: str,
) -> str:
    """Why this volunteer, in one sentence. ``reasons`` are codes and amounts as a proposal keeps them."""
    codes = [str(reason.get("code", "")) for reason in reasons]
    by_hand = {
        WAITED: "U stond op de wachtlijst. Er is nu een plek vrij.",
        Origin.APPLICATION.value: "U bood zelf aan om te helpen.",
        Origin.RESIDENT_CHOICE.value: f"{asker} koos u uit de lijst van vrijwilligers.",
        Origin.COORDINATOR.value: f"Een medewerker van {organisation} dacht aan u.",
    }
    if (told := next((by_hand[code] for code in codes if code in by_hand), "")) != "":
        return told
    parts = {
        Why.SKILL.value: "u rijdt voor AutoMaatje" if is_ride else f"u helpt met {lower_first(what)}",
        Why.DISTANCE.value: "u woont dichtbij" if distance_km <= NEAR_KM else "het is niet te ver voor u",
        Why.TIME.value: "u kunt dan",
        Why.NEWCOMER.value: "u bent nieuw bij ons",
        Why.NOT_ASKED_LATELY.value: "wij vroegen u deze week nog niet",
    }
    # Three are enough for one sentence; that there is nothing else to do says little about this request.
    chosen = [parts[code] for code in codes if code in parts][:3]
    return f"Wij vragen u, want {_and(chosen)}." if chosen else "Wij denken dat dit bij u past."


def why_them(
    reasons: Iterable[Mapping[str, Any]],
    *,
    name: str,
    what: str,
    is_ride: bool,
    distance_km: float,
    organisation: str,
) -> str:
    """Why this volunteer, in one sentence to who asked for help; empty where nothing is kept of it.

    Nothing by which a front door could be found, and nothing of the volunteer's other tasks.
    """
    codes = [str(reason.get("code", "")) for reason in reasons]
    by_hand = {
        Origin.APPLICATION.value: f"{name} bood zelf aan om te helpen.",
        Origin.RESIDENT_CHOICE.value: f"{name} is gekozen uit de lijst van vrijwilligers.",
        Origin.COORDINATOR.value: f"Een medewerker van {organisation} dacht aan {name}.",
    }
    if (told := next((by_hand[code] for code in codes if code in by_hand), "")) != "":
        return told
    parts = {
        Why.SKILL.value: "rijdt voor AutoMaatje" if is_ride else f"helpt met {lower_first(what)}",
        Why.DISTANCE.value: f"woont {dates.about_as_far(distance_km)}",
        Why.TIME.value: "kan op een moment dat past",
    }
    chosen = [parts[code] for code in codes if code in parts]
    return f"{name} {_and(chosen)}." if chosen else ""


def lower_first(label: str) -> str:
    """A label within a sentence; names that are written with inner capitals stay as they are."""
    is_name = any(letter.isupper() for letter in label[1:].split(" ")[0])
    return label if is_name else label[:1].lower() + label[1:]


def upper_first(words: str) -> str:
    """Words that begin a line."""
    return words[:1].upper() + words[1:]


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} en {parts[-1]}"
