"""Dovecot, an IMAP server, run on loopback as nobody in particular, with everything in one folder.

A process of its own with its own configuration: what the system's Dovecot is set to, and whether
it runs, does not matter.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from xlkit.errors import UsageError
from xlkit.sentences import English

_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin", "/usr/bin", "/usr/local/bin")
_OLDEST, _NEWEST = (2, 3), (2, 4)
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_PATIENCE, _PAUSE = 20.0, 0.02
"""Seconds that a start may take, and between two looks."""

#: Ends server and watcher as soon as one of them does, or nobody holds the other end of the
#: watcher's input any more: so no server outlives a caller that was killed.
_WATCHED = '("$@"; kill -9 0) & cat >/dev/null; kill -9 0'

_COMMON = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = yes
auth_mechanisms = plain login
auth_failure_delay = 0 secs
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
namespace inbox {{
  inbox = yes
  separator = /
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
{login}  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
"""
#: One process for all logins, which 2.4 says in other words and need not be told.
_LOGIN_UP_TO_2_3 = "  service_count = 0\n  client_limit = 200\n"
#: What was said otherwise up to 2.3 and is since 2.4.
#: Source: Dovecot CE documentation, Upgrading Dovecot CE from 2.3 to 2.4.
_UP_TO_2_3 = """
disable_plaintext_auth = no
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.key
first_valid_uid = 1
mail_location = maildir:~
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = home={folder}/mail/%u
}}
"""
_SINCE_2_4 = """
auth_allow_cleartext = yes
ssl_server_cert_file = {folder}/server.pem
ssl_server_key_file = {folder}/server.key
first_valid_uid = 1
mail_driver = maildir
mail_path = ~
passdb passwd-file {{
  auth_username_format = %{{user}}
  passwd_file_path = {folder}/users
}}
userdb static {{
  fields {{
    home = {folder}/mail/%{{user}}
  }}
}}
"""


def dovecot() -> tuple[Path, tuple[int, int, int]]:
    """The program and its version.

    Raises:
        UsageError: it is not installed, or of a version that is not known here.
    """
    places = os.pathsep.join((os.environ.get("PATH", ""), *_PLACES))
    found = shutil.which("dovecot", path=places)
    if found is None:
        raise UsageError(
            English(
                "Dovecot, the IMAP server, is not installed. Debian and Ubuntu: "
                "apt install dovecot-imapd; Fedora: dnf install dovecot; macOS: brew install "
                "dovecot. Windows has none: this part needs Linux, which Windows has in WSL."
            )
        )
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    match = _VERSION.search(said.stdout)
    version = (int(match[1]), int(match[2]), int(match[3])) if match else (0, 0, 0)
    if not _OLDEST <= version[:2] <= _NEWEST:
        raise UsageError(
            English(
                f"{found}: version {said.stdout.strip() or 'unknown'} of Dovecot is not known "
                "here; 2.3 and 2.4 are."
            )
        )
    return Path(found), version


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the server listens: in the clear with STARTTLS, and with TLS from the start."""

    port: int
    tls_port: int


def configuration(
    folder: Path,
    version: tuple[int, int, int],
    ports: Ports,
    owner: tuple[str, str],
    capabilities: str = "",
) -> str:
    """The server's configuration; `capabilities` instead of its own, if any."""
    number = ".".join(map(str, version))
    is_new = version[:2] >= _NEWEST
    first = f"dovecot_config_version = {number}\ndovecot_storage_version = {number}\n"
    values = {
        "folder": folder, "port": ports.port, "tls_port": ports.tls_port,
        "user": owner[0], "group": owner[1], "login": "" if is_new else _LOGIN_UP_TO_2_3,
    }  # fmt: skip
    own = f"protocol imap {{\n  imap_capability = {capabilities}\n}}\n" if capabilities else ""
    text = _COMMON + (_SINCE_2_4 if is_new else _UP_TO_2_3)
    return (first if is_new else "") + text.format_map(values) + own


def start(
    program: Path, folder: Path, owner: tuple[str, str], port: int
) -> subprocess.Popen[bytes]:
    """The server, running and listening; as its owner where that is somebody else.

    It ends with whoever started it.

    Raises:
        UsageError: it ended, or does not listen.
    """
    own = [str(program), "-F", "-c", str(folder / "dovecot.conf")]
    command = ["/bin/sh", "-c", _WATCHED, "sh", *own]
    is_root = not os.geteuid()
    with (folder / "start.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=owner[0] if is_root else None,
            group=owner[1] if is_root else None,
            extra_groups=[] if is_root else None,
        )
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process
        time.sleep(_PAUSE)
    stop(process)
    logs = (folder / name for name in ("start.log", "dovecot.log"))
    said = "\n".join(log.read_text("utf-8", "replace").strip() for log in logs if log.exists())
    raise UsageError(English(f"Dovecot did not start:\n{said}"))


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the server and all its processes at once; what it keeps is not needed any more."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.stdin is not None:
        process.stdin.close()
    process.wait()
