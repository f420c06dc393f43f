"""The real application on a real socket, in a thread of the test, with the test's own clock."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from litestar import Litestar


@contextmanager
def listening_socket() -> Iterator[tuple[socket.socket, str]]:
    """A socket on a free port, and the address it will answer at: an application must know its own address."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", 0))
        yield bound, f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def serving(make_app: Callable[[str], Litestar], *, timeout_s: float = 30.0) -> Iterator[str]:
    """Serve what ``make_app(base_url)`` builds until the block ends; gives the base URL."""
    with listening_socket() as (bound, base_url), serving_on(bound, make_app(base_url), timeout_s=timeout_s):
        yield base_url


@contextmanager
def serving_on(bound: socket.socket, app: Litestar, *, timeout_s: float = 30.0) -> Iterator[None]:
    """Serve an application at a socket until the block ends."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + timeout_s
        while not server.started:
            assert thread.is_alive(), "the server stopped while starting; its reason is in the log"
            assert time.monotonic() < until, f"the server did not start in {timeout_s} s"
            time.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        thread.join(timeout=timeout_s)
