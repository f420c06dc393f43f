"""Relief for who cares for somebody: a page for each situation, in its own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from marketplace.errors import NotFound
from web.labels.problems import sentences_of

ADDRESS: Final = "/mantelzorg"


@dataclass(frozen=True)
class Situation:
    """Who somebody is that cares: how it may feel, and how others asked."""

    title: str
    door: str
    hint: str
    lead: str
    sentences: tuple[str, ...]
    examples: tuple[str, ...]
    # Who else listens: name, number, when. Sources: docs/buddies.md.
    listens: tuple[tuple[str, str, str], ...] = ()


SITUATIONS: Final[Mapping[str, Situation]] = {
    "jong": Situation(
        title="Jij zorgt thuis mee",
        door="Ik ben jong, en zorg thuis mee",
        hint="Voor je vader, moeder, broer, zus of oma.",
        lead="Zorg je thuis voor iemand die ziek is? Dan heb jij ook wel eens vrij nodig.",
        sentences=(
            "Er kan iemand komen die erbij blijft. Dan kun jij naar training, naar een vriend, of gewoon niks doen.",
            "Je laat niemand in de steek als je om hulp vraagt.",
            "Ben je jonger dan 16? Vraag het samen met je ouder of een andere volwassene.",
        ),
        examples=(
            "Mijn moeder is ziek en ik wil op woensdag naar voetbal. Wie blijft dan bij haar?",
            "Ik pas altijd op mijn broertje. Wie gaat een keer met hem naar buiten?",
        ),
        listens=(
            (
                "De Kindertelefoon",
                "0800-0432",
                "Gratis, elke dag, voor iedereen van 8 tot 18 jaar. Je hoeft je naam niet te zeggen.",
            ),
        ),
    ),
    "werk": Situation(
        title="U werkt, en zorgt voor iemand",
        door="Ik werk, en zorg voor iemand",
        hint="Naast uw baan.",
        lead="Werken en zorgen tegelijk is veel. Een paar uur hulp kan al schelen.",
        sentences=(
            "Iemand kan er zijn als u werkt, of als u even iets voor uzelf wilt doen.",
            "Zet erbij op welke dagen het knelt. Het mag ook elke week.",
        ),
        examples=(
            "Ik werk op dinsdag. Wie drinkt dan een uurtje koffie met mijn vader?",
            "Ik wil één avond per maand sporten. Wie blijft dan bij mijn vrouw?",
        ),
    ),
    "familie": Situation(
        title="U zorgt voor uw familie",
        door="Bij ons zorgt de familie voor elkaar",
        hint="Ook als u van ver komt, of Nederlands moeilijk is.",
        lead="U zorgt voor uw familie. Dat is mooi, en soms zwaar.",
        sentences=(
            "U mag hulp vragen. U blijft zelf zorgen: iemand helpt een paar uur mee.",
            "Zeg welke taal u thuis spreekt. Wij zoeken iemand die dat ook spreekt, als dat kan.",
            "Wat u vertelt, blijft bij ons. U kunt ook bellen, of iemand voor u laten vragen.",
        ),
        examples=(
            "Ik zorg voor mijn schoonmoeder. Wij spreken Turks. Wie komt een middag bij haar zitten?",
            "Mijn man is ziek. Ik wil naar taalles. Wie is er dan bij hem?",
        ),
    ),
    "ouder": Situation(
        title="U zorgt voor uw man of vrouw",
        door="Ik ben zelf ouder, en zorg voor mijn partner",
        hint="Dag en nacht, al jaren misschien.",
        lead="U doet veel, en u wordt zelf ook ouder. U mag even op adem komen.",
        sentences=(
            "Iemand komt op bezoek en blijft erbij. U kunt rustig boodschappen doen, of gaan slapen.",
            "U hoeft niets op te ruimen. En u hoeft niet te koken.",
        ),
        examples=(
            "Mijn man vergeet veel. Wie is er een middag bij hem, zodat ik naar de kapper kan?",
            "Ik wil weer eens kaarten met mijn vriendinnen. Wie blijft bij mijn vrouw?",
        ),
    ),
}


@dataclass(frozen=True)
class DoorsPage:
    """Which of these are you?"""

    doors: tuple[tuple[str, str, str], ...]
    title: str = "U zorgt voor iemand"


@dataclass(frozen=True)
class CaringPage:
    """One situation, with the form."""

    title: str
    path: str
    situation: Situation
    examples: Sequence[str]
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def doors_page() -> DoorsPage:
    """The four situations, as links."""
    return DoorsPage(tuple((f"{ADDRESS}/{name}", one.door, one.hint) for name, one in SITUATIONS.items()))


def caring_page(
    name: str, *, typed: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None
) -> CaringPage:
    """The page of one situation. Raises NotFound."""
    if (situation := SITUATIONS.get(name)) is None:
        raise NotFound(f"situation {name}")
    return CaringPage(
        title=situation.title,
        path=f"{ADDRESS}/{name}",
        situation=situation,
        examples=situation.examples,
        typed=typed or {},
        errors=sentences_of(dict(problems or {})),
    )
