"""The memory of rounds: who did what when, in SQLite or PostgreSQL; rows are only ever added."""
