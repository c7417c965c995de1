"""The filesystem broker of the demonstration, with whole files only.

kombu opens a message's file under its last name and then writes it. A worker that looks between the
two takes an empty file for a message and ends for good; so does one that reads the table of an
exchange while it is written. Here each is written under another name and then given its own, which
readers see at once or not at all. Everything else is kombu's.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """As kombu's, but nobody sees half a file."""

    # kombu has two names for the payload, one in each of the classes above this one
    def _put(self, queue: str, payload: Any, **_kwargs: Any) -> None:  # type: ignore[override]
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _appear(Path(self.data_folder_out) / name, payload)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        file, row = self._exchange_file(exchange), (routing_key or "", pattern or "", queue or "")
        self.control_folder.mkdir(exist_ok=True)
        with (self.control_folder / "binding.lock").open("w") as door:  # let go when it is closed
            filesystem.lock(door, filesystem.LOCK_EX)
            table = [tuple(one) for one in self.get_table(exchange)]
            if row not in table:
                _appear(file, [row, *table])


class Transport(filesystem.Transport):
    Channel = Channel


def _appear(file: Path, content: Any) -> None:
    unfinished = file.with_name(f"{file.name}.{os.getpid()}-{uuid.uuid4().hex}.part")
    try:
        unfinished.write_text(dumps(content), encoding="utf-8")
        unfinished.replace(file)
    except OSError as fault:
        raise ChannelError(f"Cannot write {file}") from fault
