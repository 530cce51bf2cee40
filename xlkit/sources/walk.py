"""Paths in, files out: what lies in folders, archives and mails, and what of it was not taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipInfo

from xlkit.errors import UsageError
from xlkit.files import is_lock_file, shown
from xlkit.sentences import Sentence
from xlkit.sources.archive import is_encrypted, is_packed_oddly, members_of, path_of
from xlkit.sources.automatic import MailKind
from xlkit.sources.kinds import Sort, may_matter, sort_of
from xlkit.sources.mail import Attachment, Mail, read_mail
from xlkit.sources.model import (
    DEFAULT_ALLOWANCE,
    Allowance,
    Found,
    Meter,
    Origin,
    Passed,
    Unfit,
    inside,
    mib,
    printable,
)
from xlkit.submission.limits import Refused
from xlkit.submission.package import inflated_chunks

_HEAD = 64 * 1024
#: What systems leave in folders for themselves.
_LITTER = frozenset({"thumbs.db", "desktop.ini", "__macosx", "$recycle.bin"})
_NAMED = 3
"""How many names are told of files that are alike."""

Met = Found | Passed


def found(paths: Iterable[Path], allowance: Allowance = DEFAULT_ALLOWANCE) -> Iterator[Met]:
    """What the files named, and the files in folders named, bring along, each file once.

    Nothing is unpacked to disk, and names inside archives and mails are never paths.

    Raises:
        UsageError: a path that does not exist.
    """
    files = tuple(dict.fromkeys(_files(paths)))
    return (met for path in files for met in _of_file(path, allowance))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside_it = sorted(item for item in path.rglob("*") if item.is_file())
            yield from (item for item in inside_it if not is_litter(item.relative_to(path).parts))
        elif not path.exists():
            raise UsageError(Sentence("path-missing", path=shown(path)))
        elif not is_lock_file(path):
            yield path


def is_litter(parts: Iterable[str]) -> bool:
    """Whether a file is hidden, a program's lock, or a system's own: nobody sent it."""
    return any(
        part.startswith(".") or part.lower() in _LITTER or is_lock_file(Path(part))
        for part in parts
    )


def _of_file(path: Path, allowance: Allowance) -> Iterator[Met]:
    source = shown(path)
    try:
        status = path.stat()
        origin = Origin(f"{status.st_mtime_ns}-{status.st_size}")
        with path.open("rb") as file:
            most = allowance.max_bytes + 1
            data = file.read(min(_HEAD, most))
            if may_matter(path.name, data):
                data += file.read(most - len(data))
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else None
        yield Passed(source, "cannot-open", said or str(error))
        return
    walk = _Walk(allowance, Meter(allowance), Counter())
    yield from walk.look(_File(source.replace("\\", "/").split("/")[-1], source, data), origin, 0)


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    source: str
    data: bytes


@dataclass(frozen=True, slots=True)
class _Walk:
    """Goes through one file of the disk and what is inside it."""

    allowance: Allowance
    meter: Meter
    places: Counter[str]

    def look(self, file: _File, origin: Origin, depth: int) -> Iterator[Met]:
        try:
            if len(file.data) > self.allowance.max_bytes:
                raise Unfit("too-large", mib(self.allowance.max_bytes))  # noqa: TRY301
            sort = sort_of(file.name, file.data, self.allowance)
            if sort is not Sort.WORKBOOK and depth >= self.allowance.max_depth:
                raise Unfit("too-deep", str(self.allowance.max_depth))  # noqa: TRY301
        except Unfit as unfit:
            yield self._passed(file.source, origin, unfit)
            return
        if sort is Sort.ARCHIVE:
            yield from self._archive(file, origin, depth)
        elif sort is Sort.MAIL:
            yield from self._mail(file, origin, depth)
        else:
            yield Found(
                printable(file.name), file.source, file.data,
                origin.stamp, origin.sender, origin.sent_at, origin.received_at,
            )  # fmt: skip

    def _passed(self, source: str, origin: Origin, unfit: Unfit) -> Passed:
        return Passed(
            source, unfit.why, unfit.detail,
            origin.stamp, origin.sender, origin.sent_at, origin.received_at,
        )  # fmt: skip

    def _place(self, source: str, name: str) -> str:
        """Where something lies inside another; the second of one name is told from the first."""
        place = inside(source, printable(name))
        self.places[place] += 1
        number = self.places[place]
        return place if number == 1 else f"{place} ({number})"

    # archives

    def _archive(self, file: _File, origin: Origin, depth: int) -> Iterator[Met]:
        members = [
            (member, parts)
            for member in members_of(file.data, self.allowance)
            if (parts := path_of(member) or (member.filename or "?",)) and not is_litter(parts)
        ]
        locked = ["/".join(parts) for member, parts in members if is_encrypted(member)]
        if not members:
            yield self._passed(file.source, origin, Unfit("archive-empty"))
        if locked:
            names = printable(", ".join(locked[:_NAMED]))
            yield self._passed(file.source, origin, Unfit("archive-encrypted", names))
        for member, parts in members:
            if is_encrypted(member):
                continue
            place = self._place(file.source, "/".join(parts))
            try:
                self.meter.member()
                data = self._unpacked(file.data, member, parts[-1])
            except Unfit as unfit:
                yield self._passed(place, origin, unfit)
                if unfit.why in ("archive-bomb", "archive-too-many"):
                    return
                continue
            yield from self.look(_File(parts[-1], place, data), origin, depth + 1)

    def _unpacked(self, data: bytes, member: ZipInfo, name: str) -> bytes:
        if is_packed_oddly(member):
            raise Unfit("archive-compression", str(member.compress_type))
        chunks = inflated_chunks(data, member)
        try:
            head = next(chunks, b"")
            rest = chunks if may_matter(name, head) else ()
            return self.meter.gathered(_both(head, rest), member.compress_size)
        except Refused as refused:
            raise Unfit("damaged", refused.finding.params.get("detail", "")) from refused

    # mails

    def _mail(self, file: _File, origin: Origin, depth: int) -> Iterator[Met]:
        try:
            mail = read_mail(file.data, origin)
        except Unfit as unfit:
            yield self._passed(file.source, origin, unfit)
            return
        if mail.kind is not MailKind.LETTER:
            yield self._passed(file.source, mail.origin, _automatic(mail))
            return
        taken = False
        for part in mail.parts:
            place = self._place(file.source, part.name)
            try:
                self.meter.member()
            except Unfit as unfit:
                yield self._passed(file.source, mail.origin, unfit)
                return
            for met in self._attachment(part, place, mail.origin, depth):
                taken = taken or isinstance(met, Found)
                yield met
        if not taken and mail.links:
            links = " ".join(mail.links[:_NAMED])
            yield self._passed(file.source, mail.origin, Unfit("net-disk-link", links))
        elif not mail.parts and mail.has_photo:
            yield self._passed(file.source, mail.origin, Unfit("picture-instead"))
        elif not mail.parts:
            yield self._passed(file.source, mail.origin, Unfit("mail-without-attachment"))

    def _attachment(
        self, part: Attachment, place: str, origin: Origin, depth: int
    ) -> Iterator[Met]:
        if part.unfit is not None:
            yield self._passed(place, origin, part.unfit)
        else:
            yield from self.look(_File(part.name, place, part.data), origin, depth + 1)


def _automatic(mail: Mail) -> Unfit:
    """Why what no person wrote is passed over."""
    match mail.kind:
        case MailKind.BOUNCE:
            failure = mail.failure
            said = (*failure.recipients[:_NAMED], failure.status) if failure else ()
            return Unfit("mail-bounced", printable(" ".join(filter(None, said))) or "?")
        case MailKind.AWAY:
            return Unfit("mail-away", mail.origin.sender or "?")
        case _:
            return Unfit("mail-notice")


def _both(head: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest
