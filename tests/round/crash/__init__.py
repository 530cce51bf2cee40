"""Commands of a round that are killed at any of their steps, and run again."""
