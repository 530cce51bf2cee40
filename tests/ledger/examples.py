"""Records to add in tests: one of each kind, and a clock that stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from xlkit.ledger.mails import MailCame, MailDone, Posted, Posting, Purpose
from xlkit.ledger.record import Record
from xlkit.ledger.records import (
    Closed,
    Dispatched,
    DispatchKind,
    FormRaised,
    Keyed,
    Merged,
    PassedOver,
    Received,
    Recognised,
    Rejected,
    Reopened,
    Reviewed,
    RoundOpened,
    Seen,
    UnitListed,
    UnitState,
    Waived,
)

ROUND = "2026-department-performance"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHANGHAI = timezone(timedelta(hours=8))


def received(sha256: str = "ab12", name: str = "回复.xlsx") -> Received:
    return Received(
        sha256=sha256,
        name=name,
        suffix=".xlsx",
        size=20_480,
        received_at=NOON.astimezone(SHANGHAI),
        source="收件箱/回复.xlsx",
    )


def unit(code: str = "301", name: str = "教育局", **more) -> UnitListed:
    return UnitListed(unit=code, name=name, **more)


def dispatched(code: str = "301", serial: int = 1, correction: int = 0) -> Dispatched:
    return Dispatched(
        unit=code,
        kind=DispatchKind.CORRECTION if correction else DispatchKind.ISSUE,
        serial=serial,
        correction=correction,
        version=1,
        file="发件箱/301.xlsx",
        sha256="cd34",
    )


def reviewed(sha256: str = "ab12", state: str = "errors") -> Reviewed:
    found = ({"code": "sum-differs", "message": "合计不对"}, {"code": "empty", "message": ""})
    return Reviewed(
        sha256=sha256, unit="301", state=state, errors=2, warnings=0, waived=0, findings=found
    )


def waived(key: str = "k1", **more) -> Waived:
    return Waived(unit="301", key=key, code="odd-value", title="数值异常", why="属实", **more)


#: One of each kind that the first version had, in the order of a round.
FIRST: tuple[Record, ...] = (
    RoundOpened(
        form="department-performance",
        version=1,
        form_digest="ef56",
        year=2026,
        due=date(2026, 3, 31),
        timezone="Asia/Shanghai",
        language="zh",
    ),
    FormRaised(form="department-performance", version=2, form_digest="0a9b"),
    unit(
        parent="教育口",
        emails=("a@example.org", "b@example.org"),
        contact="李 'Robert'); DROP TABLE entries;--",
        members={"projects": ({"code": "1300", "name": "校舍"}, {"code": "1301", "name": ""})},
        state=UnitState.MERGED,
        successor="302",
        due=date(2026, 4, 7),
        why="机构改革",
    ),
    dispatched(),
    received(),
    Seen(sha256="ab12", name="回复 (1).xlsx", source="再来/回复 (1).xlsx", stamp="2026-03-02"),
    Recognised(sha256="ab12", standing="ours", unit="301", serial=1, year=None, verdict="intact"),
    reviewed(),
    Rejected(sha256="ab12", unit="301", why="补充依据", remarks=({"cell": "B7", "text": "?"},)),
    waived(until=date(2026, 12, 31)),
    Merged(sha256="98fe", file="master.xlsx", units=1, rows=45),
    Closed(why="收齐"),
    Reopened(),
    PassedOver(source="再来/说明.docx", stamp="2026-03-02", why="no-workbook"),
)

#: One of each kind.
EACH: tuple[Record, ...] = (
    *FIRST,
    Posting(
        message_id="<xlkit.1@example.org>",
        unit="301",
        purpose=Purpose.ISSUE,
        about="cd34",
        addresses=("a@example.org", "b@example.org"),
        title="【请填报】2026年度《表》",
        sha256="0f0f",
    ),
    Posted(
        message_id="<xlkit.1@example.org>",
        unit="301",
        outcome="taken",
        detail="250 OK",
        refused=({"address": "b@example.org", "detail": "550"},),
    ),
    MailCame(
        place="INBOX-1-7",
        file="INBOX-1-7.eml",
        kind="bounce",
        message_id="<9@example.org>",
        sender="postmaster@example.org",
        title="退信",
        sent_at=NOON.astimezone(SHANGHAI),
        about="<xlkit.1@example.org>",
        failed=("b@example.org",),
        reason="550 no such user",
    ),
    MailDone(place="INBOX-1-7", how="seen"),
    Keyed(key="0123456789ab", why="原来的丢了"),
)
