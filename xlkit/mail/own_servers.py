"""Settings of mail for an office's own servers, or for none, as they are named in a command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xlkit.errors import UsageError
from xlkit.mail.addresses import plain_address
from xlkit.mail.settings import MailSettings, Security
from xlkit.sentences import Sentence

#: Ports at which a line begins unencrypted; at all others it is encrypted from the first byte on.
_STARTTLS = frozenset({25, 143, 587})


@dataclass(frozen=True, slots=True)
class OwnServers:
    """What is said of the servers: each as HOST or HOST:PORT, '' for none.

    `user` is the login of both, '' for the address; `ca` the name of a file beside mail.toml.
    """

    smtp: str = ""
    imap: str = ""
    user: str = ""
    ca: str = ""

    def settings(self, address: str, name: str, path: Path) -> MailSettings:
        """The settings, as they are to stand in the file at that path.

        Raises:
            UsageError: a text that names no server.
            MailError: no address, or something that cannot be.
        """
        content: dict[str, Any] = {"from": {"address": plain_address(address), "name": name}}
        for table, text in (("smtp", self.smtp), ("imap", self.imap)):
            if text:
                content[table] = self._server(text)
        found = MailSettings.for_servers(content, path)
        # Reading has made a whole path of the authority's name, which the file does not have.
        servers = {
            table: server.model_copy(update={"ca": self.ca})
            for table, server in (("smtp", found.smtp), ("imap", found.imap))
            if server is not None
        }
        return found.model_copy(update=servers)

    def _server(self, text: str) -> Mapping[str, Any]:
        host, colon, port_text = text.strip().partition(":")
        if ":" in port_text:  # an address of IPv6, which takes no port here
            host, colon = text.strip(), ""
        server: dict[str, Any] = {"host": host, "ca": self.ca}
        if colon:
            if not (port_text.isascii() and port_text.isdigit()):
                raise UsageError(Sentence("server-wrong", text=text))
            port = int(port_text)
            server["port"] = port
            server["security"] = Security.STARTTLS if port in _STARTTLS else Security.TLS
        if self.user:
            server["user"] = self.user
        return server
