"""What must hold of the repository itself: locks, migrations, make targets, documents, and imports that only import."""

import ast
import hashlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[1]
LOCKS: Final = ("runtime", "dev", "bench", "uv")
# Written by others; what they mention is theirs.
NOT_OURS: Final = ("tests/vendor/", "web/static/vendor/", "LICENSE", "requirements/")


def tracked_files() -> list[str]:
    """What is committed, or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts_of_ours() -> dict[str, str]:
    texts = {}
    for name in tracked_files():
        if not name.startswith(NOT_OURS):
            content = (ROOT / name).read_bytes()
            if b"\0" not in content:
                texts[name] = content.decode("utf-8")
    return texts


# --- locks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address_and_no_option(name):
    """Everybody installs from the registry they use; a lock names versions and hashes only."""
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    wrong = [line for line in lock.splitlines() if "://" in line or re.match(r"--(index|extra|find|trusted)", line)]
    assert not wrong


@pytest.mark.parametrize("name", LOCKS)
def test_everything_in_a_lock_is_pinned_with_hashes(name):
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in lock.splitlines() if line.strip()]
    wrong = [entry for entry in entries if not re.match(r"[a-z0-9._-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", entry)]
    assert entries
    assert not wrong


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_what_its_source_asks_for(name):
    """Whoever changes an .in file runs `make lock`."""
    asked = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8")
    lock = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)$", asked, re.MULTILINE)
    assert pins
    assert [f"{package}=={version}" for package, version in pins if f"{package}=={version} " not in lock] == []


def test_who_can_measure_can_also_test_and_run():
    """Each lock holds the one before it whole, version by version: one venv serves all."""
    runtime, dev, bench = (
        set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))
        for name in ("runtime", "dev", "bench")
    )
    assert runtime <= dev <= bench


def test_the_vendored_axe_is_the_one_we_took():
    expected = (ROOT / "tests" / "vendor" / "axe.min.js.sha256").read_text(encoding="utf-8").split()[0]
    assert hashlib.sha256((ROOT / "tests" / "vendor" / "axe.min.js").read_bytes()).hexdigest() == expected


# --- migrations --------------------------------------------------------------------------------------------------


def test_migrations_are_numbered_and_follow_each_other():
    """0001, 0002, …: each continues the one before it; one head, in the order of the files."""
    before, numbers = None, []
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        values = {
            target.id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert path.name.startswith(f"{values['revision']}_"), path.name
        assert values["down_revision"] == before, f"{path.name} does not continue {before}"
        assert {"upgrade", "downgrade"} <= functions, path.name
        before = values["revision"]
        numbers.append(before)
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
    assert numbers


# --- make --------------------------------------------------------------------------------------------------------


def make_targets() -> dict[str, str]:
    """Every target by name, with its help text or nothing."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return {
        name: about or "" for name, about in re.findall(r"^([a-z][\w-]*):(?!=)[^#\n]*(?:## (.+))?$", text, re.MULTILINE)
    }


def test_every_make_target_says_what_it_does():
    targets = make_targets()
    assert set(targets) >= {"setup", "run", "demo", "test", "proof", "bench", "lint", "vendor", "migrate", "help"}
    assert [name for name, about in targets.items() if not about] == []


def test_make_alone_shows_every_target():
    shown = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert [name for name in make_targets() if f"make {name} " not in shown] == []


def test_scripts_can_be_run():
    scripts = [path for path in (ROOT / ".ci").iterdir() if path.is_file()]
    assert scripts
    for script in scripts:
        assert script.stat().st_mode & 0o111, f"{script.name} cannot be executed"
        subprocess.run(["bash", "-n", script], check=True)


# --- documents ---------------------------------------------------------------------------------------------------


def documents() -> dict[str, str]:
    return {name: text for name, text in texts_of_ours().items() if name.endswith(".md")}


def test_links_between_documents_lead_somewhere():
    """A relative link in a document names a file or folder that is there."""
    broken = [
        f"{name}: {target}"
        for name, text in documents().items()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
        if "://" not in target and not target.startswith("mailto:")
        if not ((ROOT / name).parent / target).exists()
    ]
    assert not broken


def paths_named(text: str) -> set[str]:
    """What a document calls a path of ours: in back quotes, or at the start of a line of a layout."""
    top = {path.name for path in ROOT.iterdir()} | {"matching", "transport", "marketplace", "web", "migrations"}
    named = set(re.findall(r"`([\w.-]+/[\w./-]*)`", text))
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        named |= {line.split()[0] for line in block.splitlines() if re.match(r"[\w.-]+/[\w./-]*(\s|$)", line)}
    return {path for path in named if path.split("/")[0] in top}


def test_the_readme_names_real_paths():
    """The layout in the README is the layout of the repository. What is made while running need not be there."""
    readme = ROOT / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    gone = [
        path for path in paths_named(text) if not path.startswith(("var/", ".venv/")) and not (ROOT / path).exists()
    ]
    assert not gone


def test_documents_name_make_targets_that_exist():
    targets = make_targets()
    wrong = [
        f"{name}: make {target}"
        for name, text in documents().items()
        for target in re.findall(r"`make ([a-z]+)`", text)
        if target not in targets
    ]
    assert not wrong


# --- what may not be in here ---------------------------------------------------------------------------------------


def test_nothing_names_the_place_where_it_was_written():
    """A stranger's checkout has other paths, no tracker with our numbers, and a registry of its own."""
    hosts = "|".join(["pypi", "pythonhosted", "npmjs", "yarnpkg"])
    forbidden = {
        "a path of the machine": re.compile(re.escape(f"{ROOT.parent}/") if ROOT.parent != Path("/") else r"(?!)"),
        "a folder beside the checkout": re.compile(r"\.\./" + "shared"),
        "a number in a tracker": re.compile(r"\b(issue|fixes|closes|ticket) #\d+", re.IGNORECASE),
        "a host of a registry": re.compile(rf"\b({hosts})\.(org|com)\b"),
    }
    found = [
        f"{name}: {what}: {match.group()}"
        for name, text in texts_of_ours().items()
        for what, pattern in forbidden.items()
        for match in pattern.finditer(text)
    ]
    assert not found


IMPORT_EVERYTHING: Final = """
import importlib, sys, threading

WRITING = {"os.mkdir", "os.rename", "os.remove", "os.putenv", "socket.connect", "socket.bind", "sqlite3.connect",
           "subprocess.Popen", "shutil.copyfile"}
seen = []


def watch(event, arguments):
    if event in WRITING or (event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")):
        seen.append(f"{event} {arguments[:1]}")


for name in ("numpy", "scipy.optimize", "ortools", "litestar", "sqlmodel", "alembic.command", "uvicorn", "babel"):
    try:
        importlib.import_module(name)  # theirs first, so that only what ours do is counted
    except ImportError:
        pass
sys.addaudithook(watch)
for name in sys.argv[1:]:
    importlib.import_module(name)
    if seen or threading.active_count() > 1:
        sys.exit(f"importing {name} does something: {seen or threading.enumerate()}")
"""


def test_importing_any_module_only_imports(tmp_path):
    """No file, connection, process or thread, and no setting needed: what a module does, it does when called."""
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in ("matching", "transport", "marketplace", "web")
        for path in sorted((ROOT / room).rglob("*.py"))
    ]
    done = subprocess.run(
        [sys.executable, "-c", IMPORT_EVERYTHING, *modules, "app"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert modules
    assert list(tmp_path.iterdir()) == []
