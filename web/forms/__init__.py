"""From what somebody typed to the plain values that use cases take; problems are codes that web.labels words."""
