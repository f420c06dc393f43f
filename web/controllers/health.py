"""For whoever watches the machine: is this process alive, and can it do its work?"""

from litestar import Controller, Response, get
from litestar.enums import MediaType
from sqlalchemy.exc import SQLAlchemyError

from marketplace import schema
from marketplace.database import Sessions
from web.dependencies import Given


class HealthController(Controller):
    """Open to everybody, says nothing about anybody."""

    @get("/healthz", sync_to_thread=False)
    def alive(self) -> Response[str]:
        """This process answers."""
        return Response("ok\n", media_type=MediaType.TEXT)

    @get("/readyz", sync_to_thread=True)
    def ready(self, sessions: Given[Sessions]) -> Response[str]:
        """The database can be written and has the schema this code was made for."""
        try:
            with sessions.begin() as session:
                revision = schema.revision_of(session.connection())
                schema.require_writable(session.connection())
        except SQLAlchemyError:
            return Response("the database cannot be written\n", media_type=MediaType.TEXT, status_code=503)
        if revision != schema.newest_revision():
            return Response("the database has another schema: migrate\n", media_type=MediaType.TEXT, status_code=503)
        return Response("ok\n", media_type=MediaType.TEXT)
