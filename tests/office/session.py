"""One running LibreOffice and its worker: how they are started, spoken to and ended."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any

from tests.office.programs import find_python, find_soffice, office_missing, program_environment

_START_TIMEOUT_S = 60.0
_STOP_TIMEOUT_S = 15.0
_TICK_S = 0.2
_LOG_TAIL = 4000

# Without UseLocking two offices of one test run may open the same workbook, and no ".~lock" file
# appears beside it; the locale decides how typed text is understood, whatever this machine speaks.
_SETTINGS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Misc">
<prop oor:name="UseLocking" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
</oor:items>
"""


class OfficeError(Exception):
    """LibreOffice could not do what was asked; the message says what and why."""


class Session:
    """A hidden LibreOffice with a fresh profile, and the worker that speaks to it.

    `ready` is whether the last request was answered; a session that is not can only be stopped.

    Raises: `OfficeError` when LibreOffice cannot be started.
    """

    def __init__(self, locale: str) -> None:
        soffice, python = _programs()
        with ExitStack() as resources:
            folder = resources.enter_context(
                TemporaryDirectory(prefix="office-", ignore_cleanup_errors=True)
            )
            self._folder = Path(folder)
            self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
            pipe = f"xlkit{uuid.uuid4().hex}"
            profile = _make_profile(self._folder, locale)
            resources.callback(_remove_sockets, pipe, profile)
            self._office = self._start(
                "soffice", _office_command(soffice, pipe, profile), subprocess.DEVNULL
            )
            resources.callback(_end, self._office)
            self._worker = self._start("worker", _worker_command(python, pipe), subprocess.PIPE)
            self._requests, answers = _channels(self._worker)
            listener = threading.Thread(target=self._queue, args=(answers,), daemon=True)
            listener.start()
            resources.callback(self._end_worker, answers, listener)
            self._receive(_START_TIMEOUT_S)
            self.ready = True
            self._resources = resources.pop_all()

    def ask(self, operation: str, arguments: Mapping[str, object], timeout: float) -> Any:
        """What the worker answers, as JSON gives it.

        Raises: `OfficeError` with the worker's reason, or when no answer came within `timeout`
        seconds or LibreOffice died; the programs are killed then.
        """
        self.ready = False
        request = json.dumps({"operation": operation, "arguments": arguments})
        with suppress(BrokenPipeError):
            self._requests.write(request + "\n")
            self._requests.flush()
        answer = json.loads(self._receive(timeout))
        self.ready = True
        if "error" in answer:
            raise OfficeError(answer["error"])
        return answer["value"]

    def stop(self) -> None:
        """End both programs, by force where they are busy or do not end; remove the profile."""
        if not self.ready:
            self._kill()
        self._resources.close()

    def _start(self, name: str, command: Sequence[str], channel: int) -> subprocess.Popen[str]:
        """A program whose stderr goes to a log, and its temporary files to the session's folder.

        A process group of its own keeps Ctrl-C away from it: the tests end it themselves.
        """
        places = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._folder))
        with self._log(name).open("wb") as log:
            return subprocess.Popen(
                command,
                env=program_environment() | places,
                stdin=channel,
                stdout=channel,
                stderr=log,
                encoding="utf-8",
                start_new_session=True,
            )

    def _queue(self, answers: IO[str]) -> None:
        """Queue each line of the worker, and None at its end."""
        for line in answers:
            self._lines.put(line)
        self._lines.put(None)

    def _receive(self, timeout: float) -> str:
        """The next line of the worker; kills both programs and raises when none can come."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with suppress(queue.Empty):
                line = self._lines.get(timeout=min(_TICK_S, timeout))
                if line is None:
                    raise self._lost("LibreOffice or its worker died")
                return line
            if self._office.poll() is not None:
                raise self._lost(f"LibreOffice ended with exit code {self._office.returncode}")
        raise self._lost(f"LibreOffice did not answer within {timeout:g} s")

    def _lost(self, reason: str) -> OfficeError:
        """The error that tells `reason` and what the killed programs left in their logs."""
        self._kill()
        return OfficeError(f"{reason}\n{self._tail('soffice')}\n{self._tail('worker')}")

    def _kill(self) -> None:
        _kill(self._worker)
        _kill(self._office)

    def _tail(self, name: str) -> str:
        text = self._log(name).read_text(encoding="utf-8", errors="replace").strip()
        return f"stderr of {name}: {text[-_LOG_TAIL:] or '(empty)'}"

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"

    def _end_worker(self, answers: IO[str], listener: threading.Thread) -> None:
        """End the worker, which closes LibreOffice when its input ends."""
        with suppress(BrokenPipeError):
            self._requests.close()
        _end(self._worker)
        listener.join()
        answers.close()


def _programs() -> tuple[Path, Path]:
    """LibreOffice and the Python for the worker; `OfficeError` when one is missing."""
    soffice = find_soffice()
    python = soffice and find_python(soffice)
    if soffice is None or python is None:
        raise OfficeError(office_missing())
    return soffice, python


def _make_profile(folder: Path, locale: str) -> str:
    """The URI of a new profile with our settings."""
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_SETTINGS.format(locale=locale), encoding="utf-8")
    return (folder / "profile").as_uri()


def _office_command(soffice: Path, pipe: str, profile: str) -> list[str]:
    return [
        str(soffice),
        f"-env:UserInstallation={profile}",
        f"--accept=pipe,name={pipe};urp;",
        "--headless",
        "--nodefault",
        "--nologo",
        "--norestore",
    ]


def _worker_command(python: Path, pipe: str) -> list[str]:
    worker = Path(__file__).with_name("worker.py")
    return [str(python), str(worker), pipe, str(_START_TIMEOUT_S)]


def _channels(worker: subprocess.Popen[str]) -> tuple[IO[str], IO[str]]:
    """Where requests go in and answers come out."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    return worker.stdin, worker.stdout


def _end(process: subprocess.Popen[str]) -> None:
    """Wait until the program ends; kill it when it does not end in time."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(_STOP_TIMEOUT_S)
    _kill(process)


def _kill(process: subprocess.Popen[str]) -> None:
    """Kill the program and its children (soffice is a launcher); nothing when it has ended."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False)
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _remove_sockets(pipe: str, profile: str) -> None:
    """Remove the sockets that a killed LibreOffice leaves in /tmp (it names them there itself).

    Source: LibreOffice's sal/osl/unx/pipe.cxx and desktop/source/app/officeipcthread.cxx.
    """
    digest = hashlib.md5(profile.encode("utf-16-le"), usedforsecurity=False).digest()
    # LibreOffice writes each byte without a leading zero.
    single = "".join(f"{byte:x}" for byte in digest)
    for name in (pipe, f"SingleOfficeIPC_{single}"):
        for socket in Path("/tmp").glob(f"OSL_PIPE_*_{name}"):
            socket.unlink(missing_ok=True)
