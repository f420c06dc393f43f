"""Trajectories with a buddy, in words: how they stand, what is due, what is asked on the way. B1."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from marketplace.buddies.agenda import Task
from marketplace.buddies.candidates import Why
from marketplace.buddies.talks import Question, Reply
from marketplace.buddies.waiting import Wait
from marketplace.models import (
    BuddyGroup,
    BuddySide,
    Introduction,
    IntroductionStatus,
    Relation,
    TalkStatus,
    Trajectory,
    TrajectoryEnding,
    TrajectoryStatus,
)
from web import dates
from web.labels.requests import StatusTag

BUDDY: Final = "company.buddy"
FAMILY: Final = "company.family"
KINDS: Final[Mapping[str, str]] = {BUDDY: "Een buddy voor één persoon", FAMILY: "Een buddy voor een gezin"}
GROUPS: Final[Mapping[BuddyGroup, str]] = {
    BuddyGroup.ELDERLY: "Ouder worden",
    BuddyGroup.PHYSICAL: "Een ziekte of beperking van het lichaam",
    BuddyGroup.PSYCHOLOGICAL: "Het is moeilijk in mijn hoofd",
    BuddyGroup.FAMILY: "Het gezin",
}
# The same for those who work here.
GROUP_NAMES: Final[Mapping[BuddyGroup, str]] = {
    BuddyGroup.ELDERLY: "oudere",
    BuddyGroup.PHYSICAL: "lichamelijke kwetsbaarheid",
    BuddyGroup.PSYCHOLOGICAL: "psychische kwetsbaarheid",
    BuddyGroup.FAMILY: "gezin",
}
ASKERS: Final[Mapping[Relation, str]] = {
    Relation.GP_NURSE: "praktijkondersteuner van de huisarts",
    Relation.NEIGHBOURHOOD_WORKER: "wijkwerker",
    Relation.FAMILY_CARER: "mantelzorger",
    Relation.FAMILY: "familie",
    Relation.NEIGHBOUR: "buur of vriend",
    Relation.OTHER: "iemand anders",
}
STATUSES: Final[Mapping[TrajectoryStatus, StatusTag]] = {
    TrajectoryStatus.INTAKE: StatusTag("Eerst een gesprek", "waiting"),
    TrajectoryStatus.WAITING: StatusTag("Op de wachtlijst", "waiting"),
    TrajectoryStatus.ACQUAINTING: StatusTag("Kennismaken", "warm"),
    TrajectoryStatus.RUNNING: StatusTag("Samen op weg", "good"),
    TrajectoryStatus.ENDED: StatusTag("Afgerond", "neutral"),
}
ENDINGS: Final[Mapping[TrajectoryEnding, str]] = {
    TrajectoryEnding.WELL: "Goed afgerond",
    TrajectoryEnding.STOPPED: "Eerder gestopt",
    TrajectoryEnding.OTHER_HELP: "Er is andere hulp gevonden",
    TrajectoryEnding.WITHDRAWN: "Het is niet meer nodig",
    TrajectoryEnding.ERASED: "Gewist",
}
STEPS: Final[Mapping[IntroductionStatus, str]] = {
    IntroductionStatus.ASKED: "De vrijwilliger is gevraagd",
    IntroductionStatus.OFFERED: "De bewoner is gevraagd",
    IntroductionStatus.MEETING: "Beiden willen kennismaken",
    IntroductionStatus.AGREEING: "Beiden gaan verder; nu een doel en een periode",
    IntroductionStatus.RUNNING: "Samen op weg",
    IntroductionStatus.DECLINED: "Het werd niets",
    IntroductionStatus.LAPSED: "Geen antwoord op tijd",
    IntroductionStatus.WITHDRAWN: "Teruggenomen",
    IntroductionStatus.DONE: "Goed afgerond",
    IntroductionStatus.STOPPED: "Gestopt",
}
TASKS: Final[Mapping[Task, str]] = {
    Task.PLAN_INTAKE: "Plan het eerste gesprek",
    Task.HOLD_INTAKE: "Het eerste gesprek: schrijf op wat nodig is",
    Task.CALL_WAITING: "Bel: hoe gaat het met wachten?",
    Task.AWAIT_ANSWER: "Wacht op antwoord",
    Task.PLAN_MEETING: "Plan de kennismaking",
    Task.AWAIT_MEETING: "De kennismaking komt nog",
    Task.AWAIT_GO_ON: "Bel na de kennismaking: gaan zij verder?",
    Task.SET_GOAL: "Schrijf het doel en de periode op",
    Task.AWAIT_GOAL: "Bel: vinden beiden het doel goed?",
    Task.ASK_TALK: "Het volgende gesprekje wordt vanzelf gevraagd",
    Task.CALL_TALK: "Geen antwoord op het gesprekje: bel",
    Task.WORRY: "Een antwoord om vandaag te lezen",
    Task.CERTIFICATE: "Een bewijs van de buddy loopt af",
    Task.CLOSE: "Bespreek het einde: afronden of verlengen",
}
PAPERS: Final[Mapping[str, str]] = {"vog": "VOG", "buddy_training": "buddytraining"}
REPLIES: Final[Mapping[Reply, str]] = {Reply.GOOD: "Ja", Reply.SO_SO: "Een beetje", Reply.BAD: "Nee"}
TALKS: Final[Mapping[TalkStatus, str]] = {
    TalkStatus.PLANNED: "komt nog",
    TalkStatus.ASKED: "gevraagd",
    TalkStatus.HELD: "gehouden",
    TalkStatus.DROPPED: "niet meer nodig",
}
_OF_RESIDENT: Final[Mapping[Question, str]] = {
    Question.MEETING: "Ziet u elkaar zo vaak als u wilt?",
    Question.CLICK: "Klikt het tussen u en uw buddy?",
    Question.GOAL: "Komt u dichter bij wat u wilt?",
    Question.LOAD: "Past het bij wat u aankunt?",
    Question.SAFE: "Voelt u zich veilig bij uw buddy?",
}
_OF_BUDDY: Final[Mapping[Question, str]] = {
    Question.MEETING: "Ziet u elkaar zo vaak als afgesproken?",
    Question.CLICK: "Klikt het tussen u en wie u helpt?",
    Question.GOAL: "Komt u samen dichter bij het doel?",
    Question.LOAD: "Is het vol te houden voor u?",
    Question.SAFE: "Voelt u zich op uw gemak?",
}


def questions_for(side: BuddySide) -> Mapping[Question, str]:
    """The five questions as one side is asked them."""
    return _OF_RESIDENT if side is BuddySide.RESIDENT else _OF_BUDDY


def kind_words(trajectory: Trajectory) -> str:
    """What somebody has, within a sentence."""
    return "een buddy voor uw gezin" if trajectory.skill_code == FAMILY else "een buddy"


def wait_words(wait: Wait) -> str:
    """How long it takes, as far as we honestly know."""
    place = "U staat vooraan op de lijst." if wait.place == 1 else f"Er zijn nog {wait.place - 1} mensen vóór u."
    if wait.place == 2:
        place = "Er is nog één iemand vóór u."
    return f"{place} {time_words(wait)}"


def time_words(wait: Wait) -> str:
    """The expected time of a place on the list."""
    if wait.low_weeks is None or wait.high_weeks is None:
        return "Hoe lang het duurt, dat weten we nog niet."
    low, high = _span(wait.low_weeks), _span(wait.high_weeks)
    if low == high:
        return f"Meestal duurt het ongeveer {high} tot er iemand is."
    return f"Meestal duurt het tussen {low} en {high} tot er iemand is."


def _span(weeks: float) -> str:
    if weeks < 1:
        return "een week"
    if weeks < 10:
        whole = round(weeks)
        return "een week" if whole == 1 else f"{whole} weken"
    months = round(weeks * 12 / 52)
    return f"{months} maanden" if months < 24 else "twee jaar of langer"


def why_words(why: Why, amount: str, today: date) -> str:
    """What speaks for a candidate, or against."""
    if why is Why.NEAR:
        return f"Woont op {dates.distance(float(amount))}."
    if why is Why.BEYOND_REACH:
        return f"Woont op {dates.distance(float(amount))}: verder dan hij of zij opgaf."
    if why is Why.LANGUAGE:
        return f"Spreekt dezelfde taal ({amount})."
    if why is Why.EXPERIENCED:
        return "Was al één keer buddy, tot het einde." if amount == "1" else f"Was al {amount} keer buddy."
    if why is Why.FIRST_TIME:
        return "Is voor het eerst buddy."
    if why is Why.JUST_ENDED:
        ended = dates.day(dates.day_of(datetime.fromisoformat(amount)), today=today)
        return f"Is pas gestopt als buddy ({ended}). Vraag of het al weer kan."
    return f"Een bewijs loopt af op {dates.day(date.fromisoformat(amount), today=today)}."


def weeks_words(introduction: Introduction, today: date) -> str:
    """Until when it lasts."""
    return f"tot en met {dates.day(introduction.ends_on, today=today)}" if introduction.ends_on else ""


_DONE: Final[Mapping[str, str]] = {
    "nemen": "U nam dit traject.",
    "gesprek": "U plande het eerste gesprek.",
    "nodig": "U schreef op wat nodig is.",
    "later": "U kijkt later weer.",
    "ontmoeting": "U plande de kennismaking.",
    "doel": "U legde een doel en een periode voor.",
}


def undo_words(act: str, until: str) -> str:
    """What was just done, and until when it can be taken back."""
    done = _DONE.get(act, "U deed iets.")
    return f"{done} Tot {until} kunt u dit ongedaan maken. Niemand weet het nog."
