"""Who may come in at all. What somebody may do with one request or match is decided in marketplace.permissions."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from marketplace.permissions import Actor
from marketplace.signing import Present


class SecondFactorOwed(PermissionDeniedException):
    """Staff who did not give the code of their telephone yet in this sign-in."""


class ProofNeeded(PermissionDeniedException):
    """What matters most is only for who proved in the last minutes who they are."""


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
    actor = _actor(connection)
    _require_second_factor(connection)
    if not actor.is_staff:
        raise PermissionDeniedException


def requires_desk(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody who takes the questions, calls and letters of everybody."""
    actor = _actor(connection)
    _require_second_factor(connection)
    if not actor.is_desk:
        raise PermissionDeniedException


def requires_ride_planner(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody who plans rides, and so sees where people live who drive and ride."""
    actor = _actor(connection)
    _require_second_factor(connection)
    if not actor.is_ride_planner:
        raise PermissionDeniedException


def requires_concern_handler(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody of the small group that worries go to."""
    actor = _actor(connection)
    _require_second_factor(connection)
    if not actor.is_concern_handler:
        raise PermissionDeniedException


def requires_reader(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody who may read the figures."""
    actor = _actor(connection)
    _require_second_factor(connection)
    if not actor.is_reader:
        raise PermissionDeniedException


def requires_fresh_proof(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Somebody who gave a password, a code or a mailed link in the last minutes: it cannot be a forgotten browser."""
    _actor(connection)
    _require_second_factor(connection)
    requires_fresh_sign_in(connection, _handler)


def requires_fresh_sign_in(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """The same for staff who have no second factor yet: for the pages that set it up, and no others."""
    _actor(connection)
    present = connection.scope.get("auth")
    if not isinstance(present, Present) or not present.is_fresh:
        raise ProofNeeded


def _require_second_factor(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    present = connection.scope.get("auth")
    if isinstance(present, Present) and present.owes_second_factor:
        raise SecondFactorOwed
