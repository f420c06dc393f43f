"""`python -m transport plan` as an analyst meets it: plain data in and out, and bad input that is named."""

import copy
import json
import math
import subprocess
import sys

import pytest

from tests.transport.days import a_driver, a_random_day, a_ride
from tests.transport.verifier import faults
from transport.reading import BadInput, read_day
from transport.replanning import job_from, read_plan

DAY = {
    "travel": {"kind": "great_circle", "detour": 1.3, "km_per_hour": 40, "overhead_min": 2},
    "places": [{"id": name, "lat": 51.6 + at / 100, "lon": 4.86} for at, name in enumerate("abc")],
    "drivers": [a_driver("d1", "a", [[500, 700]]), a_driver("d2", "a", [[500, 700]])],
    "rides": [
        a_ride("r1", "b", "c", [550, 570]),
        a_ride("r2", "c", "b", [600, 610], **{"return": {"mode": "wait", "minutes": 10}}),
        a_ride("r3", "c", "b", [600, 610], **{"return": {"mode": "later", "pickup": [650, 660]}}),
    ],
}
MATRIX = {"kind": "matrix", "minutes": [[0, 5, 9], [5, 0, 5], [9, 5, 0]], "metres": [[0, 5, 9], [5, 0, 5], [9, 5, 0]]}


def run(text: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "transport", "plan", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, check=False)


def changed(path, value, day=DAY):
    """The day with one field set; a path is keys and positions, its last key may be new."""
    day = copy.deepcopy(day)
    at = day
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return day


def without(path):
    day = copy.deepcopy(DAY)
    at = day
    for key in path[:-1]:
        at = at[key]
    del at[path[-1]]
    return day


RIDE, DRIVER = ("rides", 0), ("drivers", 0)
MALFORMED = [
    (without(("travel",)), "day.travel"),
    (without((*RIDE, "persons")), "rides[0].persons"),
    (without((*DRIVER, "windows")), "drivers[0].windows"),
    (changed(("extra",), 1), "day.extra"),
    (changed((*RIDE, "extra"), 1), "rides[0].extra"),
    (changed(("places", 0, "extra"), 1), "places[0].extra"),
    (changed(("travel", "kind"), "road"), "travel.kind"),
    (changed(("travel", "km_per_hour"), 0), "travel.km_per_hour"),
    (changed(("travel", "detour"), -1), "travel.detour"),
    (changed(("travel", "detour"), math.nan), "travel.detour"),
    (changed(("travel", "overhead_min"), 1.5), "travel.overhead_min"),
    (changed(("travel",), MATRIX | {"minutes": [[0, 1], [1, 0]]}), "travel.minutes"),
    (changed(("travel",), MATRIX | {"metres": [[1, 5, 9], [5, 0, 5], [9, 5, 0]]}), "travel.metres[0][0]"),
    (changed(("travel",), MATRIX | {"metres": [[0, -5, 9], [5, 0, 5], [9, 5, 0]]}), "travel.metres[0][1]"),
    (changed(("places", 1, "id"), "a"), "places[1].id"),
    (changed(("places", 1, "lat"), 91), "places[1].lat"),
    (changed(("places", 1, "lon"), math.inf), "places[1].lon"),
    (changed(("drivers", 1, "id"), "d1"), "drivers[1].id"),
    (changed((*DRIVER, "home"), "nowhere"), "drivers[0].home"),
    (changed((*DRIVER, "windows"), []), "drivers[0].windows"),
    (changed((*DRIVER, "windows"), [[600, 500]]), "drivers[0].windows[0]"),
    (changed((*DRIVER, "windows"), [[500, 600], [590, 700]]), "drivers[0].windows"),
    (changed((*DRIVER, "seats"), -1), "drivers[0].seats"),
    (changed((*DRIVER, "seats"), True), "drivers[0].seats"),
    (changed((*DRIVER, "carries"), ["rollator", 3]), "drivers[0].carries[1]"),
    (changed((*DRIVER, "max_rides"), "4"), "drivers[0].max_rides"),
    (changed(("rides", 1, "id"), "r1"), "rides[1].id"),
    (changed((*RIDE, "id"), ""), "rides[0].id"),
    (changed((*RIDE, "to"), "b"), "rides[0].to"),
    (changed((*RIDE, "from"), None), "rides[0].from"),
    (changed((*RIDE, "pickup"), [550]), "rides[0].pickup"),
    (changed((*RIDE, "pickup"), [550, 540]), "rides[0].pickup"),
    (changed((*RIDE, "persons"), 0), "rides[0].persons"),
    (changed((*RIDE, "board_min"), 2.5), "rides[0].board_min"),
    (changed((*RIDE, "pool"), 1), "rides[0].pool"),
    (changed((*RIDE, "max_ride_min"), -5), "rides[0].max_ride_min"),
    (changed((*RIDE, "prefer"), ["d9"]), "rides[0].prefer[0]"),
    (changed((*RIDE, "avoid"), ["d1", "d1"]), "rides[0].avoid[1]"),
    (changed((*RIDE, "return"), {"mode": "never"}), "rides[0].return.mode"),
    (changed(("rides", 1, "return"), {"mode": "wait"}), "rides[1].return.minutes"),
    (changed(("rides", 2, "return"), {"mode": "later", "pickup": [9, 8]}), "rides[2].return.pickup"),
    (changed(("rides", 2, "return"), {"mode": "later", "pickup": [8, 9], "minutes": 1}), "rides[2].return.minutes"),
    ([], "day"),
]  # fmt: skip


@pytest.mark.parametrize(("day", "field"), MALFORMED, ids=[f"{at}-{field}" for at, (_, field) in enumerate(MALFORMED)])
def test_a_malformed_day_is_refused_and_the_field_named(day, field):
    with pytest.raises(BadInput) as refused:
        read_day(json.dumps(day).encode())
    assert str(refused.value).startswith(f"{field}: ")


def test_a_whole_day_is_read():
    """What the malformed days above are made from, so that each is refused for its own slip."""
    assert len(read_day(json.dumps(DAY).encode()).rides) == 3
    assert read_day(json.dumps(changed(("travel",), MATRIX)).encode()).minutes.tolist() == MATRIX["minutes"]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        pytest.param("{", [], id="not-json"),
        pytest.param('{"travel": 1, "travel": 2}', [], id="a-key-twice"),
        pytest.param(json.dumps(changed((*RIDE, "persons"), 0)), [], id="a-bad-field"),
        pytest.param(json.dumps(DAY), ["--seconds", "soon"], id="no-number-of-seconds"),
        pytest.param(json.dumps(DAY), ["--from", "/nowhere/plan.json"], id="no-such-plan"),
    ],
)
def test_bad_input_is_one_line_on_standard_error(text, arguments):
    done = run(text, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_day_is_planned_and_replanned(tmp_path):
    """From the command line, with a ride cancelled in between and the first duty fixed."""
    day = a_random_day(3, 4, 8)
    done = run(json.dumps(day), "--seconds", "2")
    plan = json.loads(done.stdout)
    assert (done.returncode, done.stderr, faults(day, plan)) == (0, "", [])
    plan["duties"][0]["fixed"] = True
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    fixed = {stop["ride"] for stop in plan["duties"][0]["stops"]}
    day["rides"].remove(next(ride for ride in day["rides"] if ride["id"] not in fixed))
    again = run(json.dumps(day), "--seconds", "1", "--from", str(tmp_path / "plan.json"))
    replan = json.loads(again.stdout)
    assert faults(day, replan, plan) == []
    assert plan["duties"][0] in replan["duties"]


def test_without_time_there_is_still_a_plan():
    day = a_random_day(3, 4, 8)
    assert faults(day, json.loads(run(json.dumps(day), "--seconds", "0").stdout)) == []


# --- a plan to start from ------------------------------------------------------------------------------------------

FIXED = {
    "driver": "d1", "window": 0, "fixed": True, "leave_home": 545, "back_home": 574, "metres": 5000, "empty_metres": 15,
    "stops": [
        {"ride": "r1", "kind": "pickup", "place": "b", "arrive": 550, "depart": 555},
        {"ride": "r1", "kind": "dropoff", "place": "c", "arrive": 560, "depart": 565},
    ],
}  # fmt: skip
PLAN = {"duties": [FIXED | {"metres": 19, "empty_metres": 14}]}
MATRIX_DAY = changed(("travel",), MATRIX)


def test_a_fixed_duty_that_keeps_the_rules_is_taken():
    job = job_from(read_day(json.dumps(MATRIX_DAY).encode()), read_plan(json.dumps(PLAN).encode()))
    assert (len(job.fixed), job.room.tolist(), len(job.shifts)) == (1, [3, 4], 1)


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("driver",), "d9", "duties[0].driver"),
        (("window",), 1, "duties[0].window"),
        (("leave_home",), 499, "duties[0]"),
        (("back_home",), 573, "duties[0].back_home"),
        (("metres",), 20, "duties[0].metres"),
        (("stops",), [], "duties[0].stops"),
        (("stops",), FIXED["stops"][:1], "duties[0]"),
        (("stops", 0, "ride"), "r9", "duties[0].stops[0].ride"),
        (("stops", 0, "place"), "c", "duties[0].stops[0]"),
        (("stops", 0, "depart"), 554, "duties[0].stops[0].depart"),
        (("stops", 0, "kind"), "lunch", "duties[0].stops[0].kind"),
        (("stops", 1, "arrive"), 559, "duties[0].stops[1]"),
        (("fixed",), 1, "duties[0].fixed"),
        (("extra",), 1, "duties[0].extra"),
    ],
)
def test_a_fixed_duty_that_breaks_a_rule_is_refused_and_named(path, value, field):
    day = read_day(json.dumps(MATRIX_DAY).encode())
    with pytest.raises(BadInput) as refused:
        job_from(day, read_plan(json.dumps(changed(("duties", 0, *path), value, PLAN)).encode()))
    assert str(refused.value).startswith(field)


def test_a_duty_that_is_not_fixed_may_name_who_has_left():
    plan = changed(("duties", 0, "fixed"), False, changed(("duties", 0, "driver"), "gone", PLAN))
    job = job_from(read_day(json.dumps(MATRIX_DAY).encode()), read_plan(json.dumps(plan).encode()))
    assert (job.fixed, job.kept_routes) == ((), ())
