"""The commands of an operator: ``python -m marketplace migrate``, ``first-staff``, ``demo``, ``run-due``."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from marketplace import catalogue, credentials, demo, operations, schema, second_factor, signing
from marketplace.database import Sessions, hurry, make_engine
from marketplace.errors import NotAllowed, NotFound
from marketplace.invariants import Finding
from marketplace.links import SignInLinks
from marketplace.metrics import report
from marketplace.policies import ASKING
from marketplace.queries.signing import find_person_by_email
from marketplace.settings import Settings, UnsafeSettings
from marketplace.simulation import study
from marketplace.simulation.worlds import Assumptions
from matching.skills import read_skills
from matching.threads import sum_on_one_thread

APP: Final = Path(__file__).resolve().parents[1] / "app.py"


def migrate(settings: Settings, _asked: argparse.Namespace) -> None:
    """Bring the database up to date: schema, kinds of help, municipality. Safe to repeat."""
    engine = make_engine(settings.database_url)
    schema.upgrade(engine)
    with Sessions(engine).begin() as session:
        catalogue.load_skills(session, read_skills())
        catalogue.load_municipality(session, settings, now=datetime.now(UTC))
    engine.dispose()


def first_staff(settings: Settings, asked: argparse.Namespace) -> None:
    """Appoint the first member of staff, who gets a link to sign in with. Works once."""
    engine = make_engine(settings.database_url)
    try:
        with Sessions(engine).begin() as session:
            link_id = signing.appoint_first(
                session,
                email=asked.email,
                first_name=asked.first_name,
                municipality_id=catalogue.id_of(asked.municipality or settings.municipality_slug),
                now=datetime.now(UTC),
            )
    except NotAllowed:
        sys.exit("There is staff already. They appoint others on the site.")
    finally:
        engine.dispose()
    print(f"{asked.first_name} can sign in within {signing.POLICY.link_minutes} minutes, once, with:")
    print(SignInLinks(settings.secret_key, settings.base_url).url(link_id))


def drop_second_factor(settings: Settings, asked: argparse.Namespace) -> None:
    """Take away the second factor of who lost telephone and paper, once two people saw that it is them."""
    engine, now = make_engine(settings.database_url), datetime.now(UTC)
    with Sessions(engine).begin() as session:
        person = find_person_by_email(session, signing.normalise_email(asked.email))
        is_gone = person is not None and second_factor.remove(session, person.id)
        if person is not None and is_gone:
            where = catalogue.id_of(settings.municipality_slug)
            credentials.changed(session, person.id, municipality_id=where, now=now, keep=None)
    engine.dispose()
    print("Gone. At the next sign-in a new telephone is set up." if is_gone else "Nobody with that address has one.")


def fill_demo(settings: Settings, asked: argparse.Namespace) -> None:
    """Fill the database with a made-up city. Without --if-empty, what was in it is thrown away."""
    if settings.is_production:
        sys.exit("In production there is no demo: it would throw away what people asked and offered.")
    engine = make_engine(settings.database_url)
    hurry(engine)
    sessions = Sessions(engine)
    if not asked.if_empty:
        schema.downgrade(engine)
    migrate(settings, asked)
    with sessions.read() as session:
        is_filled = demo.is_filled(session)
    if not is_filled:
        slug, now = settings.municipality_slug, datetime.now(UTC)
        size = demo.SIZES[asked.size]
        demo.fill(sessions, municipality_slug=slug, now=now, seed=asked.seed, size=size, progress=_show_progress)
    if settings.is_demo:
        _print_sign_ins(sessions, settings)
    engine.dispose()


def _print_sign_ins(sessions: Sessions, settings: Settings) -> None:
    """One person per role. The links work once, for a few minutes; /postbus gives new ones."""
    links, now = SignInLinks(settings.secret_key, settings.base_url), datetime.now(UTC)
    with sessions.begin() as session:
        people = demo.list_sign_ins(session, catalogue.id_of(settings.municipality_slug))
        found = [(person, signing.hand_out_link(session, email=person.email, now=now)) for person in people]
    print(f"Sign in as one of these (each link works once, for {signing.POLICY.link_minutes} minutes):")
    for person, link_id in found:
        print(f"  {person.role:23} {person.first_name:10} {person.email:42} {links.url(link_id)}")
    print(f"Later: {settings.base_url}/postbus")


def _show_progress(share: float) -> None:
    print(f"\rFilling the demo: {share:4.0%}", end="\n" if share >= 1 else "", file=sys.stderr, flush=True)


def print_report(settings: Settings, asked: argparse.Namespace) -> None:
    """The share of matches without a person in between, over a period; both dates are included (Amsterdam)."""
    engine = make_engine(settings.database_url)
    municipality_id = catalogue.id_of(asked.municipality or settings.municipality_slug)
    now = datetime.now(UTC)
    try:
        with Sessions(engine).read() as session:
            made = report.make_report(
                session, municipality_id=municipality_id, from_on=asked.from_on, to_on=asked.to_on, now=now
            )
    except (ValueError, NotFound) as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)
    finally:
        engine.dispose()
    print(report.print_report(made, as_json=asked.as_json))


def simulate(_settings: Settings, asked: argparse.Namespace) -> None:
    """Play ways of asking in made-up cities, several seeds each; prints a line for each way."""
    given = Assumptions(weeks=asked.weeks)
    with ProcessPoolExecutor(os.cpu_count()) as executor:
        study.study(study.WAYS, range(asked.first_seed, asked.first_seed + asked.seeds), given, ASKING, executor, print)


def back_up(settings: Settings, asked: argparse.Namespace) -> None:
    """Write a backup of the whole database to a file, while the site goes on."""
    try:
        made = operations.back_up(settings.database_url, asked.file, now=datetime.now(UTC))
    except operations.CannotDo as refused:
        sys.exit(str(refused))
    print(f"{asked.file}: {sum(made.rows.values())} rows of {len(made.rows)} tables, sha256 {made.sha256}")


def restore(settings: Settings, asked: argparse.Namespace) -> None:
    """Put a backup in the place of the database, erase again who was erased since, and verify. Stop the site first."""
    try:
        done = operations.restore(
            settings.database_url,
            asked.file,
            key=settings.secret_key,
            now=datetime.now(UTC),
            force=asked.force,
            newer=asked.erased_since,
        )
    except operations.CannotDo as refused:
        sys.exit(f"Nothing was changed: {refused}")
    print(f"Restored what was backed up at {done.manifest.made_at}; erased again: {done.erased_again}.")
    _print_findings(done.findings)


def verify(settings: Settings, _asked: argparse.Namespace) -> None:
    """Look for what cannot be: ends with 0 where everything holds, with 1 and a line for each finding otherwise."""
    engine = make_engine(settings.database_url)
    try:
        found = operations.verify(engine, now=datetime.now(UTC))
    finally:
        engine.dispose()
    _print_findings(found)


def _print_findings(found: Sequence[Finding]) -> None:
    for finding in found:
        print(finding)
    print(f"{len(found)} findings." if found else "Everything holds.")
    if found:
        sys.exit(1)


def run_due(_settings: Settings, asked: argparse.Namespace) -> None:
    """Run what is due, until stopped or once. The same as `python app.py work`, which puts everything together."""
    once = ["--once"] if asked.once else []
    os.execv(sys.executable, [sys.executable, str(APP), "work", *once])  # noqa: S606


Command = Callable[[Settings, argparse.Namespace], None]
# Name, what it runs, and its options.
COMMANDS: Final[tuple[tuple[str, Command, dict[str, dict[str, Any]]], ...]] = (
    ("migrate", migrate, {}),
    (
        "first-staff",
        first_staff,
        {"--email": {"required": True}, "--first-name": {"required": True}, "--municipality": {"default": ""}},
    ),
    ("drop-second-factor", drop_second_factor, {"--email": {"required": True}}),
    (
        "demo",
        fill_demo,
        {
            "--if-empty": {"action": "store_true"},
            "--size": {"choices": tuple(demo.SIZES), "default": "full"},
            "--seed": {"type": int, "default": demo.SEED},
        },
    ),
    (
        "report",
        print_report,
        {
            "--from": {"dest": "from_on", "type": date.fromisoformat, "required": True, "metavar": "DATE"},
            "--to": {"dest": "to_on", "type": date.fromisoformat, "required": True, "metavar": "DATE"},
            "--json": {"dest": "as_json", "action": "store_true"},
            "--municipality": {"default": ""},
        },
    ),
    (
        "simulate",
        simulate,
        {
            "--seeds": {"type": int, "default": 20},
            "--first-seed": {"type": int, "default": 11},
            "--weeks": {"type": int, "default": 7},
        },
    ),
    ("backup", back_up, {"file": {"type": Path}}),
    (
        "restore",
        restore,
        {
            "file": {"type": Path},
            "--force": {"action": "store_true"},
            "--erased-since": {"type": Path, "metavar": "NEWER_BACKUP"},
        },
    ),
    ("verify", verify, {}),
    ("run-due", run_due, {"--once": {"action": "store_true"}}),
)


def main() -> None:
    """Run one command with the settings of the environment."""
    parser = argparse.ArgumentParser(prog="python -m marketplace", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run, options in COMMANDS:
        command = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        for option, details in options.items():
            command.add_argument(option, **details)
    asked = parser.parse_args()
    sum_on_one_thread()
    try:
        settings = Settings.from_environ(os.environ)
    except UnsafeSettings as refused:
        sys.exit(f"These settings cannot be used:\n{refused}")
    asked.run(settings, asked)


if __name__ == "__main__":
    main()
