"""The page of the simulation is worked out from what was played, and says what was not."""

from dataclasses import replace

import pytest

from bench._simulation_page import AIMS, Measured, picture, write_page
from marketplace.simulation.study import OTHERWISE, WAYS, Figures
from marketplace.simulation.worlds import Assumptions
from matching.asking import AskingPolicy

GOOD = Figures(
    filled=0.98,
    proposals=1.5,
    regrets=0.02,
    late_yeses=0.1,
    withdrawn=0.5,
    median_h=9.0,
    by_offer=0.5,
    most_asked=3.0,
    not_asked=0.004,
    in_vain=0.003,
    barred=0.002,
    nobody=0.011,
)


def _measured(engine: list[Figures]) -> Measured:
    played = Measured(Assumptions(), AskingPolicy(), range(11, 13), 2, 2, (4.0, 18.0))
    played.base = {way: engine if way == "engine" else [GOOD, GOOD] for way in WAYS}
    return played


def _row(page: str, name: str) -> list[str]:
    """The cells of the first row of that name."""
    line = next(line for line in page.splitlines() if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in line.split("|")[2:-1]]


@pytest.mark.parametrize(
    ("values", "reached", "least"),
    [
        pytest.param((1.5, 1.5), "yes", "yes", id="surely"),
        pytest.param((1.9, 2.0), "probably", "probably", id="the-interval-goes-past-both"),
        pytest.param((2.0, 2.1), "probably not", "probably", id="above-the-aim-within-the-interval"),
        pytest.param((2.2, 2.2), "no", "yes", id="between-the-two"),
        pytest.param((3.0, 3.0), "no", "no", id="too-many"),
    ],
)
def test_a_verdict_follows_from_the_mean_and_its_interval(
    values: tuple[float, float], reached: str, least: str
) -> None:
    page = write_page(_measured([replace(GOOD, proposals=value) for value in values]))
    assert _row(page, "proposals per match")[-2:] == [reached, least]
    assert _row(page, "slots filled")[-2:] == ["yes", "yes"]
    is_met = sum(values) / 2 <= 2.0
    assert f"reaches {4 if is_met else 3} of the {len(AIMS)} aims" in page
    assert ("proposals per match by" in page) is not is_met


def test_why_slots_are_empty_adds_up_to_what_was_left_empty() -> None:
    page = write_page(_measured([GOOD, GOOD]))
    line = next(line for line in page.split("## Why slots stay empty")[1].splitlines() if line.startswith("| engine |"))
    left, *classes, could = [float(cell.split("%")[0]) for cell in line.split("|")[2:-1]]
    assert sum(classes) == pytest.approx(left, abs=0.01) == 2.0
    assert could == 98.9


def test_the_page_says_what_was_not_measured_yet() -> None:
    played = _measured([GOOD, GOOD])
    page = write_page(played)
    assert "4 points" in page.split("## Not measured yet")[1]
    assert "If the assumptions are wrong" not in page
    assert "\n\n\n" not in page
    assert "other prices" not in picture(played)
    played.curve[4.0] = [GOOD, GOOD]
    first, *others = [name for name, _ in OTHERWISE]
    played.changed[first] = {"browsing": [GOOD, GOOD], "engine": [replace(GOOD, filled=0.5)] * 2}
    page = write_page(played)
    lacking = page.split("## Not measured yet")[1]
    assert "4 points" not in lacking
    assert first not in lacking
    assert all(name in lacking for name in others)
    assert [cell.split("%")[0] for cell in _row(page, first)[1:3]] == ["50.0", "-48.0"]
    assert f"not so: *{first}*." in page
    played.changed |= {name: {"browsing": [GOOD, GOOD], "engine": [GOOD, GOOD]} for name in others}
    page = write_page(played)
    assert "Not measured yet" not in page
    assert f"The engine fills least with *{first}*" in page
    assert "other prices" in picture(played)
