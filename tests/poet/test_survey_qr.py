"""The QR code: the standard's own examples, and read back module by module as a scanner does."""

import pytest

from poet import qr

# ISO/IEC 18004: the fifteen format modules of correction M for masks 0 to 7
FORMATS = ("101010000010010", "101000100100101", "101111001111100", "101101101001011", "100010111111001",
           "100000011001110", "100111110010111", "100101010100000")  # fmt: skip
LINK = "https://support.brackenshire.gov.uk/survey/ABCD-EFGH-JKMN/"


def test_the_correction_of_a_published_example():
    """“HELLO WORLD” in version 1-M, as worked through in many descriptions of the standard."""
    data = bytes([32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17])
    assert list(qr._correction(data, 10)) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]


def format_of(grid):
    """The format's fifteen modules, highest bit first, from beside the upper left finder and from the other two."""
    size = len(grid)
    near = [grid[8][x] for x in (0, 1, 2, 3, 4, 5, 7, 8)] + [grid[y][8] for y in (7, 5, 4, 3, 2, 1, 0)]
    far = [grid[size - 1 - n][8] for n in range(7)] + [grid[8][size - 8 + n] for n in range(8)]
    return tuple("".join("01"[dark] for dark in modules) for modules in (near, far))


def is_fixed(x, y, size):
    finder = (x < 9 and y < 9) or (x >= size - 8 and y < 9) or (x < 9 and y >= size - 8)
    alignment = size > 21 and abs(x - (size - 7)) <= 2 and abs(y - (size - 7)) <= 2
    return finder or alignment or x == 6 or y == 6


def read_back(grid):
    """What a scanner reads: unmask, follow the zigzag, take the blocks apart."""
    size = len(grid)
    mask = FORMATS.index(format_of(grid)[0])
    bits, x, up = "", size - 1, True
    while x > 0:
        x -= x == 6
        for step in range(size):
            y = size - 1 - step if up else step
            for column in (x, x - 1):
                if not is_fixed(column, y, size):
                    bits += "01"[grid[y][column] ^ qr.MASKS[mask](column, y)]
        x, up = x - 2, not up
    blocks, data, ec = qr.SHAPES[(size - 17) // 4]
    words = [int(bits[n : n + 8], 2) for n in range(0, blocks * (data + ec) * 8, 8)]
    content = bytes(words[n * blocks + b] for b in range(blocks) for n in range(data))
    stream = "".join(f"{byte:08b}" for byte in content)
    assert stream[:4] == "0100", "byte mode"
    length = int(stream[4:12], 2)
    return bytes(int(stream[12 + 8 * n : 20 + 8 * n], 2) for n in range(length)).decode()


@pytest.mark.parametrize("text", ["a", "x" * 14, "x" * 15, "x" * 26, "x" * 42, LINK, "x" * 62, "x" * 84, "x" * 106])
def test_what_is_drawn_is_read_back(text):
    grid = qr.modules(text)
    assert read_back(grid) == text
    assert format_of(grid)[0] == format_of(grid)[1]
    assert grid[len(grid) - 8][8], "the module that is always dark"


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_is_named_as_the_standard_does(mask):
    fixed, grid = qr._frame(3)
    assert format_of(qr._masked(grid, fixed, mask)) == (FORMATS[mask], FORMATS[mask])


def test_a_text_that_is_too_long_has_none():
    assert qr.modules("x" * 107) is None


def test_the_picture_has_its_quiet_zone():
    drawn = qr.path(qr.modules(LINK))
    assert drawn.startswith("M4 4h1v1h-1z") and "M3 " not in drawn
