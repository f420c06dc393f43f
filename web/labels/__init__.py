"""Dutch words for what the code knows by a code."""
