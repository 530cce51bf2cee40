"""Mails on their way out: to a server, gently and never twice, with what became of each."""

from __future__ import annotations

import ssl
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from xlkit.errors import MailError
from xlkit.mail.composing import recipients
from xlkit.mail.message import Message
from xlkit.mail.secrets import Password
from xlkit.mail.settings import MailSettings
from xlkit.mail.trouble import Kind, Reply, in_words, kind_of

if TYPE_CHECKING:
    from xlkit.mail.server_out import ServerOut

_MINUTE = 60.0
_FIRST_REST, _LONGEST_REST = 15.0, 300.0
"""Seconds until a mail that a server put off is tried again, and at most; each is four times the
one before. NetEase asks for two minutes."""


class Outcome(StrEnum):
    """What became of a mail."""

    TAKEN = "taken"
    """The server has it, for one address at least."""
    REFUSED = "refused"
    """The server does not want it, and will not want it later."""
    LATER = "later"
    """It was not taken, and may be later."""
    UNSURE = "unsure"
    """It may have been taken or not: it is not sent again by itself."""
    DRAFT = "draft"
    """It lies in a folder, for a mail program to send."""

    @property
    def is_done(self) -> bool:
        """Whether nothing more is to be done for it to go out."""
        return self in (Outcome.TAKEN, Outcome.DRAFT)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An address that did not get a mail, and why; `later` where it may later."""

    address: str
    detail: str
    later: bool


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a mail; `detail` is for people, `refused` are those who did not get it."""

    outcome: Outcome
    detail: str = ""
    refused: tuple[Refusal, ...] = ()


class Outbox(Protocol):
    """Where mails go."""

    def send(self, data: bytes, message: Message) -> Delivery:
        """Sends a mail, composed; says what became of it.

        Raises:
            MailError: it was not sent, and no other would be now.
        """


class SmtpOutbox:
    """Mails to a server, over one line as long as it holds.

    `clock` counts seconds and `sleep` waits for some; `context` says which certificates are
    trusted, the system's where it is None.
    """

    def __init__(
        self,
        settings: MailSettings,
        password: Password | None,
        *,
        language: str = "zh",
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        context: ssl.SSLContext | None = None,
        timeout: float = 60.0,
    ) -> None:
        self._settings, self._password, self._language = settings, password, language
        self._smtp = settings.outgoing
        self._pace = _Pace(self._smtp.per_minute, clock, sleep)
        self._sleep = sleep
        self._context, self._timeout = context, timeout
        self._line: ServerOut | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def connect(self) -> None:
        """Opens the line and logs in, unless it is open: settings are tried before mails are.

        Raises:
            MailError: it did not come about; says what to do.
        """
        from xlkit.mail.server_out import line_to

        smtp = self._smtp
        line = self._line
        if line is not None and (not line.is_open or line.handed >= smtp.per_connection):
            self.close()
        if self._line is None:
            self._line = line_to(
                smtp,
                self._password,
                language=self._language,
                context=self._context,
                timeout=self._timeout,
            )

    def close(self) -> None:
        """Hangs up; a mail sent afterwards opens the line again."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def send(self, data: bytes, message: Message) -> Delivery:
        """Sends a mail, composed, to everybody whom it is for; says what became of it.

        What the server puts off is tried again after a while; what it may have taken is not.

        Raises:
            MailError: no line to the server came about; nobody got this mail.
        """
        told: dict[str, Reply | None] = {}
        waiting = [box.address for box in recipients(message, self._settings.sender)]
        for attempt in range(self._smtp.retries + 1):
            if attempt:
                self._sleep(min(_FIRST_REST * 4 ** (attempt - 1), _LONGEST_REST))
            try:
                answers = self._tried(data, waiting)
            except MailError as error:
                if self._must_be_told(error, told, attempt):
                    raise
                continue
            told |= answers
            waiting = [address for address, reply in answers.items() if reply and reply.is_later]
            if not waiting or not _is_worth_waiting(answers):
                break
        return self._delivery(told)

    def _must_be_told(
        self, error: MailError, told: Mapping[str, Reply | None], attempt: int
    ) -> bool:
        """Whether there is no use in trying on; what some got already is told before all else."""
        if told:
            return False
        is_last = attempt == self._smtp.retries
        return attempt == 0 or is_last or not Kind(error.kind).is_passing

    def _tried(self, data: bytes, addresses: Sequence[str]) -> Mapping[str, Reply | None]:
        from xlkit.mail.server_out import LineLostError

        self._pace.wait()
        self.connect()
        assert self._line is not None
        was_used = self._line.handed > 0
        try:
            answers = self._line.hand_over(self._settings.sender.address, addresses, data)
        except LineLostError:
            self.close()
            if was_used:  # servers hang up on lines that were idle for a while
                return self._tried(data, addresses)
            return dict.fromkeys(addresses, Reply(421, ""))
        if any(reply is None or reply.is_later for reply in answers.values()):
            self.close()  # many servers count what goes over one line
        return answers

    def _delivery(self, told: Mapping[str, Reply | None]) -> Delivery:
        refused = [
            Refusal(address, self._words(address, reply), reply.is_later)
            for address, reply in told.items()
            if reply is not None and not reply.is_good
        ]
        if any(reply is None for reply in told.values()):
            words = in_words(Kind.UNSURE, self._smtp, self._language)
            return Delivery(Outcome.UNSURE, words, tuple(refused))
        taken = [reply for reply in told.values() if reply is not None and reply.is_good]
        if taken:
            return Delivery(Outcome.TAKEN, str(taken[-1]), tuple(refused))
        is_later = any(item.later for item in refused)
        outcome = Outcome.LATER if is_later else Outcome.REFUSED
        detail = next(item.detail for item in refused if item.later is is_later)
        return Delivery(outcome, detail, tuple(refused))

    def _words(self, address: str, reply: Reply) -> str:
        kind = kind_of(reply) if reply.text else Kind.LOST
        said = str(reply) if reply.text else ""
        if self._password is not None:
            said = self._password.hidden_in(said)
        return in_words(kind, self._smtp, self._language, said=said, address=address)


def _is_worth_waiting(answers: Mapping[str, Reply | None]) -> bool:
    """Nothing is tried again that may have been taken, nor on a day when all is used up."""
    replies = list(answers.values())
    return None not in replies and not any(
        kind_of(reply) is Kind.DAY_LIMIT for reply in replies if reply and not reply.is_good
    )


class _Pace:
    """Lets so many go in a minute, whenever it is."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._gone: deque[float] = deque(maxlen=per_minute)

    def wait(self) -> None:
        """Waits until one more may go."""
        if len(self._gone) == self._gone.maxlen:
            left = self._gone[0] + _MINUTE - self._clock()
            if left > 0:
                self._sleep(left)
        self._gone.append(self._clock())
