"""docs/mail.md says what the program does, and its samples are sound."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xlkit.mail import MailSettings, Security, providers
from xlkit.mail.steps import Part
from xlkit.wording import LANGUAGES, word

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "mail.md").read_text("utf-8")
SAMPLES = re.findall(r"^```toml mail\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("sample", SAMPLES)
def test_samples_are_whole_settings(sample, tmp_path):
    file = tmp_path / "mail.toml"
    file.write_text(sample, "utf-8")
    assert MailSettings.read(file).sender.address.startswith("ysk@")


def test_there_are_samples():
    assert len(SAMPLES) == 3


@pytest.mark.parametrize("name", providers())
def test_every_provider_stands_there_with_its_servers(name):
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
    known = providers()[name]
    assert all(domain in row for domain in known.domains)
    for server in (known.smtp, known.imap):
        way = " (STARTTLS)" if server["security"] == Security.STARTTLS else ""
        assert f" {server['host']}:{server['port']}{way} |" in row


@pytest.mark.parametrize("table", ["from", "smtp", "imap"])
def test_every_key_stands_there(table):
    models = {"from": "sender", "smtp": "smtp", "imap": "imap"}
    whole = MailSettings.for_address("a@163.com")
    keys = set(type(getattr(whole, models[table])).model_fields)
    first = [line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    told = {key for cell in first for key in re.findall(rf"`{table}\.(\w+)`", cell)}
    assert told == keys


def test_every_step_stands_there_in_both_languages():
    steps = [" ".join(word(f"step_{part}", language, file="mail") for language in LANGUAGES)
             for part in Part]  # fmt: skip
    _, _, part = PAGE.partition("\n| step | tried |")
    rows = re.findall(r"^\| (.+?) \|", part.partition("\n\n")[0], re.MULTILINE)
    assert rows[-len(steps) :] == steps
