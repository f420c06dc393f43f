"""Buddies: from the request and the intake, over the waiting list and getting acquainted, to a good end."""
