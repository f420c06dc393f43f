"""The site: parses what comes in, calls one use case, redirects or draws a page."""
