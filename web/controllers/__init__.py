"""The pages of the site, by what people come to do. A new controller gets one import and one line here."""

from litestar.types import ControllerRouterHandler

from web.controllers.coordinating import CoordinatingController
from web.controllers.health import HealthController
from web.controllers.offering import OfferingController
from web.controllers.signing import SigningController

CONTROLLERS: tuple[ControllerRouterHandler, ...] = (
    HealthController,
    SigningController,
    OfferingController,
    CoordinatingController,
)
