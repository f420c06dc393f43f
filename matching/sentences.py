"""What speaks for a volunteer, said to them in plain Dutch."""

from __future__ import annotations

from collections.abc import Iterable

from matching.problem import SkillTable
from matching.reasons import Reason, Why


def sentences(reasons: Iterable[Reason], skills: SkillTable) -> list[str]:
    """One short sentence for each reason, true as it stands and without anything about other people."""
    return [_sentence(reason, skills) for reason in reasons]


def _sentence(reason: Reason, skills: SkillTable) -> str:
    amount = reason.amount
    match reason.code:
        case Why.SKILL:
            return f"U gaf op dat u hiermee helpt: {skills[str(amount)].label_nl.lower()}."
        case Why.DISTANCE:
            return f"Het is {_km(amount)} van uw huis."
        case Why.TIME:
            return "U kunt op een tijd die past."
        case Why.NEWCOMER:
            return "U bent nieuw bij ons."
        case Why.NOT_ASKED_LATELY:
            return "Wij vroegen u de afgelopen week nog niet."
        case Why.NO_OTHER_TASK:
            return "U hebt nu geen andere hulpvraag."


def _km(amount: object) -> str:
    km = float(amount) if isinstance(amount, float | int) else 0.0
    if km < 1:
        return "minder dan 1 kilometer"
    return f"ongeveer {round(km)} kilometer"
