"""Real processes of the application on one database: for races, and for what is left when one is killed."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from tests.support.databases import ROOT, clean_environ
from tests.support.smtp import free_port

HEALTH: Final = "/healthz"


@dataclass
class ServerProcess:
    """One running `python app.py`."""

    process: "subprocess.Popen[bytes]"
    base_url: str
    log: Path

    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def wait_until_ready(self, *, timeout_s: float = 60.0) -> None:
        until = time.monotonic() + timeout_s
        while True:
            assert self.is_alive(), f"the server ended with {self.process.returncode}:\n{self.output()}"
            assert time.monotonic() < until, f"the server did not answer in {timeout_s} s:\n{self.output()}"
            try:
                if httpx.get(self.base_url + HEALTH, timeout=5).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)

    def kill(self) -> None:
        """As a power cut would: no goodbye."""
        self.process.kill()
        self.process.wait()

    def stop(self, *, timeout_s: float = 20.0) -> None:
        """As an operator would."""
        if not self.is_alive():
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop when asked:\n{self.output()}") from None


@contextmanager
def server_process(
    database_url: str, folder: Path, *, environ: Mapping[str, str] | None = None, number: int = 0
) -> Iterator[ServerProcess]:
    """Start one, without waiting until it is ready; in the end it is stopped, or cut off where something went wrong."""
    port = free_port()
    base_url = f"http://127.0.0.1:{port}"
    settings = {
        "DATABASE_URL": database_url,
        "BIND": "127.0.0.1",
        "PORT": str(port),
        "BASE_URL": base_url,
        "SECRET_KEY": "only-for-the-tests-" + "0" * 32,
        "SCHEDULER": "off",
        "STAFF_SECOND_FACTOR": "off",
        "POSTBOX": str(folder / "postbox"),
        "SMS_FOLDER": str(folder / "sms"),
        "PYTHONUNBUFFERED": "1",
    }
    log = folder / f"server-{number}-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env=clean_environ(**{**settings, **(environ or {})}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = ServerProcess(process, base_url, log)
    try:
        yield server
    except BaseException:
        # What went wrong must not be hidden behind a server that takes its time to stop.
        sys.stderr.write(f"--- {log.name}\n{server.output()}")
        server.kill()
        raise
    server.stop()


@contextmanager
def server_processes(
    count: int, database_url: str, folder: Path, *, environ: Mapping[str, str] | None = None
) -> Iterator[list[ServerProcess]]:
    """Start so many on the same database, and wait until each of them answers."""
    with ExitStack() as stack:
        started = [
            stack.enter_context(server_process(database_url, folder, environ=environ, number=number))
            for number in range(count)
        ]
        for server in started:
            server.wait_until_ready()
        yield started


def run_command(*arguments: str, database_url: str, environ: Mapping[str, str] | None = None) -> str:
    """Run `python -m marketplace …` to its end and return what it printed; fails with its complaint."""
    done = subprocess.run(
        [sys.executable, "-m", "marketplace", *arguments],
        cwd=ROOT,
        env=clean_environ(**{"DATABASE_URL": database_url, **(environ or {})}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"marketplace {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}"
    return done.stdout
