"""Network drives are known by the tables of mounts of three systems."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from xlkit.errors import LedgerError
from xlkit.ledger.place import (
    Mount,
    linux_mounts,
    mac_mounts,
    mounts_of,
    network_drive,
    remote_kind,
)
from xlkit.ledger.store import Ledger

LINUX = r"""sysfs /sys sysfs rw,nosuid 0 0
/dev/disk/by-path/pci-0000:00:1f.2-ata-1 / ext4 rw,relatime 0 0
pool/home:old /home zfs rw 0 0
nas:/export/finance /mnt/nas nfs4 rw,vers=4.2 0 0
//server/share /mnt/财政\040共享 cifs rw,vers=3.1.1 0 0
//server/share /mnt/smb3 smb3 rw 0 0
li@server:/srv /home/li/remote fuse.sshfs rw,nosuid 0 0
gvfsd-fuse /run/user/1000/gvfs fuse.gvfsd-fuse rw 0 0
/dev/sdb1 /media/stick fuseblk rw 0 0
portal /run/user/1000/doc fuse.portal rw 0 0
C:\134 /mnt/c 9p rw,aname=drvfs;path=C:\ 0 0
shared /media/sf_shared vboxsf rw 0 0
systemd-1 /auto autofs rw 0 0
nas:/a /auto/a nfs rw 0 0
tmpfs /mnt/nas/scratch tmpfs rw 0 0
10.0.0.1:6789:/ /mnt/new sometimes-new rw 0 0
/dev/sdc1 /mnt/twice ext4 rw 0 0
nas:/twice /mnt/twice nfs rw 0 0
"""
MAC = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
//li@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by li)
nas:/export on /Volumes/nas (nfs)
/dev/disk4s1 on /Volumes/My Disk (1) (exfat, local, nodev)
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/round/ledger.sqlite", ""),
        ("/home/li/ledger.sqlite", ""),
        ("/mnt/nas/2026/ledger.sqlite", "nfs4"),
        ("/mnt/nas", "nfs4"),
        ("/mnt/nas2/ledger.sqlite", ""),
        ("/mnt/财政 共享/ledger.sqlite", "cifs"),
        ("/mnt/smb3/ledger.sqlite", "smb3"),
        ("/home/li/remote/ledger.sqlite", "fuse.sshfs"),
        ("/run/user/1000/gvfs/smb-share/ledger.sqlite", "fuse.gvfsd-fuse"),
        ("/run/user/1000/doc/ledger.sqlite", ""),
        ("/media/stick/ledger.sqlite", ""),
        ("/mnt/c/Users/li/ledger.sqlite", "9p"),
        ("/media/sf_shared/ledger.sqlite", "vboxsf"),
        ("/auto/b/ledger.sqlite", ""),
        ("/auto/a/ledger.sqlite", "nfs"),
        ("/mnt/nas/scratch/ledger.sqlite", ""),
        ("/mnt/new/ledger.sqlite", "sometimes-new"),
        ("/mnt/twice/ledger.sqlite", "nfs"),
    ],
)
def test_linux(path, kind):
    assert remote_kind(PurePosixPath(path), linux_mounts(LINUX)) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/Users/li/ledger.sqlite", ""),
        ("/Volumes/share/ledger.sqlite", "smbfs"),
        ("/Volumes/nas/ledger.sqlite", "nfs"),
        ("/Volumes/My Disk (1)/ledger.sqlite", ""),
    ],
)
def test_mac(path, kind):
    assert remote_kind(PurePosixPath(path), mac_mounts(MAC)) == kind


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (r"C:\round\ledger.sqlite", ""),
        (r"Z:\round\ledger.sqlite", "smb"),
        (r"z:\ledger.sqlite", "smb"),
        (r"\\server\share\ledger.sqlite", "UNC"),
        ("//server/share/ledger.sqlite", "UNC"),
        (r"\\?\UNC\server\share\ledger.sqlite", "UNC"),
        (r"\\wsl$\Debian\home\ledger.sqlite", "UNC"),
        (r"\\?\C:\round\ledger.sqlite", ""),
    ],
)
def test_windows(path, kind):
    mounts = (Mount("C:\\", "local"), Mount("Z:\\", "smb"))
    assert remote_kind(PureWindowsPath(path), mounts) == kind


def test_the_root_of_a_sandbox_is_its_own():
    assert remote_kind(PurePosixPath("/srv/l.sqlite"), (Mount("/", "9p", "none"),)) == ""


def test_this_machine_tells_what_is_mounted():
    assert "/" in {mount.point for mount in mounts_of(Path("/"))} or Path("/").drive


def test_refused_with_what_to_do(tmp_path):
    mounts = (Mount("/", "ext4", "/dev/sda1"), Mount(str(tmp_path.resolve()), "nfs4", "nas:/x"))
    with pytest.raises(LedgerError, match=r"network drive \(nfs4\).*folder of this computer.*URL"):
        network_drive(tmp_path / "deep" / "ledger.sqlite", mounts)
    network_drive(tmp_path / "ledger.sqlite", mounts[:1])


def test_a_link_to_a_network_drive_is_one(tmp_path):
    (tmp_path / "nas").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "nas")
    mounts = (Mount(str((tmp_path / "nas").resolve()), "cifs"),)
    with pytest.raises(LedgerError):
        network_drive(tmp_path / "link" / "l.sqlite", mounts)


def test_a_ledger_asks_before_it_makes_anything(tmp_path, monkeypatch):
    table = (Mount(str(tmp_path.resolve()), "cifs", "//server/share"),)
    monkeypatch.setattr("xlkit.ledger.place.mounts_of", lambda _path: table)
    with pytest.raises(LedgerError, match="network drive"):
        Ledger.open(tmp_path / "new" / "ledger.sqlite", create=True)
    assert list(tmp_path.iterdir()) == []
