"""An organisation comes to be, is seen by staff, changes what it tells of itself, and ends."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlmodel import Session

from marketplace import history, minors, notices, permissions
from marketplace.asks import check_public
from marketplace.errors import InvalidInput
from marketplace.geocoding import Place
from marketplace.lifecycle.clubs import OrganisationAction, advance_organisation
from marketplace.models import (
    ActingAs,
    EventKind,
    MemberRole,
    Municipality,
    NoticeKind,
    Organisation,
    OrganisationMember,
    OrganisationStatus,
)
from marketplace.permissions import Actor
from marketplace.queries import organisations as queries
from marketplace.queries import people

LONGEST_NAME: Final = 80
LONGEST_ABOUT: Final = 1000
LONGEST_REACHED: Final = 120
_HOST: Final = re.compile(r"(?=.{4,120}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}")
_PATH: Final = re.compile(r"[A-Za-z0-9/._~%+-]*")


@dataclass(frozen=True)
class Profile:
    """What an organisation tells of itself; the website as it was typed."""

    name: str
    about: str
    place: Place
    website: str = ""
    reached_by: str = ""


def key_of(name: str) -> str:
    """By what name an organisation is known, whatever its capitals and spaces."""
    return " ".join(name.split()).lower()


def tidy_website(typed: str) -> str | None:
    """The address of a site as a link needs it, always https; empty for nothing, None for what is no address."""
    written = typed.strip()
    if not written:
        return ""
    parts = urlsplit(written if "://" in written else f"https://{written}")
    try:
        is_plain = parts.port is None and parts.username is None
    except ValueError:
        return None
    host = (parts.hostname or "").lower()
    if parts.scheme not in ("http", "https") or not is_plain or not _HOST.fullmatch(host):
        return None
    if not _PATH.fullmatch(parts.path) or parts.query or parts.fragment:
        return None
    found = f"https://{host}{parts.path.rstrip('/')}"
    return found if len(found) <= 200 else None


def found(
    session: Session,
    profile: Profile,
    *,
    municipality: Municipality,
    actor: Actor,
    now: datetime,
    says_sixteen: bool = True,
) -> Organisation:
    """Somebody with an e-mail address founds an organisation and owns it; what they asked in its name becomes its own.

    It works at once; on public lists it stands once staff have seen it. Raises InvalidInput, also for a child, or who
    does not say that they are none.
    """
    founder = people.get_person(session, actor.person_id)
    problems = _check(session, profile, municipality)
    problems |= minors.age_problems(session, founder.id, says_sixteen=says_sixteen, now=now)
    if founder.email is None:
        problems["name"] = "organisation_email_needed"
    if problems:
        raise InvalidInput(problems)
    organisation = Organisation(
        municipality_id=municipality.id,
        **_fields(profile),
        contact_id=founder.id,
        founded_at=now,
    )
    session.add(organisation)
    session.flush()
    session.add(
        OrganisationMember(organisation_id=organisation.id, person_id=founder.id, role=MemberRole.OWNER, since_at=now)
    )
    for request in queries.list_requests_named(session, municipality.id, founder.id, organisation.name_key):
        request.organisation_id = organisation.id
        session.add(request)
    _record(session, EventKind.ORGANISATION_FOUNDED, organisation, ActingAs.ORGANISATION, actor, now)
    session.flush()
    return organisation


def change(
    session: Session,
    profile: Profile,
    *,
    organisation_id: UUID,
    contact_id: UUID | None,
    municipality: Municipality,
    actor: Actor,
    now: datetime,
) -> Organisation:
    """What it tells of itself, and who of the members is its contact. Raises NotAllowed, InvalidInput."""
    organisation = queries.lock(session, organisation_id)
    permissions.require(organisation_id in actor.organisations)
    problems = _check(session, profile, municipality, besides=organisation_id)
    if contact_id is not None and queries.find_role(session, organisation_id, contact_id) is None:
        problems["contact"] = "contact_no_member"
    if problems:
        raise InvalidInput(problems)
    was_called = organisation.name
    for name, value in _fields(profile).items():
        setattr(organisation, name, value)
    organisation.contact_id = contact_id or organisation.contact_id
    if was_called != organisation.name:
        _note_name(session, organisation, was_called, actor, now)
    session.add(organisation)
    session.flush()
    return organisation


def _note_name(session: Session, organisation: Organisation, was_called: str, actor: Actor, now: datetime) -> None:
    """Seen under another name: staff look again, and it stays on the lists meanwhile. Back again, nothing is left."""
    history.record(
        session,
        EventKind.ORGANISATION_RENAMED,
        at=now,
        municipality_id=organisation.municipality_id,
        acting_as=ActingAs.ORGANISATION,
        actor_id=actor.person_id,
        organisation=str(organisation.id),
        was=was_called,
        name=organisation.name,
    )
    if organisation.status is not OrganisationStatus.CONFIRMED:
        return
    seen_as = organisation.was_called or was_called
    is_back = seen_as == organisation.name
    organisation.was_called, organisation.renamed_at = ("", None) if is_back else (seen_as, now)


def confirm(session: Session, *, organisation_id: UUID, actor: Actor, now: datetime) -> Organisation:
    """Staff saw that it is one, or its new name: it stands on the public lists. Mediates nothing. Twice is once.

    Raises NotAllowed.
    """
    organisation = queries.lock(session, organisation_id)
    permissions.require(actor.has_role(organisation.municipality_id, permissions.DESK_WORKERS))
    if organisation.status is OrganisationStatus.CONFIRMED:
        if organisation.renamed_at is not None:
            organisation.seen_by_id, organisation.seen_at = actor.person_id, now
            organisation.was_called, organisation.renamed_at = "", None
            session.add(organisation)
            _record(session, EventKind.ORGANISATION_CONFIRMED, organisation, ActingAs.STAFF, actor, now)
        return organisation
    advance_organisation(session, organisation, OrganisationAction.CONFIRM, at=now, by=actor.person_id)
    _record(session, EventKind.ORGANISATION_CONFIRMED, organisation, ActingAs.STAFF, actor, now)
    if organisation.contact_id is not None:
        notices.queue(
            session,
            NoticeKind.ORGANISATION_CONFIRMED,
            municipality_id=organisation.municipality_id,
            person_id=organisation.contact_id,
            at=now,
            key=str(organisation.id),
            organisation=organisation.id,
        )
    return organisation


def end(session: Session, *, organisation_id: UUID, actor: Actor, now: datetime) -> Organisation:
    """Staff found that it is none: its page is gone, what was asked stays with who asked it. Raises NotAllowed."""
    organisation = queries.lock(session, organisation_id)
    permissions.require(actor.has_role(organisation.municipality_id, permissions.DESK_WORKERS))
    if organisation.status is not OrganisationStatus.ENDED:
        stop(session, organisation, acting_as=ActingAs.STAFF, actor=actor, now=now)
    return organisation


def stop(session: Session, organisation: Organisation, *, acting_as: ActingAs, actor: Actor, now: datetime) -> None:
    """It is no longer there; the caller decided so."""
    advance_organisation(session, organisation, OrganisationAction.END, at=now)
    _record(session, EventKind.ORGANISATION_ENDED, organisation, acting_as, actor, now)


def _fields(profile: Profile) -> dict[str, Any]:
    return {
        "name": " ".join(profile.name.split()),
        "name_key": key_of(profile.name),
        "about": profile.about.strip(),
        "website": tidy_website(profile.website) or "",
        "reached_by": " ".join(profile.reached_by.split()),
        "postcode": profile.place.postcode,
        "neighbourhood": profile.place.neighbourhood,
    }


def _check(
    session: Session, profile: Profile, municipality: Municipality, besides: UUID | None = None
) -> dict[str, str]:
    problems = {
        "name": _check_name(session, profile.name, municipality.id, besides),
        "about": "organisation_about_missing"
        if not profile.about.strip()
        else check_public("organisation_about", profile.about, longest=LONGEST_ABOUT),
        "website": "organisation_website_form" if tidy_website(profile.website) is None else "",
        "reached_by": "reached_by_long" if len(profile.reached_by.strip()) > LONGEST_REACHED else "",
        "postcode": "" if profile.place.municipality == municipality.name else "postcode_elsewhere",
    }
    return {field: code for field, code in problems.items() if code}


def _check_name(session: Session, name: str, municipality_id: UUID, besides: UUID | None) -> str:
    if not name.strip():
        return "organisation_name_missing"
    if len(" ".join(name.split())) > LONGEST_NAME:
        return "organisation_name_long"
    known = queries.find_by_name(session, municipality_id, key_of(name))
    if known is not None and known.id != besides:
        return "organisation_known"
    return check_public("name", name, longest=LONGEST_NAME)


def _record(
    session: Session, kind: EventKind, organisation: Organisation, acting_as: ActingAs, actor: Actor, now: datetime
) -> None:
    history.record(
        session,
        kind,
        at=now,
        municipality_id=organisation.municipality_id,
        acting_as=acting_as,
        actor_id=actor.person_id,
        organisation=str(organisation.id),
    )
