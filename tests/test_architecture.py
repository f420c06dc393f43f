"""The house rules that a reader of one file cannot see: who imports whom, and who alone may do what.

The tables at the top are the rules. Whoever changes one says why in a record under docs/adr/.
"""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
ROOMS: Final = ("app", "web", "marketplace", "matching", "transport")

# What each room may import of ours. app → web → marketplace → matching, transport; never back.
MAY_IMPORT: Final = {
    "app": {"app", "web", "marketplace", "matching", "transport"},
    "web": {"web", "marketplace", "matching", "transport"},
    "marketplace": {"marketplace", "matching", "transport"},
    "matching": {"matching"},
    "transport": {"transport", "matching.geography"},
}
PURE: Final = ("matching", "transport")
# Arrays in, frozen dataclasses out: nothing that knows the time, the network, a database or a setting.
NOT_IN_PURE: Final = {
    "alembic", "apscheduler", "http", "litestar", "psycopg", "smtplib", "socket", "sqlalchemy", "sqlite3", "sqlmodel",
    "subprocess", "time", "urllib",
}  # fmt: skip
# The command line of the ride planner hands in the clock that its deadlines are kept by (docs/adr/0010).
KNOWS_BESIDES: Final = {"transport/__main__.py": {"time"}}

# Inside marketplace: what everybody may import. A use case, which is every other module, imports these and no other
# use case, so that each can be read by itself.
LEAVES: Final = {
    "ages",  # on which day somebody is how old, and what that decides: pure
    "anonymising",  # rows without who it was
    "appointments",  # a date for a match: put forward by people, or by the match itself when its time is known
    "asks",  # what somebody asks or offers, checked
    "candidacy",  # who could be asked for one request, weighed: only reads
    "catalogue",
    "consent",  # what people allowed, logged by whoever is told
    "clock",
    "contact_times",  # quiet hours and fixed moments of who is told something: pure
    "database",
    "due",
    "errors",
    "file_looks",  # which of the staff looked at whom, in a chain
    "filling",  # a slot gets its person: the step that answering, applying and coupling share
    "geocoding",
    "history",
    "holidays",  # whom the engine leaves in peace on days they will be away: pure
    "invariants",  # what must hold of the database at every moment
    "known_places",  # public places by name
    "lifecycle",
    "links",
    "minors",  # who is under age, and what a parent or a coordinator has to say first: asked wherever a match is made
    "models",
    "notices",
    "openings",  # a request begins and is withdrawn: shared by who asks and who posts a vacancy of many shifts
    "ownership",
    "passwords",  # which can be taken, and how one is kept
    "permissions",
    "policies",
    "positive_health",  # which kinds of help serve which dimension, from a table of our own: pure
    "queries",
    "relaxing",  # whether something in a request may give way: the engine, staff and who asked share it
    "rhythms",  # which days a rhythm has, and local times on them: pure
    "schema",
    "snapshots",  # rows as plain values and back
    "screening",  # texts are looked at as they come, by posting, offering and writing alike
    "settings",
    "telephones",  # which numbers can be sent a text message: pure
    "timetables",  # when something goes on: pure
    "turns",  # who of a circle comes when: pure
    "trips",  # what somebody asks to be driven, checked, and what follows from it
    "waiting",  # who waits for a place in a shift: giving slots away and getting them back go by it
    "workdays",  # working days and public holidays: pure
    "textscreen",  # which texts a person should look at: pure
    "textguard",  # what does not belong in a public text
    "visibility",  # who sees what, when
}
# These put use cases together: the scheduler, worlds that play them, the operator's commands, and leaving for good.
MAY_IMPORT_USE_CASES: Final = {"__main__", "demo", "jobs", "operations", "privacy", "retention", "simulation"}

READS_ENVIRONMENT: Final = {"app.py", "marketplace/__main__.py", "migrations/env.py"}
READS_CLOCK: Final = {"app.py", "marketplace/__main__.py"}
SELECTS: Final = "marketplace/queries/"
WRITES_STATUS: Final = "marketplace/lifecycle/"
COMMITS: Final = {"marketplace/database.py", "migrations/env.py"}
NO_FUTURE_ANNOTATIONS: Final = ("marketplace/models/", "web/")

SAYS_NOTHING: Final = {"common", "data", "helper", "helpers", "info"}  # alone; here helpers are people
NEVER_A_PART: Final = {"manager", "managers", "misc", "util", "utils"}
MOST_LINES: Final = 500
MOST_FUNCTION_LINES: Final = 70


@dataclass(frozen=True)
class Module:
    """One source file, by its path below the root."""

    path: str
    source: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def room(self) -> str:
        return self.path.removesuffix(".py").split("/")[0]

    @property
    def part(self) -> str:
        """Which module or package of its room it is: `queries` for marketplace/queries/people.py."""
        return self.path.removesuffix(".py").split("/")[1] if "/" in self.path else ""

    @cached_property
    def imports(self) -> set[str]:
        """Every dotted name imported anywhere in it; `from a import b` is `a.b`."""
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {f"{node.module}.{alias.name}" for alias in node.names}
        return names

    def calls(self) -> Iterator[ast.Call]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))


@cache
def modules() -> list[Module]:
    """Our own source: the rooms and the migrations, not the tests."""
    paths = [ROOT / "app.py", *(path for room in (*ROOMS, "migrations") for path in (ROOT / room).rglob("*.py"))]
    return [
        Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths if path.exists()
    ]


def is_below(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


# --- the rules: each yields what is wrong with a module --------------------------------------------------------------


def imports_point_right(module: Module) -> Iterator[str]:
    allowed = MAY_IMPORT.get(module.room, set(ROOMS))
    for name in module.imports:
        room = name.split(".")[0]
        is_back = room in ROOMS and not any(is_below(name, one) for one in allowed)
        if is_back or room in {"tests", "bench"}:
            yield f"{module.room} imports {name}"


def pure_packages_know_no_world(module: Module) -> Iterator[str]:
    if module.room in PURE:
        unknown = NOT_IN_PURE - KNOWS_BESIDES.get(module.path, set())
        yield from (f"imports {name}" for name in module.imports if name.split(".")[0] in unknown)


def use_cases_import_leaves_only(module: Module) -> Iterator[str]:
    if module.room != "marketplace" or module.part in MAY_IMPORT_USE_CASES:
        return
    for name in module.imports:
        parts = name.split(".")
        if parts[0] == "marketplace" and len(parts) > 1 and parts[1] not in LEAVES | {module.part}:
            kind = "a leaf" if module.part in LEAVES else "a use case"
            yield f"is {kind} and imports the use case marketplace.{parts[1]}"


def the_environment_is_read_at_the_edges(module: Module) -> Iterator[str]:
    if module.path in READS_ENVIRONMENT:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"os.environ", "os.environb", "os.getenv"}:
            yield f"line {node.lineno} reads the environment"
    yield from (f"imports {name}" for name in module.imports & {"os.environ", "os.getenv"})


def the_clock_is_read_at_the_edges(module: Module) -> Iterator[str]:
    if module.path in READS_CLOCK or module.path.startswith("migrations/"):
        return
    for call in module.calls():
        called = ast.unparse(call.func)
        ends = (".now", ".utcnow", ".today")
        owner = called.rpartition(".")[0].split(".")[-1]
        if called == "time.time" or (called.endswith(ends) and owner in {"datetime", "date"}):
            yield f"line {call.lineno} reads the clock: {called}()"


def selects_stand_in_queries(module: Module) -> Iterator[str]:
    if module.path.startswith(SELECTS) or module.room not in {"app", "web", "marketplace"}:
        return
    for call in module.calls():
        called = ast.unparse(call.func)
        if called.split(".")[-1] == "select":
            yield f"line {call.lineno} asks the database: {called}(…)"


def only_the_lifecycle_writes_a_status(module: Module) -> Iterator[str]:
    if module.path.startswith(WRITES_STATUS) or module.room not in {"app", "web", "marketplace"}:
        return
    for node in ast.walk(module.tree):
        # Store is the context of what is assigned to, alone or in a tuple. An object may have a status of its own.
        if isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store):
            if ast.unparse(node.value) != "self":
                yield f"line {node.lineno} writes a status"
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".values"):
            yield from (f"line {node.lineno} writes a status" for keyword in node.keywords if keyword.arg == "status")


def only_the_database_commits(module: Module) -> Iterator[str]:
    if module.path in COMMITS:
        return
    for call in module.calls():
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield f"line {call.lineno} commits"


def annotations_are_real(module: Module) -> Iterator[str]:
    """SQLModel and Litestar read annotations; as text, relationships and handlers break in ways hard to see."""
    if module.path.startswith(NO_FUTURE_ANNOTATIONS) and "__future__.annotations" in module.imports:
        yield "imports annotations from __future__"


def names_say_something(module: Module) -> Iterator[str]:
    for part in Path(module.path).with_suffix("").parts:
        if part in SAYS_NOTHING | NEVER_A_PART or NEVER_A_PART & set(part.split("_")):
            yield f"the name {part!r} says nothing about what is in it"


def files_hold_one_concept(module: Module) -> Iterator[str]:
    if module.path.startswith("migrations/versions/"):
        return
    lines = module.source.count("\n")
    if lines > MOST_LINES:
        yield f"has {lines} lines, more than {MOST_LINES}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > MOST_FUNCTION_LINES:
                yield f"{node.name} has {length} lines, more than {MOST_FUNCTION_LINES}"


Rule = Callable[[Module], Iterator[str]]
# Each with a file that would break it, so that a rule that finds nothing is known to be looking.
RULES: Final[list[tuple[Rule, Module]]] = [
    (imports_point_right, Module("marketplace/posting.py", "from web import errors")),
    (imports_point_right, Module("transport/tours.py", "from matching.scoring import score")),
    (imports_point_right, Module("web/pages/start.py", "from app import create_app")),
    (pure_packages_know_no_world, Module("matching/rules.py", "import time")),
    (pure_packages_know_no_world, Module("transport/problem.py", "from sqlmodel import SQLModel")),
    (use_cases_import_leaves_only, Module("marketplace/posting.py", "from marketplace import responses")),
    (use_cases_import_leaves_only, Module("marketplace/metrics/x.py", "from marketplace.posting import post_request")),
    (use_cases_import_leaves_only, Module("marketplace/history.py", "import marketplace.escalation")),
    (the_environment_is_read_at_the_edges, Module("web/rendering.py", "import os\nos.environ['MODE']")),
    (the_environment_is_read_at_the_edges, Module("web/rendering.py", "from os import getenv")),
    (the_clock_is_read_at_the_edges, Module("web/errors.py", "import datetime\ndatetime.datetime.now()")),
    (the_clock_is_read_at_the_edges, Module("matching/asking.py", "from datetime import date\ndate.today()")),
    (selects_stand_in_queries, Module("web/controllers/x.py", "from sqlmodel import select\nselect(1)")),
    (selects_stand_in_queries, Module("marketplace/posting.py", "import sqlalchemy as sa\nsa.select(1)")),
    (only_the_lifecycle_writes_a_status, Module("marketplace/posting.py", "request.status = 'open'")),
    (only_the_lifecycle_writes_a_status, Module("marketplace/posting.py", "a.status, b = 1, 2")),
    (only_the_lifecycle_writes_a_status, Module("marketplace/posting.py", "update(Slot).values(status='open')")),
    (only_the_database_commits, Module("web/controllers/x.py", "session.commit()")),
    (annotations_are_real, Module("web/guards.py", "from __future__ import annotations")),
    (names_say_something, Module("web/date_utils.py", "")),
    (names_say_something, Module("marketplace/manager/posting.py", "")),
    (files_hold_one_concept, Module("web/errors.py", "\n" * 501)),
    (files_hold_one_concept, Module("web/errors.py", "def f():\n" + "    x = 1\n" * 70)),
]


@pytest.mark.parametrize("rule", dict.fromkeys(rule for rule, _ in RULES), ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule):
    """What the rule finds, by file, is nothing."""
    found = [f"{module.path}: {wrong}" for module in modules() for wrong in rule(module)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("rule", "wrong"), RULES, ids=lambda value: getattr(value, "__name__", None))
def test_every_rule_finds_what_breaks_it(rule, wrong):
    """A rule that cannot fail keeps nothing."""
    assert list(rule(wrong))


def test_the_rules_look_at_real_files():
    """Each room has files, so that a moved folder does not make these tests pass by finding nothing."""
    rooms = {module.room for module in modules()}
    assert rooms >= {"web", "marketplace", "matching"}, rooms
    assert (ROOT / WRITES_STATUS).exists()
    assert (ROOT / SELECTS).is_dir()
    assert any((ROOT / path).exists() for path in COMMITS)


def test_leaves_of_the_marketplace_do_not_import_in_circles():
    """Leaves may use each other in one direction: a circle means that two of them are one thing."""
    graph: dict[str, set[str]] = {}
    for module in modules():
        if module.room == "marketplace" and module.part in LEAVES:
            used = {name.split(".")[1] for name in module.imports if name.startswith("marketplace.")}
            graph.setdefault(module.part, set()).update((used & LEAVES) - {module.part})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(f"imports in a circle: {' → '.join(circle.args[1])}")


def test_leaves_are_there():
    """A leaf that was renamed would leave its old name allowed."""
    gone = {leaf for leaf in LEAVES - {"links"} if not list((ROOT / "marketplace").glob(f"{leaf}*"))}
    assert not gone
