"""A clean, migrated database for each test, on SQLite and on PostgreSQL, at a cost of milliseconds.

Migrations run once for each state of the schema, through the real command, into a template. A test on SQLite gets a
copy of the template's file. On PostgreSQL each test process clones the template once and empties the clone before each
test; code under test commits for real, so a roll-back around the test would not do.
"""

import atexit
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Final, Protocol

import psycopg
from psycopg import sql
from sqlalchemy import Engine, make_url

from marketplace.database import Sessions, make_engine
from marketplace.settings import Settings

ROOT: Final = Path(__file__).resolve().parents[2]
KINDS: Final = ("sqlite", "postgresql")
TEMPLATES: Final = ROOT / "var" / "tests"
_KEEP_TEMPLATES_S: Final = 3600


class Database(Protocol):
    """One migrated database. ``reset`` makes it as it was, for tests that play many examples in one."""

    kind: str
    url: str
    engine: Engine
    sessions: Sessions

    def reset(self) -> None: ...


def clean_environ(**extra: str) -> dict[str, str]:
    """The environment of a process that must not find the developer's own database or settings by accident."""
    ours = {setting.metadata["name"] for setting in fields(Settings)}
    return {name: value for name, value in os.environ.items() if name not in ours} | extra


def schema_fingerprint() -> str:
    """Changes whenever a migrated database could come out differently."""
    digest = hashlib.sha256()
    sources = [ROOT / "marketplace" / "__main__.py", ROOT / "matching" / "skills.csv"]
    for folder in (ROOT / "migrations", ROOT / "marketplace" / "models"):
        sources += sorted(folder.rglob("*.py"))
    for path in sources:
        if path.exists():
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def migrate(url: str) -> None:
    """Bring the database up to date as an operator would: in a process of its own, with the real command."""
    done = subprocess.run(
        [sys.executable, "-m", "marketplace", "migrate"],
        cwd=ROOT,
        env=clean_environ(DATABASE_URL=url),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"python -m marketplace migrate failed:\n{done.stdout}{done.stderr}")


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Keep the other test processes of this checkout out while a template is made."""
    TEMPLATES.mkdir(parents=True, exist_ok=True)
    with (TEMPLATES / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def sqlite_template() -> Path:
    """A migrated SQLite file, made once for each state of the schema."""
    template = TEMPLATES / f"template-{schema_fingerprint()}.sqlite"
    with one_at_a_time("sqlite"):
        if not template.exists():
            building = template.with_suffix(".building")
            building.unlink(missing_ok=True)
            migrate(f"sqlite:///{building}")
            for stale in TEMPLATES.glob("template-*.sqlite"):
                # A run that began before the schema changed still copies the one it found.
                if time.time() - stale.stat().st_mtime > _KEEP_TEMPLATES_S:
                    stale.unlink()
            building.rename(template)
    return template


def memory_directory(fallback: Path) -> Path:
    """Where a file costs no disk: SQLite waits for the disk at every commit, which is right, and slow."""
    shared_memory = Path("/dev/shm")
    return shared_memory if os.access(shared_memory, os.W_OK) else fallback


class SqliteDatabase:
    """A copy of the template of its own, in memory where the machine allows."""

    kind = "sqlite"

    def __init__(self, template: Path, folder: Path) -> None:
        self._template = template
        self.path = folder / "test.sqlite"
        shutil.copyfile(template, self.path)
        self.url = f"sqlite:///{self.path}"
        self.engine = make_engine(self.url)
        self.sessions = Sessions(self.engine)

    def reset(self) -> None:
        self.engine.dispose()
        for path in self.path.parent.glob(self.path.name + "*"):
            path.unlink()
        shutil.copyfile(self._template, self.path)

    def close(self) -> None:
        self.engine.dispose()


# An engine keeps what it made of every statement it has seen, which takes longer than most tests: those that no test
# uses just now go on to the next.
_unused: Final[list[SqliteDatabase]] = []


@contextmanager
def lent_sqlite() -> Iterator[SqliteDatabase]:
    """A SQLite database for one test or story, as the migrations left it; in memory where the machine allows."""
    if _unused:
        database = _unused.pop()
        database.reset()
    else:
        folder = Path(tempfile.mkdtemp(prefix="mve-", dir=memory_directory(Path(tempfile.gettempdir()))))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        database = SqliteDatabase(sqlite_template(), folder)
    try:
        yield database
    finally:
        database.close()
        _unused.append(database)


def postgres_server(environ: Mapping[str, str] = os.environ) -> str:
    """The URL of a server on which we may make databases; starts one where none is given. Never skips quietly."""
    if given := environ.get("TEST_POSTGRES_URL"):
        return given
    started = subprocess.run([ROOT / ".ci" / "postgres", "start"], capture_output=True, text=True, check=False)
    if started.returncode != 0:
        raise RuntimeError(
            f"There is no PostgreSQL to test on, and .ci/postgres could not start one:\n{started.stderr}"
        )
    return started.stdout.strip()


def _on_server(server: str, database: str) -> str:
    url = make_url(server).set(drivername="postgresql", database=database)
    return url.render_as_string(hide_password=False)


def postgres_template(server: str) -> str:
    """The name of a migrated database on the server, made once for each state of the schema."""
    name = f"mve_template_{schema_fingerprint()}"
    building = f"mve_building_{os.getpid()}"
    with one_at_a_time("postgresql"), psycopg.connect(_on_server(server, "postgres"), autocommit=True) as admin:
        if admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None:
            admin.execute(sql.SQL("create database {}").format(sql.Identifier(building)))
            try:
                migrate(_on_server(server, building))
            except BaseException:
                admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(building)))
                raise
            rename = sql.SQL("alter database {} rename to {}")
            admin.execute(rename.format(sql.Identifier(building), sql.Identifier(name)))
    return name


class PostgresDatabase:
    """This test process's own clone of the template; ``reset`` empties it but for what the migrations put in."""

    kind = "postgresql"

    def __init__(self, server: str, template: str, name: str) -> None:
        self._server, self._template, self._name = server, template, name
        self._open()

    def _open(self) -> None:
        with psycopg.connect(_on_server(self._server, "postgres"), autocommit=True) as admin:
            clone = sql.SQL("create database {} template {} strategy file_copy")
            admin.execute(clone.format(sql.Identifier(self._name), sql.Identifier(self._template)))
        self.url = _on_server(self._server, self._name)
        self.engine = make_engine(self.url)
        self.sessions = Sessions(self.engine)
        self._admin = psycopg.connect(self.url, autocommit=True)
        self._reset = self._prepare_reset()

    def _prepare_reset(self) -> str:
        """One statement for the whole reset, with a copy of what the migrations themselves filled in."""
        tables = [
            str(row[0])
            for row in self._admin.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
            if row[0] != "alembic_version"
        ]
        self._admin.execute("create schema mve_seed")
        steps = ["set session_replication_role = replica"]  # no foreign keys, so in any order
        steps += [f'delete from public."{table}"' for table in tables]
        for table in tables:
            seeded = self._admin.execute(f'select 1 from public."{table}" limit 1').fetchone()
            if seeded:
                self._admin.execute(f'create table mve_seed."{table}" as table public."{table}"')
                steps.append(f'insert into public."{table}" select * from mve_seed."{table}"')
        sequences = self._admin.execute(
            "select sequencename, start_value from pg_sequences where schemaname = 'public'"
        )
        steps += [f"select setval('public.\"{name}\"', {start}, false)" for name, start in sequences]
        steps.append("set session_replication_role = origin")
        return "; ".join(steps)

    def reset(self) -> None:
        # A test that failed may have left a transaction open, on whose locks we would wait for ever.
        left = self._admin.execute(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'"
        ).fetchone()
        if left and left[0]:
            self.engine.dispose()
        self._admin.execute(self._reset)

    def make_anew(self) -> None:
        """After a test that replaced the tables themselves, which ``reset`` only empties."""
        self.close()
        self._open()

    def close(self) -> None:
        self.engine.dispose()
        self._admin.close()
        with psycopg.connect(_on_server(self._server, "postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(self._name)))
