"""Organisations: who acts for them, their vacancies, who waits for a place, and what they do for everybody."""
