"""Who could help whom, whom to ask now, and why: pure functions on plain frozen values.

No database, clock, settings or network: `now`, the skill table and every policy are arguments.
"""
