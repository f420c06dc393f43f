"""What happens around every request: who is it, and what the browser may do with the answer."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from litestar.concurrency import sync_to_thread
from litestar.connection import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy.exc import OperationalError

from marketplace import signing
from marketplace.signing import Present
from web.dependencies import Tools, tools_of
from web.rendering import HttpRequest

log = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What another site may show in a frame: no form, no script, nothing to press that changes anything here.
_FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors "
)
_FRAME_ANCESTORS = "frame_ancestors"
_FOR_OTHERS = "for_other_sites"
_TWO_YEARS_S = 63_072_000


def security_headers(*, is_https: bool) -> Callable[[Message, Scope], Awaitable[None]]:
    """Put the headers on every response, errors and files included. Runs outside everything else."""
    headers = dict(_HEADERS)
    if is_https:
        headers["Strict-Transport-Security"] = f"max-age={_TWO_YEARS_S}; includeSubDomains"

    async def before_send(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        response = MutableScopeHeaders.from_message(message)
        for name, value in headers.items():
            response[name] = value
        state = scope.get("state", {})
        if _FRAME_ANCESTORS in state:
            response["Content-Security-Policy"] = _FRAMED + state[_FRAME_ANCESTORS]
        if state.get(_FOR_OTHERS):
            response["Cross-Origin-Resource-Policy"] = "cross-origin"
            response["Access-Control-Allow-Origin"] = "*"
        # Pages show who is signed in, or what somebody typed: none is kept. Files say for themselves how long.
        response.setdefault("Cache-Control", "no-store")

    return before_send


def let_others_frame(scope: Scope, origins: str) -> None:
    """This one answer may stand in a frame on these sites (as the header wants them), and no other."""
    scope["state"][_FRAME_ANCESTORS] = origins


def let_others_fetch(scope: Scope) -> None:
    """This one answer holds nothing of anybody, and may be read by the pages of any site."""
    scope["state"][_FOR_OTHERS] = True


def answering_head(app: ASGIApp) -> ASGIApp:
    """HEAD answers as GET does, without the body: whoever checks whether a page is there need not fetch it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        # A copy: the server goes by its own to know that no body comes.
        await app({**scope, "method": "GET"}, receive, send_head)

    return answer


# What somebody whose account is blocked may see signed in: why, their own data, proving who they are, and the way out.
_FOR_BLOCKED: Final = (
    "/geblokkeerd",
    "/mijn/privacy",
    "/mijn/inloggen/bevestigen",
    "/privacy",
    "/uitloggen",
    "/uiterlijk",
    "/static",
    "/healthz",
    "/readyz",
)


def _is_for_blocked(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in _FOR_BLOCKED)


async def _send_to_blocked(send: Send) -> None:
    headers = [(b"location", b"/geblokkeerd"), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 303, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


class WhoIsThis(ASGIMiddleware):
    """Finds out once for each request who is signed in. Without a cookie it asks the database nothing."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Set ``user`` to the Actor, or to None; that the sign-in was used is written once the answer is out.

        Staff who still owe their second factor have no roles until they gave it: whatever looks at a role, here or
        in a use case, takes them for somebody who only lives here.
        """
        request: HttpRequest = Request(scope)
        tools = tools_of(request)
        token = request.cookies.get(tools.cookies.sign_in)
        present = await sync_to_thread(_find, tools, token) if token else None
        scope["user"], scope["auth"] = (present.actor, present) if present else (None, None)
        if present is not None and present.is_blocked and not _is_for_blocked(scope["path"]):
            await _send_to_blocked(send)
            return
        await next_app(scope, receive, send)
        if present is not None and present.is_seen_stale:
            await sync_to_thread(_mark, tools, present)


def _find(tools: Tools, token: str) -> Present | None:
    with tools.sessions.read() as session:
        present = signing.find_present(session, token, now=tools.clock())
    if present is None or not tools.settings.staff_second_factor or not present.lacks_second_factor:
        return present
    return replace(present, actor=replace(present.actor, roles=frozenset()), owes_second_factor=True)


def _mark(tools: Tools, present: Present) -> None:
    try:
        with tools.sessions.begin() as session:
            signing.mark_seen(session, present.sign_in_id, now=tools.clock())
    except OperationalError:  # the next page view will do
        log.info("sign-in %s was not marked as seen", present.sign_in_id)
