"""What is worth a look is found, and what people ordinarily write passes."""

from itertools import chain
from pathlib import Path

import pytest

from marketplace.textscreen import OFTEN, Sign, find_likeness, find_signs
from tests.marketplace import textguard_samples
from tests.matching import sentences

PHRASES = Path(sentences.__file__).with_name("phrases.csv")
LONG = (
    "Wij zijn een gezin met drie kinderen en zoeken iemand die elke woensdagmiddag met ons meedenkt over de tuin, "
    "het huis en het huiswerk."
)
# What two people who met write to each other.
MESSAGES = """
Dag Riet, zal ik dinsdag om tien uur komen?
Graag! De koffie staat klaar.
Ik ben een kwartiertje later, de bus reed niet.
Neemt u zelf een heggenschaar mee, of heb ik er een nodig?
Ik heb de boodschappen voorgeschoten: 23 euro. U kunt mij straks contant betalen.
De bon was 12,40 euro. Ik stuur straks een tikkie, is dat goed?
Wilt u ook geld pinnen voor mij? Of doe ik dat liever zelf?
Mijn dochter regelt mijn bankzaken en mijn post.
Kunt u mij helpen met de site van digid.nl?
Ik kijk op www.9292.nl hoe laat de bus gaat.
Ik zal u vinden bij de ingang van het ziekenhuis.
Dat was een dodelijk vermoeiende dag, maar de heg is mooi.
Ik kom u om tien uur halen.
Ik ga u nog vinden in die drukte, wacht maar bij de deur.
Ik moest lachen om die gekke hond.
Ik ga morgen naar de kapper. Kan het overmorgen?
Belt u aan, of zal ik voor het raam kijken?
Ik weet niet waar u woont. Ziet u mijn adres al op de site?
Heeft u tijd om even te bellen over donderdag?
Het hek klemt. Ik maak het af als u er bent.
We gaan samen naar de film, de kaartjes zijn 9 euro.
Wat een lieve hond! Mag hij op de bank?
""".strip().splitlines()


def ordinary():
    tuned = (one[0] if isinstance(one, tuple) else one for one in chain(sentences.TUNED, sentences.UNSEEN))
    phrases = (line.split(";")[0] for line in PHRASES.read_text(encoding="utf-8").splitlines()[1:])
    return [*phrases, *tuned, *textguard_samples.ORDINARY, *MESSAGES]


def test_no_ordinary_text_is_held_against_anybody():
    """Hundreds of plain requests for help, and what two people write about them."""
    texts = ordinary()
    assert len(texts) > 600
    found = [(text, signs) for text in texts if (signs := find_signs(text)) and not is_postcode(text, signs)]
    assert found == []


def is_postcode(text: str, signs: tuple[Sign, ...]) -> bool:
    """What `textguard` refuses in public anyway, alone."""
    return signs == (Sign.CONTACT,) and len(text) <= 7


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Kijk op www.goedkoop-bellen.shop", Sign.LINK),
        ("Alles staat op http://win-nu.example.com/x", Sign.LINK),
        ("Zie digid.nl.evil-login.xyz voor uw code", Sign.LINK),
        ("Maak het over op NL91 ABNA 0417 1643 00", Sign.ACCOUNT),
        ("Bel mij op 06 12345678", Sign.CONTACT),
        ("Kunt u mij 200 euro lenen?", Sign.MONEY),
        ("Stuur mij geld, ik zit in de problemen", Sign.MONEY),
        ("Geef mij even uw pincode, dan pin ik voor u", Sign.MONEY),
        ("Koop cadeaukaarten en stuur de codes. Cadeaukaarten kopen kan bij de supermarkt.", Sign.MONEY),
        ("Investeer nu in bitcoin", Sign.MONEY),
        ("Ik weet waar je woont", Sign.THREAT),
        ("Ik sla je in elkaar", Sign.THREAT),
        ("Wat ben jij een klootzak", Sign.INSULT),
        ("Rot op met je heg", Sign.INSULT),
        ("Ik geef erotische massage", Sign.SEX),
        ("Vraag een gratis offerte aan voor zonnepanelen", Sign.SALES),
    ],
)
def test_what_is_worth_a_look_is_found(text, sign):
    assert sign in find_signs(text)


def test_the_same_long_text_again_and_again_is_a_sign_and_a_short_one_is_not():
    almost = LONG.replace("drie", "twee")
    assert find_likeness(LONG, own=[almost] * OFTEN, others=()) == (Sign.REPEATED,)
    assert find_likeness(LONG, own=[almost] * (OFTEN - 1), others=()) == ()
    assert find_likeness(LONG, own=(), others=[[almost], [LONG, LONG]]) == (Sign.COPIED,)
    assert find_likeness(LONG, own=(), others=[[LONG, LONG, LONG]]) == (), "one neighbour is not many"
    short = "Wie knipt mijn heg?"
    assert find_likeness(short, own=[short] * 5, others=[[short]] * 5) == ()
