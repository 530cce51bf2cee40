"""A relay between a client and a server that cuts connections after so many bytes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Sequence
from typing import Self


class Relay:
    """Listens on a port of its own; `cut` is after how many bytes each connection ends."""

    def __init__(self, to: int, cut: Sequence[int]) -> None:
        self._to = to
        self._cuts = list(cut)
        self.was_cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = [self._listener]

    def __enter__(self) -> Self:
        self._run(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        for item in list(self._sockets):
            _end(item)
        for thread in list(self._threads):
            thread.join(10)

    def _run(self, target, *args) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += [client, server]
                limit = self._cuts.pop(0) if self._cuts else None
                self._run(self._pump, client, server, None)
                self._run(self._pump, server, client, limit)

    def _pump(self, source: socket.socket, to: socket.socket, limit: int | None) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(1024):
                passed += len(data)
                if limit is not None and passed > limit:
                    self.was_cut = True
                    break
                to.sendall(data)
        for item in (source, to):
            _end(item)


def _end(item: socket.socket) -> None:
    with contextlib.suppress(OSError):
        item.shutdown(socket.SHUT_RDWR)
    item.close()
