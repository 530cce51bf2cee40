"""Fixtures that every test may use, and what holds of every test process."""

import os

from hypothesis import settings

# Tests run side by side: threads of polars beside them only take turns with each other.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
# No test asserts a time, and neither do properties.
settings.register_profile("timeless", settings.default, deadline=None)
settings.load_profile("timeless")

pytest_plugins = ["tests.office.plugin", "tests.postgres"]
