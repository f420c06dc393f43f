"""What handlers ask for by name: the visit with all that most of them need; links, settings and the like besides."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias, TypeVar

from litestar import Response
from litestar.concurrency import sync_to_thread
from litestar.di import Dependency, Provide
from litestar.exceptions import NotAuthorizedException
from litestar.params import SkipValidationMarker, URLEncodedBody
from litestar.response import Redirect

from marketplace.buddies.policies import BuddyPolicy
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.links import (
    AddressLinks,
    AnswerLinks,
    BuddyLinks,
    CertificateLinks,
    DriverDayLinks,
    EvaluationLinks,
    FeedLinks,
    GuardianLinks,
    HandOverLinks,
    InvitationLinks,
    ServiceHoursLinks,
    SignInLinks,
    StandbyLinks,
)
from marketplace.passwords import Hasher
from marketplace.permissions import Actor
from marketplace.rides.money import MoneyPolicy
from marketplace.rides.planning import Solve
from marketplace.second_factor import FactorKeys
from marketplace.settings import Settings
from marketplace.signing import Present
from web.cookies import Cookies, FlashKind
from web.rendering import HttpRequest, Site, redirect, render

RunDue = Callable[[], None]

T = TypeVar("T")
# How a handler asks for one of them: ``visit: Given[Visit]``. The name of the parameter decides which.
Given: TypeAlias = Annotated[T, Dependency(kind="named"), SkipValidationMarker()]

# What a form sends: a name that was sent more than once comes as a list.
Typed: TypeAlias = URLEncodedBody[dict[str, str | list[str]]]
# What a handler gives back: a page, or the way to another.
Answer: TypeAlias = Response[str] | Redirect

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
    day_links: DriverDayLinks
    standby_links: StandbyLinks
    hand_over_links: HandOverLinks
    guardian_links: GuardianLinks
    service_hours_links: ServiceHoursLinks
    certificate_links: CertificateLinks
    invitation_links: InvitationLinks
    buddy_links: BuddyLinks
    # In which weeks the two of a trajectory are asked how it goes, and the like.
    buddy_policy: BuddyPolicy
    # How a day of rides is planned; weighing a move by hand asks it too.
    solve: Solve
    # Up to how much a driver may get in a year.
    ride_money: MoneyPolicy
    hasher: Hasher
    factor_keys: FactorKeys
    # Runs what is due now; catches and logs whatever goes wrong.
    run_due: RunDue


@dataclass(frozen=True)
class Visit:
    """One request to the site: who comes, when, and what nearly every page needs to answer."""

    request: HttpRequest
    sessions: Sessions
    site: Site
    # Read once, when the request came in: whatever a page asks, it asks about the same instant.
    now: datetime
    # Who is signed in, if anybody is.
    visitor: Actor | None

    @property
    def actor(self) -> Actor:
        """Who is signed in; without anybody, the site asks to sign in first."""
        if self.visitor is None:
            raise NotAuthorizedException
        return self.visitor

    def after_commit(self) -> None:
        """To be called after the transaction: what became due runs once the response is out, so nobody waits for it."""
        self.request.scope["state"][_WANTED] = True

    def render(self, template: str, page: object, *, status: int = 200) -> Response[str]:
        """Draw a page for this visit."""
        return render(template, page, request=self.request, status=status)

    def redirect(self, path: str, *, flash: str = "", kind: FlashKind = "done") -> Redirect:
        """Go to another page of the site, perhaps with a sentence to show there."""
        return redirect(path, request=self.request, flash=flash, kind=kind)


# What the visit holds already; everything else of the tools may be asked for by its own name.
_OF_THE_VISIT: Final = {"sessions", "clock", "site"}
_RENAMED: Final = {"cookies": "jar"}  # Litestar itself gives the cookies of the request by that name


def tools_of(request: HttpRequest) -> Tools:
    """What the composition root handed to the site."""
    tools = request.app.state.tools
    assert isinstance(tools, Tools)
    return tools


def provide() -> dict[str, Provide]:
    """The names that handlers may ask for."""
    names = {each.name for each in fields(Tools)} - _OF_THE_VISIT
    return {_RENAMED.get(name, name): Provide(_giving(name), sync_to_thread=False) for name in names} | {
        "visit": Provide(provide_visit, sync_to_thread=False),
        "present": Provide(provide_present, sync_to_thread=False),
    }


def _giving(field: str) -> Callable[[HttpRequest], Any]:
    def give(request: HttpRequest) -> Any:
        return getattr(tools_of(request), field)

    return give


def provide_visit(request: HttpRequest) -> Visit:
    """This request to the site, and the instant that it came."""
    tools, user = tools_of(request), request.scope.get("user")
    return Visit(request, tools.sessions, tools.site, tools.clock(), user if isinstance(user, Actor) else None)


def provide_present(request: HttpRequest) -> Present:
    """The sign-in of who is signed in; without one, the site asks to sign in first."""
    present = request.scope.get("auth")
    if not isinstance(present, Present):
        raise NotAuthorizedException
    return present


async def run_due_after_response(request: HttpRequest) -> None:
    """The hook that does what ``after_commit`` asked for."""
    if request.scope["state"].get(_WANTED):
        await sync_to_thread(tools_of(request).run_due)
