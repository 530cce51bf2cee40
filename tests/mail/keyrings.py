"""Keyrings of the tests, behind the library that the program uses."""

from __future__ import annotations

import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class Memory(KeyringBackend):
    """A keyring that forgets at the end."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service, username):
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password


class Locked(KeyringBackend):
    """A keyring that does not open, and says too much."""

    priority = 1

    def get_password(self, service, username):
        raise KeyringLocked("a secret is locked")

    def set_password(self, service, username, password):
        raise KeyringLocked(f"{password} is locked")


class Forgetful(Memory):
    """A keyring that takes everything and keeps nothing."""

    def set_password(self, service, username, password):
        pass


class InFile(KeyringBackend):
    """A keyring of another process: what it keeps is in a file that a variable names."""

    priority = 1

    def get_password(self, service, username):
        file = self._file
        return file.read_text("utf-8") if file.exists() else None

    def set_password(self, service, username, password):
        self._file.write_text(password, "utf-8")

    @property
    def _file(self) -> Path:
        return Path(os.environ["KEPT_IN"])
