"""Two people who write to each other, reporting and blocking, and what those who work here do about it."""
