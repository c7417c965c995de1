"""Pages travel compressed, and their length tells nothing of what stands on them (BREACH)."""

import gzip

ASKED = {"HTTP_ACCEPT_ENCODING": "gzip, br"}


def test_a_page_is_compressed_for_whoever_can_read_it(client, cast):
    plain, packed = client.get("/brackenshire/"), client.get("/brackenshire/", **ASKED)
    assert "Content-Encoding" not in plain and packed["Content-Encoding"] == "gzip"
    assert len(packed.content) < len(plain.content) / 2 and "Accept-Encoding" in packed["Vary"]
    assert b"</html>" in gzip.decompress(packed.content)
    assert "script-src" in packed["Content-Security-Policy"], "the rest of the chain was asked"


def test_the_length_of_one_and_the_same_answer_varies(client, cast):
    lengths = {client.get("/static/css/app.css", **ASKED)["Content-Length"] for _time in range(3)}
    assert len(lengths) == 1, "files are nobody's secret"
    same = [client.get("/brackenshire/", **ASKED) for _time in range(12)]
    plain = {len(gzip.decompress(page.content)) for page in same}
    assert len(plain) == 1 and len({len(page.content) for page in same}) > 3


def opened(answer):
    """What a browser makes of it; what is very short travels as it is."""
    found = answer.getvalue()
    return gzip.decompress(found) if answer.get("Content-Encoding") == "gzip" else found


def test_files_are_read_as_before(cast, as_, a_case):
    a_case(at="running")
    manager = as_(cast.service_manager)
    table = "/dashboard/by_group.csv"
    assert opened(manager.get(table, **ASKED)) == manager.get(table).getvalue()
    sheet = manager.get("/dashboard/by_group.xlsx", **ASKED)
    assert sheet.status_code == 200 and opened(sheet).startswith(b"PK")
    page = manager.get("/dashboard/figures/", **ASKED)
    assert b"</html>" in opened(page)
