"""For whoever watches the machine: is this process alive, and can it do its work?"""

from litestar import Controller, Response, get
from litestar.enums import MediaType
from sqlalchemy.exc import SQLAlchemyError

from marketplace import schema
from marketplace.queries import undelivered
from web.dependencies import Given, Visit


class HealthController(Controller):
    """Open to everybody, says nothing about anybody."""

    @get("/healthz", sync_to_thread=False)
    def alive(self) -> Response[str]:
        """This process answers."""
        return Response("ok\n", media_type=MediaType.TEXT)

    @get("/readyz", sync_to_thread=True)
    def ready(self, visit: Given[Visit]) -> Response[str]:
        """The database can be written and has the schema this code was made for; how old the oldest waiting mail is.

        A mail server that is away makes nobody else's work impossible, so it is told and the answer stays 200.
        """
        try:
            with visit.sessions.begin() as session:
                revision = schema.revision_of(session.connection())
                schema.require_writable(session.connection())
                mails = undelivered.find_oldest_waiting(session, now=visit.now) if is_ours(revision) else None
        except SQLAlchemyError:
            return Response("the database cannot be written\n", media_type=MediaType.TEXT, status_code=503)
        if not is_ours(revision):
            return Response("the database has another schema: migrate\n", media_type=MediaType.TEXT, status_code=503)
        waiting_s = int(mails.total_seconds()) if mails is not None else 0
        return Response(f"ok\nthe oldest waiting mail: {waiting_s} s\n", media_type=MediaType.TEXT)


def is_ours(revision: str | None) -> bool:
    """Whether this code was made for a schema of this version."""
    return revision == schema.newest_revision()
