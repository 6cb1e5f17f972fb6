"""A link to a PostgreSQL that can break for its client alone."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Self


class Link:
    """Passes on what is said, until it is cut; of that the server hears nothing."""

    def __init__(self, url: str) -> None:
        name, folder = url.removeprefix("postgresql://grader@/").split("?host=")
        self._behind = str(Path(folder) / ".s.PGSQL.5432")
        self._door = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.url = f"postgresql://grader@127.0.0.1:{self._door.getsockname()[1]}/{name}"
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        with suppress(OSError):  # the door is closed
            while True:
                client, _ = self._door.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._behind)
                self._pairs.append((client, server))
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=_pass_on, args=pair, daemon=True).start()

    def cut(self) -> None:
        """Break all that goes over it, on the client's side."""
        for client, _ in self._pairs:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def tell(self) -> None:
        """Let the server know, too."""
        for _, server in self._pairs:
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._door.close()
        self.cut()
        self.tell()
        for pair in self._pairs:
            for end in pair:
                end.close()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while said := source.recv(1 << 16):
            target.sendall(said)
