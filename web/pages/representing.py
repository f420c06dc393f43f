"""Whether somebody no longer asks in another's name: the question before it is done."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RepresentingPage:
    """Is it meant that somebody no longer asks in another's name?"""

    path: str
    sentences: tuple[str, ...]
    button: str
    title: str


def make_representing_page(path: str, other: str, *, is_helped: bool) -> RepresentingPage:
    """For the one who is helped, or for the one who asks."""
    if is_helped:
        return RepresentingPage(
            path,
            (
                f"{other} beslist dan niet meer voor u. U beslist zelf.",
                "Wat al gevraagd is, gaat gewoon door. Wij vertellen het u zelf als er iets is.",
                f"{other} krijgt hier bericht van.",
            ),
            "Ja, ik beslis zelf",
            f"Vraagt {other} niet meer in uw naam?",
        )
    return RepresentingPage(
        path,
        (
            f"U ziet dan niets meer van wat u voor {other} vroeg.",
            f"Wat al gevraagd is, gaat gewoon door. Wij vertellen {other} zelf hoe het gaat.",
        ),
        "Ja, ik stop ermee",
        f"Vraagt u niet meer in naam van {other}?",
    )
