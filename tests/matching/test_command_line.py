"""`python -m matching assign`: plain data in, plain data out, and one line about what is wrong."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matching.__main__ import main

EXAMPLE: dict[str, Any] = {
    "requests": [{"id": "r1", "slots": 2, "unmet_cost": 0.0}],
    "volunteers": [{"id": "v1", "capacity": 1}],
    "pairs": [["r1", "v1", 0.83]],
}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command in this process; gives (status, standard output, standard error)."""

    def _run(text: str | bytes, *arguments: str) -> tuple[int, str, str]:
        raw = text if isinstance(text, bytes) else text.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        status = main(["assign", *arguments])
        return status, *capsys.readouterr()

    return _run


def test_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "matching", "assign"],
        input=json.dumps(EXAMPLE).encode(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == {"pairs": [["r1", "v1"]], "objective": 0.83, "optimal": True}


def test_as_a_command_with_bad_input() -> None:
    done = subprocess.run([sys.executable, "-m", "matching", "assign"], input=b"{", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1


def test_an_unmet_cost_may_be_left_out(run: Any) -> None:
    instance = EXAMPLE | {"requests": [{"id": "r1", "slots": 2}]}
    assert json.loads(run(json.dumps(instance))[1])["objective"] == 0.83


def test_nothing_to_assign_is_an_answer(run: Any) -> None:
    status, out, _ = run('{"requests": [], "volunteers": [], "pairs": []}')
    assert status == 0
    assert json.loads(out) == {"pairs": [], "objective": 0.0, "optimal": True}


def test_sums_are_exact_to_the_given_decimals(run: Any) -> None:
    """0.1 and 0.2 make 0.3 here."""
    instance = {
        "requests": [{"id": "é", "slots": 2, "unmet_cost": -0.000001}],
        "volunteers": [{"id": "a\nb", "capacity": 1}, {"id": "c", "capacity": 1}],
        "pairs": [["é", "a\nb", 0.1], ["é", "c", 0.2]],
    }
    answer = json.loads(run(json.dumps(instance))[1])
    assert answer == {"pairs": [["é", "a\nb"], ["é", "c"]], "objective": 0.3, "optimal": True}


def changed(path: str, value: object) -> str:
    """The example with one thing replaced, as JSON."""
    instance = json.loads(json.dumps(EXAMPLE))
    place: Any = instance
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(instance)


BAD: list[Any] = [
    ("", "JSON"),
    ("[]", "instance"),
    ("null", "instance"),
    ('{"requests": []', "JSON"),
    (b"\xff\xfe", "UTF-8"),
    ("[" * 100_000, "instance"),
    ('{"requests": [], "requests": [], "volunteers": [], "pairs": []}', "requests"),
    (changed("requests", ...), "requests"),
    (changed("volunteers", {}), "volunteers"),
    (changed("pairs", None), "pairs"),
    (changed("extra", 1), "extra"),
    (changed("requests.0.note", "x"), "note"),
    (changed("volunteers.0.slots", 1), "slots"),
    (changed("requests.0.id", ""), "id"),
    (changed("requests.0.id", 7), "id"),
    (changed("requests.0.slots", ...), "slots"),
    (changed("requests.0.slots", -1), "slots"),
    (changed("requests.0.slots", 1.5), "slots"),
    (changed("requests.0.slots", True), "slots"),
    (changed("requests.0.slots", "2"), "slots"),
    (changed("volunteers.0.capacity", None), "capacity"),
    (changed("requests.0.unmet_cost", None), "unmet_cost"),
    (changed("requests.0.unmet_cost", 1e-7), "unmet_cost"),
    (changed("requests.0", [1]), "requests[0]"),
    (changed("pairs.0", ["r1", "v1"]), "pairs[0]"),
    (changed("pairs.0", {"request": "r1"}), "pairs[0]"),
    (changed("pairs.0.0", "r9"), "r9"),
    (changed("pairs.0.1", "v9"), "v9"),
    (changed("pairs.0.0", ["r1"]), "request"),
    (changed("pairs.0.2", "0.83"), "value"),
    (changed("pairs.0.2", False), "value"),
    (changed("pairs.0.2", 0.8300001), "value"),
    (changed("pairs.0.2", 1_000_000.000001), "value"),
    (changed("pairs.0.2", 10**400), "value"),
    (changed("pairs.0.2", float("nan")), "NaN"),
    (changed("pairs.0.2", float("inf")), "Infinity"),
    (changed("pairs", [["r1", "v1", 1], ["r1", "v1", 2]]), "twice"),
    (changed("requests", [{"id": "r1", "slots": 1}, {"id": "r1", "slots": 1}]), "twice"),
    (changed("pairs.0.2", 1).replace("1]", "1" * 5000 + "]"), "JSON"),
]


@pytest.mark.parametrize(("text", "name"), BAD)
def test_bad_input_is_named_on_one_line_and_nothing_else_is_said(run: Any, text: str | bytes, name: str) -> None:
    status, out, err = run(text)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert name in err


@pytest.mark.parametrize("value", [0.83 + 9e-10, -1e6, 1e6, 1_000_000, 1e-6, 0])
def test_what_lies_on_the_grid_is_taken(run: Any, value: float) -> None:
    assert run(changed("pairs.0.2", value))[0] == 0


ARRAYS: dict[str, Any] = {
    "request": np.array([0, 0, 1], np.int32),
    "volunteer": np.array([0, 1, 0], np.int32),
    "value": np.array([0.5, 0.25, 0.45]),
    "slots": np.array([2, 1]),
    "capacity": np.array([1, 1]),
    "unmet_cost": np.array([0.0, 0.1]),
}


def saved(folder: Path, **changes: Any) -> str:
    arrays = {name: array for name, array in (ARRAYS | changes).items() if array is not None}
    path = folder / "instance.npz"
    np.savez(path, **arrays)
    return str(path)


def test_arrays_in_and_arrays_out_under_exactly_that_name(run: Any, tmp_path: Path) -> None:
    status, out, _ = run("", "--npz", saved(tmp_path), "--out", str(tmp_path / "answer"))
    assert status == 0
    assert json.loads(out) == {"objective": 0.7, "optimal": True}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answer", "instance.npz"]
    with np.load(tmp_path / "answer") as answer:
        assert sorted(answer["chosen"].tolist()) == [1, 2]


def test_arrays_without_unmet_cost(run: Any, tmp_path: Path) -> None:
    _, out, _ = run("", "--npz", saved(tmp_path, unmet_cost=None), "--out", str(tmp_path / "answer.npz"))
    assert json.loads(out)["objective"] == 0.75


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"value": None}, "value"),
        ({"slots": None}, "slots"),
        ({"slots": None, "unmet_cost": None}, "slots"),
        ({"note": np.zeros(1)}, "note"),
        ({"value": np.array([0.5, 0.25, np.nan])}, "value"),
        ({"value": np.array([0.5, 0.25, 1e-7])}, "value"),
        ({"value": np.array([0.5, 0.25])}, "length"),
        ({"request": np.array([0, 0, 2])}, "request"),
        ({"request": np.array([0.0, 0.0, 1.0])}, "request"),
        ({"request": np.array([0, 0, 0]), "volunteer": np.array([0, 1, 1])}, "twice"),
        ({"slots": np.array([[2, 1]])}, "slots"),
        ({"slots": np.array([-2, 1])}, "slots"),
        ({"unmet_cost": np.array([0.0])}, "unmet_cost"),
        ({"capacity": np.array(["1", "1"])}, "capacity"),
        ({"value": np.array([object(), 1, 2], dtype=object)}, "npz"),
    ],
)
def test_bad_arrays_are_named_on_one_line(run: Any, tmp_path: Path, changes: dict[str, Any], name: str) -> None:
    status, out, err = run("", "--npz", saved(tmp_path, **changes), "--out", str(tmp_path / "answer"))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert name in err
    assert not (tmp_path / "answer").exists()


def test_files_that_are_not_what_they_should_be(run: Any, tmp_path: Path) -> None:
    (tmp_path / "text.npz").write_text("hello", encoding="utf-8")
    np.save(tmp_path / "lone.npy", np.zeros(2))
    broken = Path(saved(tmp_path)).read_bytes()
    (tmp_path / "broken.npz").write_bytes(broken[:-30])
    (tmp_path / "flipped.npz").write_bytes(broken[:90] + bytes(100) + broken[190:])
    for name in ("text.npz", "lone.npy", "broken.npz", "flipped.npz", "missing.npz", "."):
        status, out, err = run("", "--npz", str(tmp_path / name), "--out", str(tmp_path / "answer"))
        assert (status, out, err.count("\n")) == (2, "", 1), name
    status, _, err = run("", "--npz", saved(tmp_path), "--out", str(tmp_path / "no" / "such" / "folder"))
    assert (status, err.count("\n")) == (2, 1)


@pytest.mark.parametrize("arguments", [["--npz", "x"], ["--out", "x"], ["--fast"], ["more"], ["--npz"]])
def test_arguments_that_do_not_go_together(run: Any, arguments: list[str]) -> None:
    status, out, err = run(json.dumps(EXAMPLE), *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)


def test_a_command_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["unknown"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_the_same_input_gives_the_same_output(run: Any) -> None:
    rng = np.random.default_rng(3)
    instance = {
        "requests": [{"id": f"r{n}", "slots": int(rng.integers(0, 3))} for n in range(20)],
        "volunteers": [{"id": f"v{n}", "capacity": int(rng.integers(0, 3))} for n in range(20)],
        "pairs": [[f"r{r}", f"v{v}", int(rng.integers(0, 3)) / 2] for r in range(20) for v in range(20)],
    }
    assert run(json.dumps(instance)) == run(json.dumps(instance))
