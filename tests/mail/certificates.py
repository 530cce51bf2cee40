"""Certificates of servers on this machine, and the authority that signs them."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


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


def make_certificates(folder: Path, names: str = "DNS:localhost,IP:127.0.0.1") -> Certificates:
    """An authority of its own, and a certificate of it for those names."""
    folder.mkdir(parents=True, exist_ok=True)
    authority, authority_key = folder / "authority.pem", folder / "authority.key"
    certificate, key, asked = folder / "server.pem", folder / "server.key", folder / "server.csr"
    extension = folder / "names.cnf"
    extension.write_text(f"subjectAltName={names}\n", encoding="utf-8")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    _openssl("req", "-x509", *curve, "-subj", "/CN=xlkit tests", "-days", "3650",
             "-addext", "basicConstraints=critical,CA:TRUE",
             "-addext", "keyUsage=critical,keyCertSign,cRLSign",
             "-keyout", authority_key, "-out", authority)  # fmt: skip
    _openssl("req", *curve, "-subj", "/CN=localhost", "-keyout", key, "-out", asked)
    _openssl("x509", "-req", "-in", asked, "-CA", authority, "-CAkey", authority_key,
             "-set_serial", "2", "-days", "3650", "-extfile", extension,
             "-out", certificate)  # fmt: skip
    return Certificates(authority, certificate, key)


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
