"""Collective where it can be: the social map, garden days for a street, and one thing to do now."""
