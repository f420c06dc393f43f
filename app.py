"""Puts everything together: settings → engine → sessions → clock → jobs → routes.

``python app.py`` serves the site; ``python app.py work`` runs the jobs without it, ``work --once`` each of them once.
"""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvicorn
from litestar import Litestar
from litestar.concurrency import sync_to_thread
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router
from sqlalchemy import Engine

from marketplace import catalogue, jobs
from marketplace.buddies.policies import BuddyPolicy
from marketplace.clock import Clock
from marketplace.database import Sessions, make_engine
from marketplace.delivery import outbox
from marketplace.delivery.message import Sender
from marketplace.delivery.sink import Sink, SinkSender
from marketplace.delivery.sms import FileSms
from marketplace.delivery.smtp import MailServer, SmtpSender
from marketplace.jobs import Means
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
from marketplace.models import NoticeChannel
from marketplace.passwords import Hasher
from marketplace.rides.money import MoneyPolicy
from marketplace.rides.policies import PLANNING
from marketplace.second_factor import FactorKeys
from marketplace.settings import Settings, UnsafeSettings
from matching.threads import sum_on_one_thread
from web import errors
from web.controllers import CONTROLLERS
from web.controllers.postbox import PostboxController
from web.cookies import Cookies
from web.dependencies import Tools, provide, run_due_after_response
from web.mail_words import Places
from web.mails import Mails
from web.middleware import WhoIsThis, answering_head, security_headers
from web.rendering import Renderer, Site

STATIC: Final = Path(__file__).parent / "web" / "static"
STATIC_SECONDS: Final = 3600

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """Everything put together, but nothing started."""

    settings: Settings
    engine: Engine
    tools: Tools
    mails: Mails
    means: Means
    sink: Sink | None
    # Whether the engine was made here, and goes when the site stops.
    owns_engine: bool

    @contextmanager
    def open(self, *, scheduler: bool) -> Iterator[None]:
        """Start what runs beside the requests: the sink for mails, and the jobs where they are wanted."""
        clockwork = jobs.make_scheduler(self.means) if scheduler else None
        if self.sink is not None:
            self.sink.start()
        try:
            if clockwork is not None:
                clockwork.start()
            yield
        finally:
            if clockwork is not None:
                clockwork.shutdown(wait=True)
            if self.sink is not None:
                self.sink.stop()


def site_of(settings: Settings) -> Site:
    """What every page says about where one is. Known without the database, so that an outage has a page too."""
    return Site(
        name=settings.site_name,
        municipality=settings.municipality_name,
        municipality_id=catalogue.id_of(settings.municipality_slug),
        organisation=settings.organisation,
        telephone=settings.telephone,
        is_demo=settings.is_demo,
        privacy_url=settings.privacy_url,
        base_url=settings.base_url,
    )


def places_of(settings: Settings) -> Places:
    """Where links lead, each kind with a signature of its own."""
    key, base_url = settings.secret_key, settings.base_url
    return Places(
        base_url,
        AnswerLinks(key, base_url),
        SignInLinks(key, base_url),
        EvaluationLinks(key, base_url),
        AddressLinks(key, base_url),
        DriverDayLinks(key, base_url),
        StandbyLinks(key, base_url),
        HandOverLinks(key, base_url),
        GuardianLinks(key, base_url),
        ServiceHoursLinks(key, base_url),
        InvitationLinks(key, base_url),
        BuddyLinks(key, base_url),
    )


def build(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    engine: Engine | None = None,
    sender: Sender | None = None,
    hasher: Hasher | None = None,
) -> House:
    """Put everything together. Reads no environment and opens no connection."""
    owns_engine = engine is None
    engine = engine or make_engine(settings.database_url)
    sessions = Sessions(engine)
    site, cookies = site_of(settings), Cookies(settings.secret_key, is_https=settings.is_https)
    renderer = Renderer(site, cookies)
    places = places_of(settings)
    mails = Mails(renderer, places, clock, settings.mail_from)
    sink = Sink(Path(settings.postbox)) if settings.keeps_mail_here and sender is None else None
    gives = sender or sender_of(settings, sink, clock)
    texts = FileSms(Path(settings.sms_folder))
    means = Means(
        sessions,
        clock,
        deliver=lambda: (
            outbox.drain(sessions, clock, gives, mails.word)
            + outbox.drain(sessions, clock, texts, mails.word_sms, channel=NoticeChannel.SMS)
        ),
        ride_planning=replace(PLANNING, seconds=settings.ride_planning_seconds),
        ride_money=MoneyPolicy(yearly_limit_cents=100 * settings.yearly_limit_euro),
        buddies=BuddyPolicy(talk_weeks=settings.talk_weeks),
        key=settings.secret_key,
    )
    tools = Tools(
        settings=settings,
        sessions=sessions,
        clock=clock,
        site=site,
        cookies=cookies,
        answer_links=places.answers,
        evaluation_links=places.evaluations,
        feed_links=FeedLinks(settings.secret_key, settings.base_url),
        sign_in_links=places.sign_ins,
        address_links=places.address_links,
        day_links=places.days,
        standby_links=places.standby,
        hand_over_links=places.hand_overs,
        guardian_links=places.guardians,
        invitation_links=places.invitations,
        buddy_links=places.buddies,
        buddy_policy=means.buddies,
        service_hours_links=places.service_hours,
        certificate_links=CertificateLinks(settings.secret_key, settings.base_url),
        solve=means.solve,
        ride_money=means.ride_money,
        hasher=hasher or Hasher(),
        factor_keys=FactorKeys(settings.secret_key),
        run_due=lambda: jobs.run_due_now(means),
    )
    return House(settings, engine, tools, mails, means, sink, owns_engine)


def sender_of(settings: Settings, sink: Sink | None, clock: Clock) -> Sender:
    """The mail server of the settings, or the sink."""
    if sink is not None:
        return SinkSender(sink, mail_from=settings.mail_from, name=settings.site_name, clock=clock)
    server = MailServer.of(settings)
    return SmtpSender(server, mail_from=settings.mail_from, name=settings.site_name, clock=clock)


def create_app(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    engine: Engine | None = None,
    sender: Sender | None = None,
    hasher: Hasher | None = None,
) -> Litestar:
    """The site. Touches no database until the first request; the jobs start and stop with it."""
    return move_in(site_for(settings), build(settings, clock=clock, engine=engine, sender=sender, hasher=hasher))


def move_in(site: Litestar, house: House) -> Litestar:
    """Let a site that is not running stand on this house."""
    site.state.house, site.state.tools = house, house.tools
    site.state.renderer, site.state.places = house.mails.renderer, house.mails.places
    return site


def site_for(settings: Settings) -> Litestar:
    """The routes and what stands around them, without a house yet. Of the settings it knows how the site is reached,
    its secret, and whether mail is kept here."""
    static = create_static_files_router(
        path="/static", directories=[STATIC], cache_control=CacheControlHeader(max_age=STATIC_SECONDS, public=True)
    )
    site = Litestar(
        route_handlers=[*CONTROLLERS, *([PostboxController] if settings.keeps_mail_here else []), static],
        lifespan=[_living_in],
        dependencies=provide(),
        middleware=[WhoIsThis()],
        before_send=[security_headers(is_https=settings.is_https)],
        after_response=run_due_after_response,
        exception_handlers=errors.handlers(),
        csrf_config=CSRFConfig(
            secret=settings.secret_key,
            cookie_name=Cookies(settings.secret_key, is_https=settings.is_https).csrf,
            cookie_secure=settings.is_https,
            cookie_httponly=True,
            exclude=["^/static"],
        ),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=1_000_000,
    )
    # A method without a handler never reaches a middleware, so this stands around all of them.
    site.asgi_handler = answering_head(site.asgi_handler)
    return site


@asynccontextmanager
async def _living_in(site: Litestar) -> AsyncIterator[None]:
    house: House = site.state.house
    opened = house.open(scheduler=house.settings.scheduler)
    await sync_to_thread(opened.__enter__)
    try:
        yield
    finally:
        await sync_to_thread(opened.__exit__, None, None, None)
        if house.owns_engine:
            house.engine.dispose()


def from_environ() -> Litestar:
    """The site with the settings of the environment, for ``uvicorn --factory app:from_environ``."""
    return create_app(Settings.from_environ(os.environ))


def serve(settings: Settings) -> None:
    """Serve the site until told to stop."""
    print(f"{settings.site_name} {settings.municipality_name}: {settings.base_url}", flush=True)
    # Paths of mailed links are keys, so there is no access log; errors name the route instead.
    uvicorn.run(
        create_app(settings),
        host=settings.bind,
        port=settings.port,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=20,
        log_config=None,
    )


def work(settings: Settings, *, once: bool) -> None:
    """Run the jobs in a process of their own, until told to stop or each of them once."""
    house = build(settings)
    if once:
        with house.open(scheduler=False):
            failed = jobs.run_once(house.means)
        if failed:
            sys.exit(f"These jobs did not go well, see the log: {', '.join(failed)}")
        return
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with house.open(scheduler=True):
        stopped.wait()


def main() -> None:
    """Read the settings and do what was asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("serve", "work"), default="serve")
    parser.add_argument("--once", action="store_true", help="with work: run every job once and stop")
    asked = parser.parse_args()
    sum_on_one_thread()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # The scheduler tells of every tick, the sink of every address, and alembic of every look at the schema.
    for name in ("apscheduler", "mail.log", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        settings = Settings.from_environ(os.environ)
    except UnsafeSettings as refused:
        sys.exit(f"These settings cannot be used:\n{refused}")
    if asked.what == "work":
        work(settings, once=asked.once)
    else:
        serve(settings)


if __name__ == "__main__":
    main()
