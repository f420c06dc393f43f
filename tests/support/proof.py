"""Counts that are small in `make test` and full in `make proof`, and what `make proof` writes down."""

import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

ROOT: Final = Path(__file__).resolve().parents[2]


def is_full() -> bool:
    """Whether this is `make proof`."""
    return os.environ.get("PROOF") == "1"


def count(reduced: int, full: int) -> int:
    """How often to do a thing: the same code, more often where there is time to prove it."""
    return full if is_full() else reduced


def circumstances() -> dict[str, Any]:
    """The machine and the moment; a figure without them says nothing."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def record(name: str, results: dict[str, Any], *, folder: Path = ROOT / "docs" / "proof") -> None:
    """Keep what a proof found, beside the circumstances, in docs/proof/NAME.json. Does nothing in `make test`."""
    if not is_full():
        return
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({**circumstances(), "results": results}, indent=2, ensure_ascii=False, default=str)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def summary(junit: Path) -> str:
    """A page about one run: how many tests, how long, what failed, on what machine and when."""
    suites = list(ElementTree.parse(junit).getroot().iter("testsuite"))
    total = {key: sum(int(s.get(key, "0")) for s in suites) for key in ("tests", "failures", "errors", "skipped")}
    seconds = sum(float(s.get("time", "0")) for s in suites)
    bad = [
        f"- `{case.get('classname')}` {case.get('name')}"
        for suite in suites
        for case in suite.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]
    passed = total["tests"] - total["failures"] - total["errors"] - total["skipped"]
    facts = circumstances() | {"tests passed": passed, **total, "minutes": round(seconds / 60, 1)}
    rows = [f"| {key.replace('_', ' ')} | {value} |" for key, value in facts.items() if key != "tests"]
    return "\n".join(
        ["# The last full proof", "", "Written by `make proof`.", "", "| what | figure |", "|---|---|", *rows]
        + (["", "## Failed", "", *bad] if bad else [])
        + [""]
    )


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(summary(Path(sys.argv[1])), encoding="utf-8")
