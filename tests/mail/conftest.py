"""Certificates and servers that the tests of mail share."""

from __future__ import annotations

import pytest

from tests.mail.certificates import Certificates, make_certificates


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))
