"""Whether a folder lies on another machine, where SQLite's locks do not hold.

Source: sqlite.org/useovernet.html; what counts as remote follows gnulib's mountlist.c, and adds
the file systems by which virtual machines see folders of their host.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath, PureWindowsPath

from xlkit.errors import LedgerError
from xlkit.files import shown
from xlkit.sentences import Sentence

#: File systems by what serves them: servers of files, clusters, the host of a virtual machine.
_REMOTE = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afpfs", "ncp", "ncpfs"),
        *("webdav", "davfs", "afs", "auristorfs", "coda", "acfs"),
        *("ceph", "glusterfs", "lustre", "gpfs", "beegfs", "fhgfs", "ibrix", "ocfs2", "vxfs"),
        *("panfs", "orangefs", "pvfs2"),
        *("9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs"),
    }
)
#: Programs behind FUSE, `fuse.sshfs` in the table of mounts.
_REMOTE_FUSE = frozenset(
    {
        *("sshfs", "rclone", "s3fs", "gcsfuse", "goofys", "mount-s3", "curlftpfs", "davfs2"),
        *("smbnetfs", "smbclient", "gvfsd-fuse", "kio-fuse", "onedriver"),
        *("glusterfs", "ceph-fuse", "ceph", "mfs", "moosefs", "lizardfs", "juicefs", "seaweedfs"),
        *("beegfs", "vmhgfs-fuse"),
    }
)
_OCTAL = re.compile(r"\\([0-7]{3})")
_MAC = re.compile(r"(?P<device>.+) on (?P<point>/.*) \((?P<kind>[^,)]+)[^)]*\)")
_DRIVE_REMOTE = 4  # Source: Microsoft Learn, GetDriveTypeW
_UNC = re.compile(r"(?i)\\\\(?:[?.]\\UNC\\|(?![?.]\\))")


@dataclass(frozen=True, slots=True)
class Mount:
    """A place in the tree of folders, and what is behind it."""

    point: str
    kind: str
    device: str = ""

    @property
    def is_remote(self) -> bool:
        kind, _, program = self.kind.partition(".")
        if kind in _REMOTE or (kind in {"fuse", "fuseblk"} and program in _REMOTE_FUSE):
            return not (kind == "9p" and self.point == "/")  # the root of a sandbox is its own
        # host:/folder or //host/share, whatever the kind; zfs has colons in names of its own.
        named = self.device.startswith("//") or (
            ":" in self.device and not self.device.startswith("/")
        )
        return named and kind != "zfs"


def network_drive(path: Path, mounts: Iterable[Mount] | None = None) -> None:
    """Refuses a place on another machine; `mounts` are this machine's unless given.

    Raises:
        LedgerError: so it is; the message says where a ledger may be instead.
    """
    try:
        whole = path.resolve()
    except (OSError, RuntimeError, ValueError):
        return  # whoever opens it will say why
    kind = remote_kind(whole, mounts_of(whole) if mounts is None else mounts)
    if kind:
        raise LedgerError(Sentence("ledger-network", path=shown(path), kind=kind))


def remote_kind(path: PurePath, mounts: Iterable[Mount]) -> str:
    """What kind of network drive a whole path is on; empty for a disk of this machine."""
    if isinstance(path, PureWindowsPath) and _UNC.match(str(path)):
        return "UNC"
    above = {path, *path.parents}
    # The last one mounted at the deepest place hides those before it.
    holding = [item for item in mounts if type(path)(item.point) in above]
    nearest = max(reversed(holding), key=lambda item: len(item.point), default=None)
    return nearest.kind if nearest and nearest.is_remote else ""


def mounts_of(path: PurePath) -> tuple[Mount, ...]:
    """What this machine has mounted, as far as a path can lie on it; empty where it cannot tell."""
    if sys.platform == "win32":
        return _drive(path)
    table = Path("/proc/self/mounts")
    try:
        if table.exists():
            return linux_mounts(table.read_text(encoding="utf-8", errors="surrogateescape"))
        return mac_mounts(_said_by_mount())
    except (OSError, subprocess.SubprocessError):
        return ()


def linux_mounts(table: str) -> tuple[Mount, ...]:
    """The mounts that a text in the form of /proc/mounts tells."""
    rows = (line.split(" ") for line in table.splitlines())
    return tuple(Mount(_plain(row[1]), row[2], _plain(row[0])) for row in rows if len(row) > 2)  # noqa: PLR2004


def mac_mounts(table: str) -> tuple[Mount, ...]:
    """The mounts that `mount` prints on a Mac: `//user@host/share on /Volumes/share (smbfs, …)`."""
    found = (_MAC.fullmatch(line) for line in table.splitlines())
    return tuple(Mount(one["point"], one["kind"], one["device"]) for one in found if one)


def _said_by_mount() -> str:
    done = subprocess.run(["/sbin/mount"], capture_output=True, timeout=10, check=True)
    return done.stdout.decode("utf-8", "surrogateescape")


def _plain(text: str) -> str:
    """A word of /proc/mounts with its blanks, which stand there as a backslash and 040."""
    return _OCTAL.sub(lambda found: chr(int(found[1], 8)), text)


def _drive(path: PurePath) -> tuple[Mount, ...]:
    import ctypes

    if not path.drive:
        return ()
    root = f"{path.drive}\\"
    system = getattr(ctypes, "windll", None)
    remote = system is not None and system.kernel32.GetDriveTypeW(root) == _DRIVE_REMOTE
    return (Mount(root, "smb" if remote else "local"),)
