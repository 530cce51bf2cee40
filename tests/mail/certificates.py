"""Certificates of servers on this machine, and the authority that signs them."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

from xlkit.demo.certificate import Certificate


@dataclass(frozen=True)
class Certificates:
    """Files in PEM: the authority's certificate, a server's certificate and key."""

    authority: Path
    certificate: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """What a server shows."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def trusting(self) -> ssl.SSLContext:
        """What a program trusts that knows the authority."""
        return ssl.create_default_context(cafile=str(self.authority))


def make_certificates(folder: Path, made: Certificate) -> Certificates:
    """A certificate and its authority as files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = Certificates(folder / "authority.pem", folder / "server.pem", folder / "server.key")
    files.authority.write_bytes(made.authority)
    files.certificate.write_bytes(made.server)
    files.key.write_bytes(made.key)
    return files
