"""Fixtures that every test may use."""

pytest_plugins = ["tests.office.plugin", "tests.postgres"]
