"""Who may come in at all. What somebody may do with one request or match is decided in marketplace.permissions."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from marketplace.permissions import Actor


def _actor(connection: ASGIConnection[Any, Any, Any, Any]) -> Actor:
    actor = connection.scope.get("user")
    if not isinstance(actor, Actor):
        raise NotAuthorizedException
    return actor


def requires_sign_in(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody, whoever it is."""
    _actor(connection)


def requires_staff(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody who works on cases."""
    if not _actor(connection).is_staff:
        raise PermissionDeniedException


def requires_reader(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody who may read the figures."""
    if not _actor(connection).is_reader:
        raise PermissionDeniedException
