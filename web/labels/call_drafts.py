"""What one might say on the telephone about a case: to read out, or to say in one's own words."""

from collections.abc import Sequence


def to_requester(
    *, caller: str, organisation: str, name: str, what: str, times: str, machine: str, question: str
) -> tuple[str, ...]:
    """To who asked. ``question``: what might give way, empty where nothing would help."""
    return (
        f"Dag {name}, u spreekt met {caller} van {organisation}.",
        f"U vroeg om hulp: {what}. U koos: {times}.",
        machine,
        *((f"{question} Dan hebben wij meer kans.",) if question else ()),
        "Is de hulp nog nodig? En is er iets veranderd?",
        "Ik zoek verder en u hoort van mij.",
    )


def to_helper(
    *,
    caller: str,
    organisation: str,
    name: str,
    what: str,
    where: str,
    times: str,
    duration: str,
    distance: str,
    misfits: Sequence[str],
) -> tuple[str, ...]:
    """To somebody who might help. ``misfits``: what does not fit, to be honest about."""
    return (
        f"Dag {name}, u spreekt met {caller} van {organisation}.",
        f"Iemand in {where} zoekt hulp: {what}. Het is {times}, en duurt ongeveer {duration}.",
        f"Het is {distance}.",
        *(("Ik weet dat het niet helemaal past. Daarom vraag ik het u zelf.",) if misfits else ()),
        "Wilt u dit doen? U mag gerust nee zeggen.",
    )
