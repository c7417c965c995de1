"""The filesystem broker: whoever looks while somebody writes finds a whole message or none."""

import threading
from queue import Empty

import pytest
from kombu import Connection

from sds.celery import app


@pytest.fixture
def channel(tmp_path):
    """`channel()`: another channel of one broker in a folder of its own."""
    folders = {
        name: str(tmp_path / kind)
        for name, kind in (
            ("data_folder_in", "queue"),
            ("data_folder_out", "queue"),
            ("control_folder", "control"),
        )
    }
    (tmp_path / "queue").mkdir()
    opened = []

    def another():
        opened.append(
            Connection("filesystem://", transport="sds.broker:Transport", transport_options=folders)
        )
        return opened[-1].channel()

    yield another
    for connection in opened:
        connection.close()


def test_the_demonstration_uses_it(settings):
    if not settings.CELERY_BROKER_URL.startswith("filesystem"):
        pytest.skip("not run: this run has Redis for its broker")
    with app.connection_for_write() as connection:
        assert type(connection.transport).__module__ == "sds.broker"


def test_a_reader_never_finds_half_a_message(channel):
    writer, reader, words = channel(), channel(), "x" * 200_000
    found, done = [], threading.Event()

    def read():
        while not (done.is_set() and len(found) == 300):
            try:
                found.append(reader._get("celery"))
            except Empty:
                continue

    reading = threading.Thread(target=read)
    reading.start()
    for number in range(300):
        writer._put("celery", {"number": number, "words": words})
    done.set()
    reading.join(30)
    assert sorted(one["number"] for one in found) == list(range(300))
    assert all(one["words"] == words for one in found)


def test_messages_of_another_queue_and_unfinished_ones_are_left_alone(channel, tmp_path):
    one = channel()
    one._put("celery", {"number": 1})
    (tmp_path / "queue" / "0_x.celery.msg.1-2.part").write_text('{"num')
    assert one._size("celery") == 1 and one._size("other") == 0
    assert one._get("celery") == {"number": 1}
    with pytest.raises(Empty):
        one._get("celery")


def test_many_who_bind_at_once_are_all_kept(channel):
    makers = [channel() for _n in range(8)]
    threads = [
        threading.Thread(target=maker._queue_bind, args=("celery", "key", "", f"queue{n}"))
        for n, maker in enumerate(makers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    makers[0]._queue_bind("celery", "key", "", "queue3")
    table = makers[0].get_table("celery")
    assert sorted(row.queue for row in table) == [f"queue{n}" for n in range(8)]
