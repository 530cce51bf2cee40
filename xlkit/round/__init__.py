"""A year's collection in one folder: who owes what, what came, what counts."""
