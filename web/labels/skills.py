"""Kinds of help as people see them: the names of the work areas and which drawing belongs to a kind."""

from collections.abc import Mapping
from typing import Final

WORK_AREAS: Final[Mapping[str, str]] = {
    "meeting_company": "Ontmoeting en gezelschap",
    "house_garden_kitchen": "Huis, tuin en keuken",
    "transport": "Vervoer",
    "clubs_organisations": "Clubs en organisaties",
}
# Names of _macros/drawing.html. What is not listed has the drawing of its group or work area.
_OF_KIND: Final[Mapping[str, str]] = {
    "garden.hedge": "hedge",
    "home.groceries": "groceries",
    "home.cooking": "groceries",
    "home.pets": "pets",
    "transport.wheelchair_push": "walking",
    "company.walking": "walking",
    "company.cycling": "walking",
    "company.sport": "walking",
    "company.phone": "telephone",
    "company.buddy": "care",
    "company.family": "care",
    "company.respite": "care",
    "club.green": "garden",
}
_OF_GROUP: Final[Mapping[str, str]] = {
    "garden": "garden",
    "home": "home",
    "digital": "digital",
    "admin": "administration",
    "transport": "transport",
    "company": "company",
    "club": "clubs",
}


def picture_of(skill_code: str) -> str:
    """The drawing that goes with a kind of help."""
    return _OF_KIND.get(skill_code) or _OF_GROUP.get(skill_code.split(".")[0], "help")


def work_area_name(code: str) -> str:
    """What a work area is called."""
    return WORK_AREAS.get(code, code)
