"""The servers that tests and the demo talk to."""

from __future__ import annotations

import shutil
import smtplib
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.mail.boxes import BOXES, clerk, fresh, letter
from xlkit.demo import dovecot
from xlkit.demo.post_office import HOST, PostOffice
from xlkit.errors import UsageError

SENDER = "finance@qq.com"


def line(office, user=SENDER, password=None):
    smtp = smtplib.SMTP_SSL(HOST, office.smtps_port, context=office.trust(), timeout=10)
    smtp.login(user, password or BOXES[user])
    return smtp


def test_a_mail_goes_by_smtp_and_comes_by_imap(office):
    user, data = fresh(), letter("甲")
    with smtplib.SMTP(HOST, office.smtp_port, timeout=10) as smtp:
        smtp.starttls(context=office.trust())
        smtp.login(SENDER, BOXES[SENDER])
        smtp.sendmail(SENDER, [user.upper()], data)
    (came,) = office.letters(user)
    assert came.startswith(b"Return-Path: <finance@qq.com>\r\nReceived: by localhost")
    assert came.endswith(data)
    with clerk(office, user) as box:
        assert [item.subject for item in box.fetch()] == ["甲"]


def test_smtp_wants_a_line_that_nobody_reads_along_and_a_login(office):
    with smtplib.SMTP(HOST, office.smtp_port, timeout=10) as smtp:
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        assert smtp.mail(SENDER)[0] == 530
        smtp.starttls(context=office.trust())
        smtp.ehlo()
        assert smtp.mail(SENDER)[0] == 530
        with pytest.raises(smtplib.SMTPAuthenticationError, match="authorization code"):
            smtp.login(SENDER, "wrong")


def test_moods(office):
    user, mood = fresh(), office.mood
    with line(office) as smtp:
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="User unknown"):
            smtp.sendmail(SENDER, ["nobody@cz.gov.cn"], b"x")
        mood.refused[user] = "552 5.2.2 Mailbox full"
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="Mailbox full"):
            smtp.sendmail(SENDER, [user], b"x")
        mood.refused.clear()
        mood.replies[:] = ["450 4.7.1 slow down", ""]
        with pytest.raises(smtplib.SMTPDataError, match="slow down"):
            smtp.sendmail(SENDER, [user], b"first")
        smtp.sendmail(SENDER, [user], b"second")
    with line(office) as smtp:
        mood.per_connection = 1
        smtp.sendmail(SENDER, [user], b"third")
        with pytest.raises(smtplib.SMTPException, match="Too many"):
            smtp.sendmail(SENDER, [user], b"fourth")
        mood.per_connection = 0
    for drop in ("before taking", "after taking"):
        smtp, mood.drop = line(office), drop
        with pytest.raises(smtplib.SMTPServerDisconnected):
            smtp.sendmail(SENDER, [user], drop.encode())
        mood.drop = ""
    bodies = [item.rpartition(b"\r\n\r\n")[2] or item for item in office.letters(user)]
    assert [item.splitlines()[-1] for item in bodies] == [b"second", b"third", b"after taking"]
    assert [taken[2].strip() for taken in mood.taken[-3:]] == [b"second", b"third", b"after taking"]


def test_a_box_that_answers_by_itself(office):
    user = fresh()
    office.answers["gone@cz.gov.cn"] = lambda _, mail: b"Subject: bounce\r\n\r\n" + mail
    with line(office, user) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail(user, ["gone@cz.gov.cn"], b"x")
    boxes = {"a@cz.gov.cn": "a", "gone@cz.gov.cn": "b"}
    moment = datetime(2026, 3, 1, 2, tzinfo=UTC)
    with PostOffice(boxes, clock=lambda: moment, answers=office.answers) as other:
        smtp = smtplib.SMTP_SSL(HOST, other.smtps_port, context=other.trust(), timeout=10)
        with smtp:
            smtp.login("a@cz.gov.cn", "a")
            smtp.sendmail("a@cz.gov.cn", ["gone@cz.gov.cn"], b"Subject: x\r\n\r\ny\r\n")
        (came,) = other.letters("a@cz.gov.cn")
        folder = other.folder
    assert came.startswith(b"Return-Path: <>\r\nReceived: by localhost (xlkit demo); Sun, 01 Mar")
    assert b"Subject: bounce\r\n" in came
    assert not folder.exists()


def test_a_machine_without_dovecot_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(dovecot, "_PLACES", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="apt install dovecot-imapd"):
        PostOffice({"a@b.cn": "x"}).__enter__()


@pytest.mark.parametrize("version", ["2.2.36", "3.0.1", "what"])
def test_a_version_that_is_not_known_is_said(monkeypatch, tmp_path, version):
    program = tmp_path / "dovecot"
    program.write_text(f"#!/bin/sh\necho '{version} (abc)'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=f"version {version} .* is not known"):
        dovecot.dovecot()


def test_a_server_that_does_not_start_says_why(tmp_path, monkeypatch):
    monkeypatch.setattr(dovecot, "_COMMON", dovecot._COMMON + "nonsense = 1\n")
    with pytest.raises(UsageError, match="Unknown setting: nonsense"):
        PostOffice({"a@b.cn": "x"}).__enter__()


def test_no_server_outlives_whoever_started_it_and_was_killed(tmp_path):
    code = (
        "import sys\nfrom xlkit.demo.post_office import PostOffice\n"
        "with PostOffice({'a@b.cn': 'x'}) as office:\n"
        "    print(office.imap_port, office.folder, flush=True)\n    sys.stdin.read()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe, text=True) as one:
        port, folder = one.stdout.readline().split()
        socket.create_connection((HOST, int(port)), 5).close()
        one.kill()
    for _ in range(500):
        try:
            socket.create_connection((HOST, int(port)), 5).close()
        except ConnectionRefusedError:
            break
        except ConnectionResetError:  # it is about to end
            pass
        time.sleep(0.02)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((HOST, int(port)), 5)
    shutil.rmtree(folder)


def test_configurations_of_two_generations():
    """2.4 wants its version in the first line, and calls much by other names."""
    ports = dovecot.Ports(10143, 10993)
    old, new = (
        dovecot.configuration(Path("/t"), version, ports, ("me", "us"))
        for version in ((2, 3, 19), (2, 4, 1))
    )
    assert new.startswith("dovecot_config_version = 2.4.1\ndovecot_storage_version = 2.4.1\n")
    assert "dovecot_config_version" not in old
    for text in (old, new):
        assert text.count("{") == text.count("}")
        assert "default_login_user = me" in text
        assert "port = 10993" in text
    assert "ssl_server_cert_file = /t/server.pem" in new
    assert "home = /t/mail/%{user}" in new
    assert "mail_location" not in new
    assert ("service_count" in old, "service_count" in new) == (True, False)
