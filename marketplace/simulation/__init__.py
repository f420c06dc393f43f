"""A synthetic city whose people ask, answer, choose and forget, through the real use cases on a moving clock."""
