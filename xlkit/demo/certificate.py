"""A certificate for servers on this machine, and the authority that vouches for it."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
_HERE, _ADDRESSES = ("localhost",), ("127.0.0.1",)
_AUTHORITY = "xlkit demo"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server shows and keeps, and what its clients are to trust; all in PEM."""

    authority: bytes
    server: bytes
    key: bytes = field(repr=False)


def certificate(names: Sequence[str] = _HERE, addresses: Sequence[str] = _ADDRESSES) -> Certificate:
    """A fresh certificate for those hosts; nobody keeps its authority's key.

    It has what Python 3.13 and later ask for (key usage, key identifiers).
    """
    root_key, key = (generate_private_key(SECP256R1()) for _ in range(2))
    root = root_key.public_key()
    authority = _authority(root).sign(root_key, hashes.SHA256())
    server = _server(names, addresses, key.public_key(), root).sign(root_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    kept = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return Certificate(
        authority=authority.public_bytes(pem),
        server=server.public_bytes(pem),
        key=key.private_bytes(pem, *kept),
    )


def _authority(root: EllipticCurvePublicKey) -> x509.CertificateBuilder:
    return (
        _certified(_AUTHORITY, root, root)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_others=True), critical=True)
    )


def _server(
    names: Sequence[str],
    addresses: Sequence[str],
    key: EllipticCurvePublicKey,
    root: EllipticCurvePublicKey,
) -> x509.CertificateBuilder:
    hosts: list[x509.GeneralName] = [x509.DNSName(name) for name in names]
    hosts += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
    return (
        _certified(names[0], key, root)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_others=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    )


def _certified(
    subject: str, key: EllipticCurvePublicKey, root: EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    """What both certificates say: whose it is, and that the authority vouches for it."""
    return (
        x509.CertificateBuilder(_named(_AUTHORITY), _named(subject), key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_FROM)
        .not_valid_after(_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root), critical=False)
    )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others, key_cert_sign=signs_others, crl_sign=signs_others,
        content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
