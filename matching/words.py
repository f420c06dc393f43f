"""Dutch words for `matching.text`: those that say nothing about a kind of help, and everyday words for it."""

from __future__ import annotations

from typing import Final

STOP_WORDS: Final = frozenset(
    """
    a aan af al alle alleen als alstublieft altijd ander andere anders bij bijna ben bent beter bijvoorbeeld
    boven buiten daar dag dan dat de deze die dinsdag dit doe doen doet donderdag door doordat dus durf een eens
    er eraf even ga gaan gaat geen geworden gezocht goed graag groot grote haar had hallo heb hebben heeft heel
    hem hen het hier hij hoe hoog hulp help helpen hun iemand iets ik in is ja je jij jou jouw kan klein kleine
    kom komen komt korter kon kunnen kunt kwijt langs leuk lukt maar maken maakt man maandag me mee meer met
    mevrouw mij mijn mijnheer misschien moet moeten mogen na naar nee niet niets niks nieuw nieuwe nodig nog
    nooit nu of om omdat ons onze ook op open over per plek s samen soms stuk te tegen tijd toch toe tot tussen
    twee u uit uw van veel via vinden voor vraag vrijdag waar want wat week weer weg wel welke werken wie wij
    wil willen woensdag wordt worden wou zaterdag ze zeer zelf zet zetten zich zij zijn zo zoek zoeken zondag
    zonder zou
    """.split()  # noqa: SIM905
)

# What people say, in words that the table of skills knows. Irregular verb forms first, then other names for a thing.
EVERYDAY: Final[dict[str, str]] = {
    "gebracht": "brengen",
    "breng": "brengen",
    "ging": "gaan",
    "rijdt": "rijden",
    "reed": "rijden",
    "gereden": "rijden",
    "opgehaald": "halen",
    "ophalen": "halen",
    "hang": "ophangen",
    "hangen": "ophangen",
    "opgehangen": "ophangen",
    "geholpen": "helpen",
    "geschreven": "schrijven",
    "auto": "vervoer",
    "taxi": "vervoer",
    "dokter": "afspraak",
    "huisarts": "afspraak",
    "arts": "afspraak",
    "tandarts": "afspraak",
    "specialist": "afspraak",
    "televisie": "tv",
    "mobiel": "telefoon",
    "mobieltje": "telefoon",
    "smartphone": "telefoon",
    "pc": "computer",
    "mail": "internet",
    "email": "internet",
    "praten": "gesprek",
    "praatje": "gesprek",
    "muur": "behang",
    "muren": "behang",
    "poes": "kat",
    "poezen": "kat",
    "honden": "hond",
    "katten": "kat",
    "betalen": "rekeningen",
    "geld": "geldzaken",
    "winkel": "winkelen",
    "kindje": "kinderen",
    "kind": "kinderen",
}
