"""What somebody who asks for another is to them, in the words of who asks."""

from collections.abc import Mapping
from typing import Final

from marketplace.models import Relation

RELATIONS: Final[Mapping[Relation, str]] = {
    Relation.FAMILY_CARER: "Ik ben mantelzorger",
    Relation.FAMILY: "Ik ben familie",
    Relation.NEIGHBOUR: "Ik ben een buur",
    Relation.GP_NURSE: "Ik werk bij de huisarts",
    Relation.NEIGHBOURHOOD_WORKER: "Ik werk in de wijk",
    Relation.OTHER: "Iets anders",
}
# As staff read it in a case: "Vraag gesteld door Els (mantelzorger)".
IN_SHORT: Final[Mapping[Relation, str]] = {
    Relation.FAMILY_CARER: "mantelzorger",
    Relation.FAMILY: "familie",
    Relation.NEIGHBOUR: "buur",
    Relation.GP_NURSE: "huisartsenpraktijk",
    Relation.NEIGHBOURHOOD_WORKER: "wijkwerker",
    Relation.OTHER: "bekende",
}
