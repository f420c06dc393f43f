"""The tokens in mailed links: a signature over an id, made when the mail is written and stored nowhere."""

from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer


class _IdLinks:
    """Signs ids for one purpose; a token for one purpose is nothing to another."""

    salt: str
    folder: str

    def __init__(self, secret: str, base_url: str = "") -> None:
        self._signer = URLSafeSerializer(secret, salt=self.salt)
        self._base_url = base_url

    def sign(self, subject_id: UUID) -> str:
        """The token for this id."""
        return str(self._signer.dumps(str(subject_id)))

    def read(self, token: str) -> UUID | None:
        """The id that a token was made for; None where we did not make it."""
        try:
            return UUID(self._signer.loads(token))
        except (BadSignature, ValueError, TypeError, AttributeError):
            return None

    def path(self, subject_id: UUID) -> str:
        """Where the link leads on this site."""
        return f"{self.folder}/{self.sign(subject_id)}"

    def url(self, subject_id: UUID) -> str:
        """The whole address, as a mail needs it."""
        return f"{self._base_url}{self.path(subject_id)}"


class AnswerLinks(_IdLinks):
    """Links to one proposal: to answer it, and then to read or cancel that one match. They never sign in."""

    salt = "answer"
    folder = "/antwoord"


class DriverDayLinks(_IdLinks):
    """Links to one driver's day: to read it, to answer, and to say how each ride went. They never sign in."""

    salt = "driver-day"
    folder = "/rijden"


class StandbyLinks(_IdLinks):
    """Links by which a standby driver answers for one ride. They never sign in."""

    salt = "standby"
    folder = "/invallen"


class EvaluationLinks(_IdLinks):
    """Links by which one of the two of a match says how it was. They never sign in."""

    salt = "how-was-it"
    folder = "/hoe-was-het"

    def path_of(self, match_id: UUID, person_id: UUID) -> str:
        """Where this person says how this match was."""
        return f"{self.folder}/{self._signer.dumps([str(match_id), str(person_id)])}"

    def url_of(self, match_id: UUID, person_id: UUID) -> str:
        """The same as a mail needs it."""
        return f"{self._base_url}{self.path_of(match_id, person_id)}"

    def read_pair(self, token: str) -> tuple[UUID, UUID] | None:
        """The match and the person that a token was made for; None where we did not make it."""
        try:
            match_id, person_id = self._signer.loads(token)
            return UUID(match_id), UUID(person_id)
        except (BadSignature, ValueError, TypeError, AttributeError):
            return None


class FeedLinks(_IdLinks):
    """Links to somebody's dates, for their own calendar. A new version ends every link made before."""

    salt = "feed"
    folder = "/agenda"

    def url_of(self, person_id: UUID, version: int) -> str:
        """Where a calendar fetches this person's dates."""
        return f"{self._base_url}{self.folder}/{self._signer.dumps([str(person_id), version])}/afspraken.ics"

    def read_version(self, token: str) -> tuple[UUID, int] | None:
        """The person and the version that a token was made for; None where we did not make it."""
        try:
            person_id, version = self._signer.loads(token)
            return UUID(person_id), int(version)
        except (BadSignature, ValueError, TypeError, AttributeError):
            return None


class HandOverLinks(_IdLinks):
    """Links by which another organisation reads one hand-over and says whether they take it. They never sign in."""

    salt = "hand-over"
    folder = "/overdracht"


class ServiceHoursLinks(_IdLinks):
    """Links by which an organisation says whether hours are right. They never sign in."""

    salt = "service-hours"
    folder = "/uren"


class CertificateLinks(_IdLinks):
    """What the square on a certificate leads to: whether it is true."""

    salt = "certificate"
    folder = "/bewijs"


class GuardianLinks(_IdLinks):
    """Links by which a parent says whether their child may help, sees what it does, and stops. They never sign in."""

    salt = "guardian"
    folder = "/ouder"


class InvitationLinks(_IdLinks):
    """Links by which the owner of one address joins an organisation, once signed in. They never sign in."""

    salt = "invitation"
    folder = "/uitnodiging"


class BuddyLinks(_IdLinks):
    """Links by which one of the two of a trajectory answers what is asked of them now. They never sign in, and show
    nothing of what was said before."""

    salt = "buddy"
    folder = "/maatje/vraag"

    def path_of(self, trajectory_id: UUID, person_id: UUID) -> str:
        """Where this person answers in this trajectory."""
        return f"{self.folder}/{self._signer.dumps([str(trajectory_id), str(person_id)])}"

    def url_of(self, trajectory_id: UUID, person_id: UUID) -> str:
        """The same as a mail needs it."""
        return f"{self._base_url}{self.path_of(trajectory_id, person_id)}"

    def read_pair(self, token: str) -> tuple[UUID, UUID] | None:
        """The trajectory and the person that a token was made for; None where we did not make it."""
        try:
            trajectory_id, person_id = self._signer.loads(token)
            return UUID(trajectory_id), UUID(person_id)
        except (BadSignature, ValueError, TypeError, AttributeError):
            return None


class SignInLinks(_IdLinks):
    """Links that sign in once."""

    salt = "sign-in"
    folder = "/inloggen"


class AddressLinks(_IdLinks):
    """Links that show that a new e-mail address is somebody's own. They never sign in."""

    salt = "address"
    folder = "/nieuw-adres"
