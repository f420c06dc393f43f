"""A browser that gives up while it is still sending: the first half of a double tap."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from litestar import Litestar, Request, post

from web import errors


async def send_half(app: Litestar) -> list[dict[str, Any]]:
    """Begins a form and leaves; what was answered."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/",
        "raw_path": b"/",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"100")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "scheme": "http",
    }
    left = [{"type": "http.disconnect"}, {"type": "http.request", "body": b"text=Mijn", "more_body": True}]
    answered: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return left.pop() if len(left) > 1 else left[0]

    async def send(message: Any) -> None:
        answered.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    return answered


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.levels: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.levels.append(record.levelname)


def test_who_leaves_while_sending_is_no_fault_of_ours(monkeypatch):
    begun, heard, log = [], _Heard(), logging.Logger("of this test alone")
    log.addHandler(heard)
    monkeypatch.setattr(errors, "log", log)

    @post("/")
    async def take(request: Request[Any, Any, Any]) -> None:
        begun.append(request.method)
        await request.body()

    app = Litestar([take], exception_handlers=errors.handlers(), logging_config=None)
    with ThreadPoolExecutor(1) as apart:  # a browser of another test may keep a loop running in this thread
        answered = apart.submit(lambda: asyncio.run(send_half(app))).result()
    assert begun == ["POST"]
    assert answered[0]["status"] == 400
    assert heard.levels == ["INFO"]
