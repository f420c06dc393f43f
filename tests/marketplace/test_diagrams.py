"""The diagrams of docs/lifecycles.md are those of the tables that decide."""

from enum import StrEnum

from marketplace import lifecycle
from tests.support import diagrams


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    BROKEN = "broken"


class Act(StrEnum):
    GO = "go_on"
    STOP = "stop"
    HIT = "hit"
    RUST = "rust"


def test_the_document_shows_the_tables_as_they_are():
    """After changing a table: python -m tests.support.diagrams."""
    assert diagrams.DOCUMENT.read_text(encoding="utf-8") == diagrams.document()


def test_every_table_of_the_lifecycle_is_drawn():
    assert set(diagrams.tables()) >= {"PROPOSAL_TRANSITIONS", "MATCH_TRANSITIONS", "SLOT_TRANSITIONS"}
    assert diagrams.tables()["MATCH_TRANSITIONS"] is lifecycle.MATCH_TRANSITIONS
    assert diagrams.document().count("```mermaid") == len(diagrams.tables())


def test_a_diagram_begins_ends_and_joins_what_leads_the_same_way():
    table = {
        (Light.RED, Act.GO): Light.GREEN,
        (Light.GREEN, Act.STOP): Light.RED,
        (Light.GREEN, Act.HIT): Light.BROKEN,
        (Light.GREEN, Act.RUST): Light.BROKEN,
    }
    assert diagrams.diagram(table).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> red",
        "    red --> green: go on",
        "    green --> red: stop",
        "    green --> broken: hit, rust",
        "    broken --> [*]",
    ]
