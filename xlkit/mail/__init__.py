"""Mail both ways: what goes out of a round, and what comes back."""
