"""Puts the site together: settings → engine → sessions → clock → jobs → routes. ``python app.py`` serves it."""

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvicorn
from litestar import Litestar
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.static_files import create_static_files_router
from sqlalchemy import Engine

from marketplace import catalogue
from marketplace.clock import Clock
from marketplace.database import Sessions, make_engine
from marketplace.settings import Settings, UnsafeSettings
from web import errors
from web.controllers import CONTROLLERS
from web.cookies import Cookies
from web.dependencies import Tools, provide, run_due_after_response
from web.links import AnswerLinks, SignInLinks
from web.middleware import WhoIsThis, security_headers
from web.rendering import Renderer, Site

STATIC: Final = Path(__file__).parent / "web" / "static"
STATIC_SECONDS: Final = 3600


def utc_now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


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


def create_app(settings: Settings, *, clock: Clock = utc_now, engine: Engine | None = None) -> Litestar:
    """The site. Reads no environment and touches no database until the first request."""
    sessions = Sessions(engine or make_engine(settings.database_url))
    site, cookies = site_of(settings), Cookies(settings.secret_key, is_https=settings.is_https)
    tools = Tools(
        settings=settings,
        sessions=sessions,
        clock=clock,
        site=site,
        cookies=cookies,
        answer_links=AnswerLinks(settings.secret_key, settings.base_url),
        sign_in_links=SignInLinks(settings.secret_key, settings.base_url),
        run_due=lambda: None,
    )
    static = create_static_files_router(
        path="/static", directories=[STATIC], cache_control=CacheControlHeader(max_age=STATIC_SECONDS, public=True)
    )
    return Litestar(
        route_handlers=[*CONTROLLERS, static],
        dependencies=provide(tools),
        middleware=[WhoIsThis(sessions, clock, cookies.sign_in)],
        before_send=[security_headers(is_https=settings.is_https)],
        after_response=run_due_after_response(tools),
        exception_handlers=errors.handlers(),
        csrf_config=CSRFConfig(
            secret=settings.secret_key,
            cookie_name=cookies.csrf,
            cookie_secure=settings.is_https,
            cookie_httponly=True,
            exclude=["^/static"],
        ),
        state=State({"renderer": Renderer(site, cookies)}),
        openapi_config=None,
        logging_config=None,
        request_max_body_size=1_000_000,
    )


def from_environ() -> Litestar:
    """The site with the settings of the environment, for ``uvicorn --factory app:from_environ``."""
    return create_app(Settings.from_environ(os.environ))


def main() -> None:
    """Serve the site until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings.from_environ(os.environ)
    except UnsafeSettings as refused:
        sys.exit(f"These settings cannot be used:\n{refused}")
    print(f"{settings.site_name} {settings.municipality_name}: {settings.base_url}", flush=True)
    # Paths of mailed links are keys, so there is no access log; errors name the route instead.
    uvicorn.run(
        create_app(settings),
        host=settings.bind,
        port=settings.port,
        access_log=False,
        server_header=False,
        log_config=None,
    )


if __name__ == "__main__":
    main()
