"""The commands of an operator: ``python -m marketplace migrate``, ``first-staff``, ``run-due``."""

import argparse
import os
import sys
from datetime import UTC, datetime

from marketplace import catalogue, schema
from marketplace.database import Sessions, make_engine
from marketplace.settings import Settings, UnsafeSettings
from matching.skills import read_skills


def migrate(settings: Settings, _asked: argparse.Namespace) -> None:
    """Bring the database up to date: schema, kinds of help, municipality. Safe to repeat."""
    engine = make_engine(settings.database_url)
    schema.upgrade(engine)
    with Sessions(engine).begin() as session:
        catalogue.load_skills(session, read_skills())
        catalogue.load_municipality(session, settings, now=datetime.now(UTC))
    engine.dispose()


def main() -> None:
    """Run one command with the settings of the environment."""
    parser = argparse.ArgumentParser(prog="python -m marketplace", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("migrate", help=migrate.__doc__).set_defaults(run=migrate)
    asked = parser.parse_args()
    try:
        settings = Settings.from_environ(os.environ)
    except UnsafeSettings as refused:
        sys.exit(f"These settings cannot be used:\n{refused}")
    asked.run(settings, asked)


if __name__ == "__main__":
    main()
