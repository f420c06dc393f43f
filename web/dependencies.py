"""What handlers ask for by name: sessions, clock, settings, site, links, actor, visitor and after_commit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias, TypeVar

from litestar.concurrency import sync_to_thread
from litestar.di import Dependency, Provide
from litestar.exceptions import NotAuthorizedException
from litestar.params import SkipValidationMarker

from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.links import AddressLinks, AnswerLinks, EvaluationLinks, FeedLinks, SignInLinks
from marketplace.passwords import Hasher
from marketplace.permissions import Actor
from marketplace.second_factor import FactorKeys
from marketplace.settings import Settings
from marketplace.signing import Present
from web.cookies import Cookies
from web.rendering import HttpRequest, Site

AfterCommit = Callable[[], None]
RunDue = Callable[[], None]

T = TypeVar("T")
# How a handler asks for one of them: ``sessions: Given[Sessions]``. The name of the parameter decides which.
Given: TypeAlias = Annotated[T, Dependency(kind="named"), SkipValidationMarker()]

_WANTED = "run_due"


@dataclass(frozen=True)
class Tools:
    """What the composition root hands to the site."""

    settings: Settings
    sessions: Sessions
    clock: Clock
    site: Site
    cookies: Cookies
    answer_links: AnswerLinks
    evaluation_links: EvaluationLinks
    feed_links: FeedLinks
    sign_in_links: SignInLinks
    address_links: AddressLinks
    hasher: Hasher
    factor_keys: FactorKeys
    # Runs what is due now; catches and logs whatever goes wrong.
    run_due: RunDue


def provide(tools: Tools) -> dict[str, Provide]:
    """The names that handlers may ask for."""
    fixed = {
        "settings": tools.settings,
        "sessions": tools.sessions,
        "clock": tools.clock,
        "site": tools.site,
        "jar": tools.cookies,
        "answer_links": tools.answer_links,
        "evaluation_links": tools.evaluation_links,
        "feed_links": tools.feed_links,
        "sign_in_links": tools.sign_in_links,
        "address_links": tools.address_links,
        "hasher": tools.hasher,
        "factor_keys": tools.factor_keys,
        "run_due": tools.run_due,
    }
    return {name: Provide(_always(value), sync_to_thread=False) for name, value in fixed.items()} | {
        "actor": Provide(provide_actor, sync_to_thread=False),
        "present": Provide(provide_present, sync_to_thread=False),
        "visitor": Provide(provide_visitor, sync_to_thread=False),
        "after_commit": Provide(provide_after_commit, sync_to_thread=False),
    }


def _always(value: Any) -> Callable[[], Any]:
    def give() -> Any:
        return value

    return give


def provide_actor(request: HttpRequest) -> Actor:
    """Who is signed in; without anybody, the site asks to sign in first."""
    actor = request.scope.get("user")
    if not isinstance(actor, Actor):
        raise NotAuthorizedException
    return actor


def provide_present(request: HttpRequest) -> Present:
    """The sign-in of who is signed in; without one, the site asks to sign in first."""
    present = request.scope.get("auth")
    if not isinstance(present, Present):
        raise NotAuthorizedException
    return present


def provide_visitor(request: HttpRequest) -> Actor | None:
    """Who is signed in, if anybody is."""
    actor = request.scope.get("user")
    return actor if isinstance(actor, Actor) else None


def provide_after_commit(request: HttpRequest) -> AfterCommit:
    """To be called after the transaction: what became due runs once the response is out, so nobody waits for it."""

    def after_commit() -> None:
        request.scope["state"][_WANTED] = True

    return after_commit


def run_due_after_response(tools: Tools) -> Callable[[HttpRequest], Any]:
    """The hook that does what ``after_commit`` asked for."""

    async def after_response(request: HttpRequest) -> None:
        if request.scope["state"].get(_WANTED):
            await sync_to_thread(tools.run_due)

    return after_response
