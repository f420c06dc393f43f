"""Write a migration from what the models say and the migrations do not: ``python -m migrations new "Rides"``

While nothing is released, ``python -m migrations regenerate`` writes the first one anew instead.
Both compare with a scratch database, never with one that holds anything. Read the result before committing it.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from marketplace import schema
from marketplace.database import make_engine

VERSIONS = schema.MIGRATIONS / "versions"
FIRST = "0001_what_the_marketplace_is_made_of.py"
# Written by hand: alembic knows nothing of views.
VIEWS = "0002_views.py"


def new(message: str) -> Path:
    """Write the next numbered migration."""
    return _tidied(_write(message, VERSIONS))


def regenerate() -> Path:
    """Write the first migration anew; the views that follow it stay. Only while no installation has run it."""
    if {path.name for path in VERSIONS.glob("[0-9]*.py")} - {FIRST, VIEWS}:
        raise SystemExit("There are more migrations than the first and its views: write a new one instead.")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(_write("What the marketplace is made of", Path(folder)), VERSIONS / FIRST)
    return _tidied(VERSIONS / FIRST)


def _write(message: str, versions: Path) -> Path:
    """What alembic makes of the difference between the models and the migrations in a folder, numbered after them."""
    number = f"{len(list(versions.glob('[0-9]*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{folder}/scratch.db")
        config = schema.config(engine)
        config.set_main_option("version_locations", str(versions))
        config.attributes["batch"] = number != "0001"
        command.upgrade(config, "head")
        command.revision(config, message=message, autogenerate=True, rev_id=number)
        engine.dispose()
    return next(versions.glob(f"{number}_*.py"))


def _tidied(path: Path) -> Path:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.lstrip().startswith("# ###")), encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "check", "--quiet", "--fix", path], check=False)  # noqa: S603
    subprocess.run([ruff, "format", "--quiet", path], check=True)  # noqa: S603
    return path


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m migrations", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("regenerate")
    commands.add_parser("new").add_argument("message")
    asked = parser.parse_args()
    sys.stdout.write(f"{new(asked.message) if asked.command == 'new' else regenerate()}\n")


if __name__ == "__main__":
    main()
