"""Certificates and servers that the tests of mail share, each made once where it is needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.boxes import BOXES
from tests.mail.certificates import Certificates, make_certificates
from xlkit.demo.certificate import certificate
from xlkit.demo.post_office import PostOffice


@pytest.fixture(scope="session")
def certificates(tmp_path_factory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"), certificate())


@pytest.fixture(scope="session")
def office() -> Iterator[PostOffice]:
    with PostOffice(BOXES) as office:
        yield office


@pytest.fixture(scope="session")
def old_office() -> Iterator[PostOffice]:
    """One whose IMAP server cannot move mails, nor tell who asks."""
    with PostOffice(BOXES, capabilities="IMAP4rev1 UIDPLUS") as office:
        yield office


@pytest.fixture(scope="session")
def oldest_office() -> Iterator[PostOffice]:
    """One whose IMAP server knows nothing but the oldest standard."""
    with PostOffice(BOXES, capabilities="IMAP4rev1") as office:
        yield office
