"""What an operator's commands ask of a database that may be of any age, or hold nothing at all."""

from sqlalchemy import Connection, column, func, inspect, select, table


def count_rows(connection: Connection) -> dict[str, int]:
    """How many rows each table holds."""
    names = sorted(inspect(connection).get_table_names())
    return {name: connection.execute(select(func.count()).select_from(table(name))).scalar_one() for name in names}


def holds_people(connection: Connection) -> bool:
    """Whether anybody is known there."""
    if not inspect(connection).has_table("person"):
        return False
    return bool(connection.execute(select(func.count()).select_from(table("person"))).scalar_one())


def list_erased(connection: Connection) -> list[str]:
    """Who was erased, as keyed hashes."""
    if not inspect(connection).has_table("erasure"):
        return []
    erasures = table("erasure", column("key_hash"))
    return sorted(connection.execute(select(erasures.c.key_hash)).scalars())
