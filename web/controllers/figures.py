"""The figures, for those who steer by them and for the municipality."""

from litestar import Controller, Response, get
from litestar.params import FromQuery

from marketplace import permissions
from marketplace.clock import Clock
from marketplace.database import Sessions
from marketplace.metrics.report import make_report, usual_period
from marketplace.permissions import Actor
from web.dependencies import Given
from web.forms.reading import read_line
from web.guards import requires_reader
from web.pages.figures import FiguresPage, read_period, show
from web.rendering import HttpRequest, Site, render


class FiguresController(Controller):
    """Coordinators, the team lead, and readers of the municipality."""

    guards = [requires_reader]

    @get("/cijfers", sync_to_thread=True)
    def show(
        self,
        request: HttpRequest,
        sessions: Given[Sessions],
        clock: Given[Clock],
        site: Given[Site],
        actor: Given[Actor],
        van: FromQuery[str] = "",
        tot: FromQuery[str] = "",
    ) -> Response[str]:
        """The rate beside the 79 %, and what belongs to it; of the last three full months unless asked otherwise."""
        permissions.require(permissions.may_read_figures(actor, site.municipality_id))
        now = clock()
        typed = {"van": van, "tot": tot}
        asked = read_period(read_line(typed, "van"), read_line(typed, "tot"), usual_period(now))
        if asked.period is None:
            return render("figures/figures.html", FiguresPage(asked, None), request=request, status=400)
        with sessions.read() as session:
            report = make_report(
                session,
                municipality_id=site.municipality_id,
                from_on=asked.period.from_on,
                to_on=asked.period.to_on,
                now=now,
            )
        return render("figures/figures.html", FiguresPage(asked, show(report)), request=request)
