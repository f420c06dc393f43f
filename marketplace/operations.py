"""What an operator does with the whole database: back it up while it is written, put a backup back, check it.

A backup is one file (a tar, gzipped, readable by its owner only): `manifest.json` with what is inside, and the database
as SQLite or pg_dump writes it. The manifest also lists who was erased, by keyed hash, so that a backup that is put back
never brings back somebody who was erased after it was made.
"""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from marketplace import invariants, privacy, schema
from marketplace.database import Sessions, clean, make_engine
from marketplace.invariants import Finding
from marketplace.queries import operations as queries

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database"
ONLY_OWNER: Final = 0o600
# Where PostgreSQL's own programs are looked for.
PROGRAMS: Final = "/usr/local/bin:/usr/bin:/bin"
_PIECE: Final = 1 << 20
# Where the old tables stand until the restored ones have proved right.
_ASIDE: Final = "before_restore"


class CannotDo(Exception):
    """A backup or restore that was refused or failed; the message tells an operator what to do."""


@dataclass(frozen=True)
class Manifest:
    """What is in a backup: enough to know that it is whole, and that what came out is what went in."""

    made_at: str
    kind: str
    revision: str | None
    sha256: str
    rows: dict[str, int]
    erased: list[str]
    format: int = field(default=FORMAT)


# --- backup ------------------------------------------------------------------------------------------------------


def back_up(database_url: str, file: Path, *, now: datetime) -> Manifest:
    """Write a consistent backup while others go on writing. Never leaves half a file. Raises CannotDo."""
    engine = make_engine(database_url)
    try:
        with _folder_beside(file) as folder:
            copy = folder / DATABASE
            dump = _dump_sqlite if engine.dialect.name == "sqlite" else _dump_postgresql
            rows, erased, revision = dump(engine, copy)
            manifest = Manifest(now.isoformat(), engine.dialect.name, revision, _digest(copy), rows, erased)
            packed = folder / "packed"
            _pack(packed, copy, manifest)
            packed.replace(file)
    finally:
        engine.dispose()
    return manifest


def _dump_sqlite(engine: Engine, copy: Path) -> tuple[dict[str, int], list[str], str | None]:
    source = engine.url.database
    if not source or not Path(source).exists():
        raise CannotDo(f"there is no database at {source}")
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(copy)) as kept:
        live.backup(kept)
    counted = make_engine(f"sqlite:///{copy}")
    try:
        return _facts(counted)
    finally:
        counted.dispose()


def _dump_postgresql(engine: Engine, copy: Path) -> tuple[dict[str, int], list[str], str | None]:
    """pg_dump and our own count look at the very same snapshot."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
        _run_postgresql(
            engine.url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
            f"--file={copy}",
        )  # fmt: skip
        return queries.count_rows(connection), queries.list_erased(connection), schema.revision_of(connection)


def _facts(engine: Engine) -> tuple[dict[str, int], list[str], str | None]:
    with engine.connect() as connection:
        return queries.count_rows(connection), queries.list_erased(connection), schema.revision_of(connection)


def _pack(packed: Path, copy: Path, manifest: Manifest) -> None:
    told = json.dumps(asdict(manifest), indent=1).encode()
    with packed.open("xb") as raw:
        os.fchmod(raw.fileno(), ONLY_OWNER)
        with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as tar:
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(told), ONLY_OWNER
            tar.addfile(entry, io.BytesIO(told))
            tar.add(copy, DATABASE, filter=_anonymous)
        raw.flush()
        os.fsync(raw.fileno())


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = ONLY_OWNER
    return entry


# --- restore -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Restored:
    """What came back: the backup's manifest, how many were erased again, and what `verify` found."""

    manifest: Manifest
    erased_again: int
    findings: Sequence[Finding]


def restore(
    database_url: str, file: Path, *, key: str, now: datetime, force: bool = False, newer: Path | None = None
) -> Restored:
    """Put a backup in the place of a database. Refuses one that holds anything, without ``force``. Raises CannotDo.

    Who was erased stays so: the list of the backup, of the database that is replaced and of a ``newer`` backup are
    joined and applied before anybody can read what came back. Until all of it has worked the old database stays.
    """
    erased = set(read_manifest(newer).erased) if newer else set()
    engine = make_engine(database_url)
    try:
        erased |= _leave_if_filled(engine, force=force)
        with _unpacked(file) as (copy, manifest):
            if manifest.kind != engine.dialect.name:
                raise CannotDo(f"this is a backup of {manifest.kind}, and DATABASE_URL names {engine.dialect.name}")
            put = _put_sqlite if manifest.kind == "sqlite" else _put_postgresql
            again, findings = put(engine, copy, manifest, erased, key=key, now=now)
    finally:
        engine.dispose()
    return Restored(manifest, again, findings)


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself. Raises CannotDo."""
    try:
        with tarfile.open(file, "r:gz") as tar:
            found = tar.extractfile(MANIFEST)
            told = json.load(found) if found else {}
        if told.get("format") != FORMAT:
            raise CannotDo(f"{file} is no backup of this program, or of a newer one")
        return Manifest(**told)
    except (OSError, tarfile.TarError, KeyError, TypeError, ValueError, EOFError) as broken:
        raise CannotDo(f"{file} cannot be read as a backup ({type(broken).__name__})") from broken


def _leave_if_filled(engine: Engine, *, force: bool) -> set[str]:
    """Who was erased in the database that is there. Raises CannotDo where it holds people and nobody forces."""
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return set()
    try:
        with engine.connect() as connection:
            filled, erased = queries.holds_people(connection), queries.list_erased(connection)
    except SQLAlchemyError as broken:
        if force:
            # Not even readable: all the more reason to put a backup in its place.
            return set()
        raise CannotDo(
            "the database that is there cannot be read; --force puts the backup in its place. Who was erased in it is "
            "then not known: give a newer backup with --erased-since"
        ) from broken
    if filled and not force:
        raise CannotDo("the database holds people already; --force puts the backup in its place")
    return set(erased)


@contextmanager
def _unpacked(file: Path) -> Iterator[tuple[Path, Manifest]]:
    manifest = read_manifest(file)
    with _folder_beside(file) as folder:
        copy = folder / DATABASE
        try:
            with tarfile.open(file, "r:gz") as tar, copy.open("xb") as out:
                packed = tar.extractfile(DATABASE)
                while packed is not None and (piece := packed.read(_PIECE)):
                    out.write(piece)
        except (OSError, tarfile.TarError, KeyError, EOFError) as broken:
            raise CannotDo(f"{file} is damaged ({type(broken).__name__})") from broken
        if _digest(copy) != manifest.sha256:
            raise CannotDo(f"{file} is damaged: what is in it is not what was put in")
        yield copy, manifest


def _put_sqlite(
    engine: Engine, copy: Path, manifest: Manifest, erased: set[str], *, key: str, now: datetime
) -> tuple[int, Sequence[Finding]]:
    """Everything is done to the copy; only when it is right does it take the other's place, in one step."""
    prepared = make_engine(f"sqlite:///{copy}")
    try:
        found = _prepare(prepared, manifest, erased, key=key, now=now)
    finally:
        prepared.dispose()
    target = Path(engine.url.database or "")
    target.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(copy)) as kept, closing(_connect_or_replace(target)) as live:
        kept.backup(live)
    target.chmod(ONLY_OWNER)
    clean(engine)
    return found


def _connect_or_replace(target: Path) -> sqlite3.Connection:
    """A file that SQLite cannot read is put aside, never thrown away."""
    if target.exists():
        try:
            with closing(sqlite3.connect(target)) as there:
                there.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                spoilt = Path(f"{target}{suffix}")
                if spoilt.exists():
                    spoilt.replace(f"{target}.damaged{suffix}")
    return sqlite3.connect(target, timeout=20)


def _put_postgresql(
    engine: Engine, copy: Path, manifest: Manifest, erased: set[str], *, key: str, now: datetime
) -> tuple[int, Sequence[Finding]]:
    """The old tables stand aside in a schema of their own, and come back where anything goes wrong."""
    _rename_schema(engine, "public", _ASIDE)
    try:
        _run_postgresql(
            engine.url, "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
            "--schema=public", f"--dbname={engine.url.database}", str(copy),
        )  # fmt: skip
        found = _prepare(engine, manifest, erased, key=key, now=now)
    except BaseException:
        engine.dispose()
        _drop_schema(engine, "public")
        _rename_schema(engine, _ASIDE, "public", make_anew=False)
        raise
    _drop_schema(engine, _ASIDE)
    return found


def _rename_schema(engine: Engine, name: str, to: str, *, make_anew: bool = True) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER SCHEMA {name} RENAME TO {to}")
        if make_anew:
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")


def _drop_schema(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")


def _prepare(
    engine: Engine, manifest: Manifest, erased: set[str], *, key: str, now: datetime
) -> tuple[int, Sequence[Finding]]:
    """Count what came out, bring the schema up to date, erase again who was erased, and look for what cannot be."""
    with engine.connect() as connection:
        if (rows := queries.count_rows(connection)) != manifest.rows:
            wrong = sorted(name for name in rows | manifest.rows if rows.get(name) != manifest.rows.get(name))
            raise CannotDo(f"other numbers of rows came out than went in: {', '.join(wrong)}")
    schema.upgrade(engine)
    sessions = Sessions(engine)
    with sessions.begin() as session:
        again = privacy.reapply_erasures(session, key=key, now=now, more=erased | set(manifest.erased))
    return again, verify(engine, now=now)


# --- verify ------------------------------------------------------------------------------------------------------


def verify(engine: Engine, *, now: datetime) -> list[Finding]:
    """Everything that cannot be, as of one instant; also where the schema is another one than this program's.

    The site may go on meanwhile: what it writes between two of our questions is seen by neither.
    """
    with Sessions(_as_of_one_instant(engine)).read() as session:
        revision = schema.revision_of(session.connection())
        if revision != schema.newest_revision():
            return [Finding("the_schema_is_ours", f"it is {revision or 'none'}: run `python -m marketplace migrate`")]
        return invariants.find_violations(session, now=now)


def _as_of_one_instant(engine: Engine) -> Engine:
    """A read of SQLite is one snapshot as it is; PostgreSQL takes one for each statement unless told otherwise."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="REPEATABLE READ")


# --- below -------------------------------------------------------------------------------------------------------


@contextmanager
def _folder_beside(file: Path) -> Iterator[Path]:
    """Room on the same disk that only its owner can look into, gone afterwards."""
    try:
        with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as folder:
            yield Path(folder)
    except FileNotFoundError as none:
        raise CannotDo(f"there is no folder {file.resolve().parent}") from none


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _run_postgresql(url: URL, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs; where to and the password go by the environment, which `ps` hides."""
    plain = make_url(url)
    given = {"PGHOST": plain.host, "PGPORT": plain.port, "PGUSER": plain.username, "PGPASSWORD": plain.password}
    named = {name: str(value) for name, value in given.items() if value}
    search = {"PATH": PROGRAMS, "PGDATABASE": str(plain.database)}
    try:
        done = subprocess.run(  # noqa: S603
            [program, *arguments], env={**search, **named}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise CannotDo(f"{program} is not on this machine: install PostgreSQL's client programs") from None
    if done.returncode != 0:
        raise CannotDo(f"{program} failed: {done.stderr.strip()}")
