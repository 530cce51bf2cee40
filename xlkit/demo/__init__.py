"""A round of a county played from beginning to end, on made-up units."""
