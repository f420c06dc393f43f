"""The figures, for those who steer by them and for the municipality."""

from litestar import Controller, Response, get
from litestar.params import FromQuery

from marketplace import permissions
from marketplace.metrics.report import make_report, usual_period
from web.dependencies import Given, Visit
from web.forms.reading import read_line
from web.guards import requires_reader
from web.pages.figures import FiguresPage, read_period, show
from web.pages.figures_dimensions import count_dimensions


class FiguresController(Controller):
    """Coordinators, the team lead, and readers of the municipality."""

    guards = [requires_reader]

    @get("/cijfers", sync_to_thread=True)
    def show(self, visit: Given[Visit], van: FromQuery[str] = "", tot: FromQuery[str] = "") -> Response[str]:
        """The rate beside the 79 %, and what belongs to it; of the last three full months unless asked otherwise."""
        permissions.require(permissions.may_read_figures(visit.actor, visit.site.municipality_id))
        typed = {"van": van, "tot": tot}
        asked = read_period(read_line(typed, "van"), read_line(typed, "tot"), usual_period(visit.now))
        if asked.period is None:
            return visit.render("figures/figures.html", FiguresPage(asked, None), status=400)
        with visit.sessions.read() as session:
            report = make_report(
                session,
                municipality_id=visit.site.municipality_id,
                from_on=asked.period.from_on,
                to_on=asked.period.to_on,
                now=visit.now,
            )
            served = count_dimensions(session, visit.site.municipality_id, asked.period)
        return visit.render("figures/figures.html", FiguresPage(asked, show(report), served=served))
