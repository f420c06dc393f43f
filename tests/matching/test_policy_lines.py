"""The lines of the stream: what they may hold, what is said about a bad one, and what single lines lead to."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from matching.__main__ import main

Json = dict[str, Any]
MORNING = "2026-03-03T10:00:00+01:00"
ALWAYS = [{"weekday": day, "start": "00:00", "end": "24:00"} for day in range(7)]


def a_volunteer(id: str = "v1", **changes: Any) -> Json:
    given = {"id": id, "lat": 51.645, "lon": 4.861, "max_km": 5.0, "skills": ["garden.mowing"], "available": ALWAYS}
    return given | {"capacity": 2, "max_proposals_per_week": 3} | changes


def a_request(id: str = "r1", **changes: Any) -> Json:
    given = {"id": id, "requester": "q1", "lat": 51.65, "lon": 4.87, "skill": "garden.mowing", "slots": 1}
    weekly = [{"weekday": 1, "start": "09:00", "end": "17:00"}]
    return given | {"weekly": weekly, "minutes": 60, "respond_by": "2026-03-13T12:00:00+01:00"} | changes


def line(event: str, now: str = MORNING, **more: Any) -> Json:
    return {"event": event, "now": now, **more}


PERSON = line("volunteer", volunteer=a_volunteer())
ASKED = line("request", request=a_request())


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Feed lines; gives (status, answers, standard error)."""

    def _run(*lines: Json | str | bytes) -> tuple[int, list[Json], str]:
        texts = [given if isinstance(given, str | bytes) else json.dumps(given) for given in lines]
        raw = b"".join((text if isinstance(text, bytes) else text.encode()) + b"\n" for text in texts)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        status = main(["policy"])
        out, err = capsys.readouterr()
        return status, [json.loads(answer) for answer in out.splitlines()], err

    return _run


def test_as_a_command_each_line_is_answered_before_the_next_is_sent() -> None:
    command = [sys.executable, "-m", "matching", "policy"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number, given in enumerate((PERSON, ASKED)):
            running.stdin.write(json.dumps(given).encode() + b"\n")
            running.stdin.flush()
            answer = json.loads(running.stdout.readline())
            assert len(answer["proposals"]) == number
        running.stdin.write(b"{}\n")
        _, error = running.communicate()
        assert running.returncode == 2
        assert error == b"event: is missing\n"


def test_a_request_is_asked_about_with_reasons_in_words(run: Any) -> None:
    status, answers, error = run(PERSON, ASKED)
    assert (status, error) == (0, "")
    assert list(answers[0].values()) == [[], [], [], [], None]
    (proposal,) = answers[1]["proposals"]
    assert (proposal["request"], proposal["volunteer"]) == ("r1", "v1")
    assert proposal["expires_at"] == "2026-03-04T10:00:00+01:00"
    assert proposal["reasons"][0] == "U gaf op dat u hiermee helpt: gras maaien."


def test_nobody_is_told_in_the_line_that_posts_it(run: Any) -> None:
    far = line("request", request=a_request(lat=51.75))
    _, (_, answer), _ = run(PERSON, far)
    (escalated,) = answer["escalated"]
    assert (escalated["request"], escalated["reason"]) == ("r1", "out_of_range")
    (miss,) = escalated["nearest"]
    assert (miss["volunteer"], miss["relax"]) == ("v1", "max_km")
    assert miss["by"] == pytest.approx(6.69, abs=0.01)


def test_an_instant_to_relax_is_written_as_one(run: Any) -> None:
    away = line("volunteer", volunteer=a_volunteer(paused_until="2026-03-20T00:00:00+01:00"))
    _, (_, answer), _ = run(away, ASKED)
    by = "2026-03-20T00:00:00+01:00"
    assert answer["escalated"][0]["nearest"] == [{"volunteer": "v1", "relax": "paused_until", "by": by}]


def test_the_last_slot_taken_withdraws_what_is_open_and_names_the_match(run: Any) -> None:
    two = [line("volunteer", volunteer=a_volunteer(name)) for name in ("v1", "v2")]
    _, answers, _ = run(*two, ASKED, line("taken", request="r1", volunteer="v2"))
    asked = answers[2]["proposals"][0]
    withdrawn = [] if asked["volunteer"] == "v2" else [asked["id"]]
    assert (answers[3]["matched"], answers[3]["withdrawn"]) == ([["r1", "v2"]], withdrawn)


def test_an_offer_is_the_acceptance_of_the_open_proposal_and_an_answer_after_it_changes_nothing(run: Any) -> None:
    offer = line("application", request="r1", volunteer="v1")
    _, answers, _ = run(PERSON, ASKED, offer, line("response", proposal="p1", answer="accepted"))
    assert [answer["matched"] for answer in answers] == [[], [], [["r1", "v1"]], []]
    assert [answer["withdrawn"] for answer in answers] == [[], [], [], []]


def test_a_yes_after_its_time_counts_while_there_is_room(run: Any) -> None:
    late = line("response", "2026-03-06T12:00:00+01:00", proposal="p1", answer="accepted")
    _, answers, _ = run(PERSON, ASKED, late)
    assert answers[2]["matched"] == [["r1", "v1"]]


def test_a_pair_undone_is_never_made_again(run: Any) -> None:
    _, answers, _ = run(
        PERSON,
        ASKED,
        line("application", request="r1", volunteer="v1"),
        line("released", request="r1", volunteer="v1"),
        line("response", proposal="p1", answer="accepted"),
        line("application", request="r1", volunteer="v1"),
        line("changed", request=a_request(minutes=30)),
    )
    assert [answer["matched"] for answer in answers[3:]] == [[], [], [], []]
    assert [answer["proposals"] for answer in answers[3:]] == [[], [], [], []]


def test_what_changed_may_be_asked_again(run: Any) -> None:
    no = line("response", proposal="p1", answer="declined", reason="not_now")
    _, answers, _ = run(PERSON, ASKED, no, line("changed", request=a_request(minutes=30)))
    assert [len(answer["proposals"]) for answer in answers] == [0, 1, 0, 1]


def test_not_this_kind_binds_until_the_volunteer_says_otherwise(run: Any) -> None:
    no = line("response", proposal="p1", answer="declined", reason="not_this_kind")
    second = line("request", request=a_request("r2"))
    _, answers, _ = run(PERSON, ASKED, no, second, PERSON)
    assert [[p["request"] for p in answer["proposals"]] for answer in answers[2:]] == [[], [], ["r2"]]


def test_a_second_tick_at_one_instant_does_not_wake_anybody_twice(run: Any) -> None:
    tick = line("tick", "2026-03-03T11:00:00+01:00")
    _, answers, _ = run(PERSON, ASKED, tick, tick)
    assert answers[2]["wake_at"] is not None
    assert answers[3]["wake_at"] is None


def changed(given: Json, inner: str, **changes: Any) -> Json:
    return given | {inner: given[inner] | changes}


def without(given: Json, inner: str, key: str) -> Json:
    return given | {inner: {k: v for k, v in given[inner].items() if k != key}}


def volunteer(**changes: Any) -> Json:
    return changed(PERSON, "volunteer", **changes)


def request_(**changes: Any) -> Json:
    return changed(ASKED, "request", **changes)


BACKWARDS = [{"weekday": 0, "start": "12:00", "end": "11:00"}]
BAD: list[Any] = [
    ("{", "line"),
    ("[]", "line"),
    (b'{"event": "tick", "now": "\xff"}', "line"),
    ('{"event": "tick", "now": "2026-03-03T10:00:00+01:00", "event": "tick"}', "event"),
    ('{"event": "tick", "now": NaN}', "line"),
    ("[" * 100_000, "line"),
    ({"now": MORNING}, "event"),
    ({"event": "rain", "now": MORNING}, "event"),
    ({"event": ["tick"], "now": MORNING}, "event"),
    ({"event": "tick"}, "now"),
    (line("tick", more=1), "more"),
    (line("tick", now="2026-03-03T10:00:00"), "now"),
    (line("tick", now="2026-03-03"), "now"),
    (line("tick", now="2026-02-30T10:00:00+01:00"), "now"),
    (line("tick", now="0001-01-01T00:00:00+01:00"), "now"),
    (line("tick", now="2026-03-03T09:59:59+01:00"), "now"),
    ({"event": "tick", "now": 5}, "now"),
    (without(PERSON, "volunteer", "lat"), "volunteer.lat"),
    (line("volunteer", volunteer="v1"), "volunteer"),
    (volunteer(id=""), "volunteer.id"),
    (volunteer(id=7), "volunteer.id"),
    (volunteer(lat=91), "volunteer.lat"),
    (volunteer(lat=True), "volunteer.lat"),
    (volunteer(lon="4.8"), "volunteer.lon"),
    (volunteer(max_km=-1), "volunteer.max_km"),
    (volunteer(skills="garden.mowing"), "volunteer.skills"),
    (volunteer(skills=["garden.flying"]), "volunteer.skills[0]"),
    (volunteer(available=[{"weekday": 7, "start": "09:00", "end": "10:00"}]), "volunteer.available[0].weekday"),
    (volunteer(available=[{"weekday": 0, "start": "9:00", "end": "10:00"}]), "volunteer.available[0].start"),
    (volunteer(available=[{"weekday": 0, "start": "09:00", "end": "24:01"}]), "volunteer.available[0].end"),
    (volunteer(available=BACKWARDS), "volunteer.available[0].end"),
    (volunteer(available=[{"weekday": 0, "start": "09:00"}]), "volunteer.available[0].end"),
    (volunteer(capacity=1.0), "volunteer.capacity"),
    (volunteer(capacity=-1), "volunteer.capacity"),
    (volunteer(max_proposals_per_week=True), "volunteer.max_proposals_per_week"),
    (volunteer(qualifications=[1]), "volunteer.qualifications[0]"),
    (volunteer(languages=None), "volunteer.languages"),
    (volunteer(born="1953"), "volunteer.born"),
    (volunteer(paused_until="soon"), "volunteer.paused_until"),
    (volunteer(gender="x"), "volunteer.gender"),
    (request_(slots=0), "request.slots"),
    (request_(minutes=0), "request.minutes"),
    (request_(skill="garden"), "request.skill"),
    (request_(weekly=[]), "request.windows"),
    (request_(windows=[{"start": MORNING, "end": MORNING}]), "request.windows[0].end"),
    (request_(min_age=-1), "request.min_age"),
    (request_(respond_by="2026-03-13"), "request.respond_by"),
    (request_(colour="red"), "request.colour"),
    (ASKED | {"volunteer": "v1"}, "volunteer"),
    (line("left", volunteer="v9"), "volunteer"),
    (line("changed", request=a_request("r9")), "request.id"),
    (line("cancelled", request="r9"), "request"),
    (line("held", request="r9"), "request"),
    (line("taken", request="r0", volunteer="v9"), "volunteer"),
    (line("application", request="r9", volunteer="v0"), "request"),
    (line("response", proposal="p9", answer="accepted"), "proposal"),
    (line("response", proposal="p1", answer="perhaps"), "answer"),
    (line("response", proposal="p1", answer="declined", reason="rain"), "reason"),
    (line("released", request="r0", volunteer="v0"), "volunteer"),
    (line("finished", request="r0", volunteer="v0"), "volunteer"),
    (line("request", request=a_request("r0")), "request.id"),
    (line("history", request=a_request("h"), volunteer="v9", answer="none", proposed_at=MORNING), "volunteer"),
    (line("history", request=a_request("h"), volunteer="v0", answer="maybe", proposed_at=MORNING), "answer"),
    (line("history", request=a_request("h"), volunteer="v0", answer="none"), "proposed_at"),
    (
        line("history", request=a_request("h"), volunteer="v0", answer="none", proposed_at="2026-04-01T00:00:00Z"),
        "proposed_at",
    ),
]


@pytest.mark.parametrize(("given", "field"), BAD)
def test_a_bad_line_ends_the_stream_and_its_field_is_named(run: Any, given: Any, field: str) -> None:
    known = [line("volunteer", volunteer=a_volunteer("v0")), line("request", request=a_request("r0"))]
    status, answers, error = run(*known, given, line("tick"))
    assert (status, len(answers)) == (2, 2)
    assert error.startswith(f"{field}: ")
    assert error.count("\n") == 1


def test_the_second_answer_to_a_proposal_is_bad_input(run: Any) -> None:
    no = line("response", proposal="p1", answer="declined")
    status, answers, error = run(PERSON, ASKED, no, no)
    assert (status, len(answers)) == (2, 3)
    assert error.startswith("proposal: ")


@pytest.mark.parametrize(
    ("then", "field"),
    [
        (line("changed", request=a_request(slots=1)), "request.slots"),
        (line("taken", request="r1", volunteer="v3"), "request"),
        (line("taken", request="r1", volunteer="v1"), "volunteer"),
    ],
)
def test_what_has_no_room_is_bad_input(run: Any, then: Json, field: str) -> None:
    people = [line("volunteer", volunteer=a_volunteer(f"v{n}")) for n in range(1, 4)]
    posted = line("request", request=a_request(slots=2))
    taken = [line("taken", request="r1", volunteer=name) for name in ("v1", "v2")]
    status, answers, error = run(*people, posted, *taken, then)
    assert (status, len(answers)) == (2, 6)
    assert error.startswith(f"{field}: ")


def test_a_no_to_a_question_from_before_the_request_changed_leaves_the_new_question_open(run: Any) -> None:
    """It still counts as being asked: v1 takes one thing at a time, and is not asked for another."""
    person = line("volunteer", volunteer=a_volunteer(capacity=1))
    short = line("request", request=a_request(respond_by="2026-03-03T14:00:00+01:00"))
    changed = line("changed", "2026-03-07T10:00:00+01:00", request=a_request())
    old_answer = line("response", "2026-03-07T10:10:00+01:00", proposal="p1", answer="declined", reason="other")
    another = line("request", "2026-03-07T10:20:00+01:00", request=a_request("r2"))
    _, answers, _ = run(person, short, changed, old_answer, another)
    assert [[made["request"] for made in answer["proposals"]] for answer in answers] == [[], ["r1"], ["r1"], [], []]


def test_a_yes_to_a_question_from_before_the_request_changed_answers_the_new_one_too(run: Any) -> None:
    """There is one match, and nothing more to answer or to call back."""
    short = line("request", request=a_request(respond_by="2026-03-03T14:00:00+01:00"))
    changed = line("changed", "2026-03-07T10:00:00+01:00", request=a_request(slots=2))
    old_answer = line("response", "2026-03-07T10:10:00+01:00", proposal="p1", answer="accepted")
    gone = line("cancelled", "2026-03-07T10:20:00+01:00", request="r1")
    _, answers, _ = run(PERSON, short, changed, old_answer, gone)
    assert answers[3]["matched"] == [["r1", "v1"]]
    assert answers[4]["withdrawn"] == []


def test_a_slot_that_comes_free_at_the_very_instant_of_respond_by_is_handed_over_in_that_line(run: Any) -> None:
    until = "2026-03-03T14:00:00+01:00"
    short = line("request", request=a_request(respond_by=until))
    yes = line("response", "2026-03-03T11:00:00+01:00", proposal="p1", answer="accepted")
    undone = line("released", until, request="r1", volunteer="v1")
    _, answers, _ = run(PERSON, short, yes, line("tick", until), undone)
    assert [made["request"] for made in answers[4]["escalated"]] == ["r1"]
