"""AutoMaatje: volunteers drive less mobile residents in their own car. Pure functions on plain values."""
