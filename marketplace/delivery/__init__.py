"""Bringing what is queued in the outbox to people: claim, word, send, tick off."""
