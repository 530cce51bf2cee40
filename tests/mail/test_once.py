"""Whatever a server does: nobody gets a mail twice, and what is said of a mail is true."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mail.letters import letter
from tests.mail.smtp_server import SmtpServer, Whims
from xlkit.errors import MailError
from xlkit.mail import Mailbox, MailSettings, Outcome, SmtpOutbox, compose

ATTEMPTS = st.integers(1, 12)
PUT_OFF = st.sampled_from(["421 HL:IFC", "450 MI:DMC", "451 MI:SFQ", "550 Mail frequency limited"])
REFUSED = st.sampled_from(["550 no", "554 DT:SPM", "552 too large", "550 MI:STC"])
BREAKS = st.sampled_from(["mail", "unanswered", "untaken", "answered"])
ADDRESSES = [f"{unit}{number}@example.com" for number in range(5) for unit in "ab"]
WHIMS = st.builds(
    Whims,
    refused=st.dictionaries(st.sampled_from(ADDRESSES), REFUSED, max_size=3),
    greylisted=st.sets(st.sampled_from(ADDRESSES), max_size=3),
    per_connection=st.none() | st.integers(1, 3),
    limited=st.dictionaries(ATTEMPTS, PUT_OFF | REFUSED, max_size=4),
    ends=st.dictionaries(ATTEMPTS, PUT_OFF | REFUSED, max_size=3),
    drops=st.dictionaries(ATTEMPTS, BREAKS, max_size=4),
)


@pytest.fixture(scope="module")
def server():
    with SmtpServer() as running:
        yield running


@settings(max_examples=40)
@given(whims=WHIMS, retries=st.integers(0, 3))
def test_what_is_said_of_a_mail_is_what_the_server_has(server, whims, retries):
    server.whims, server.mails, server.attempts = whims, [], 0
    smtp = {"host": "127.0.0.1", "port": server.port, "security": "none", "user": ""}
    smtp |= {"retries": retries, "per_minute": 1000}
    found = MailSettings.model_validate({"from": {"address": "me@example.com"}, "smtp": smtp})
    with SmtpOutbox(found, None, sleep=lambda _: None, timeout=5) as box:
        for number in range(5):
            to = (Mailbox(f"a{number}@example.com"), Mailbox(f"b{number}@example.com"))
            message = letter(number, to=to, attachments=())
            before = len(server.mails)
            try:
                delivery = box.send(compose(message, found.sender), message)
            except MailError:
                assert len(server.mails) == before
                continue
            _check(delivery, to, server.mails[before:])


def _check(delivery, to, mails):
    got = Counter(address for mail in mails for address in mail.recipients)
    lacking = {refusal.address for refusal in delivery.refused}
    assert max(got.values(), default=0) <= 1
    if delivery.outcome is Outcome.TAKEN:
        assert set(got) == {box.address for box in to} - lacking
    elif delivery.outcome is Outcome.UNSURE:
        assert not lacking & set(got)
    else:
        assert not got
        assert lacking == {box.address for box in to}
