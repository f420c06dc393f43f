"""What every test of buddies begins with: a unit that writes, and a buddy coordinator."""

import pytest

from tests.support.buddy_builders import a_buddy_coordinator


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def bo(session):
    return a_buddy_coordinator(session)
