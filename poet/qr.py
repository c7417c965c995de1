"""A link as a QR code, drawn as modules: for letters, so that nobody has to type. Pure; no picture leaves the server.

Bytes, error correction M, versions 1 to 6 (up to 106 bytes): what a link needs, and no more of the standard. Any of
the eight masks is valid for a reader; the one with the fewest long runs and blocks is taken.
Source: ISO/IEC 18004, QR Code; polynomials 0x11D for the bytes and 0x537 for the format.
"""

from collections.abc import Callable, Iterator

# version -> (blocks, data bytes a block, correction bytes a block)
SHAPES = {1: (1, 16, 10), 2: (1, 28, 16), 3: (1, 44, 26), 4: (2, 32, 18), 5: (2, 43, 24), 6: (4, 27, 16)}
MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda x, y: (x + y) % 2 == 0,
    lambda x, y: y % 2 == 0,
    lambda x, y: x % 3 == 0,
    lambda x, y: (x + y) % 3 == 0,
    lambda x, y: (x // 3 + y // 2) % 2 == 0,
    lambda x, y: x * y % 2 + x * y % 3 == 0,
    lambda x, y: (x * y % 2 + x * y % 3) % 2 == 0,
    lambda x, y: ((x + y) % 2 + x * y % 3) % 2 == 0,
)
QUIET = 4  # empty modules around it, without which readers do not find it
Grid = list[list[bool]]


def modules(text: str) -> Grid | None:
    """The dark modules, row by row; None for a text that is too long for these versions."""
    content = text.encode()
    version = next((v for v, (blocks, data, _ec) in SHAPES.items() if len(content) + 2 <= blocks * data), None)
    if version is None:
        return None
    words = _interleaved(_padded(content, version), version)
    fixed, grid = _frame(version)
    for place, (x, y) in enumerate(_way(fixed)):
        grid[y][x] = place < len(words) * 8 and bool(words[place // 8] >> (7 - place % 8) & 1)
    drawn = [_masked(grid, fixed, mask) for mask in range(8)]
    return min(drawn, key=_clumsiness)


def path(grid: Grid) -> str:
    """The dark modules as an SVG path, a unit each, inside the quiet zone."""
    cells = ((x + QUIET, y + QUIET) for y, row in enumerate(grid) for x, dark in enumerate(row) if dark)
    return "".join(f"M{x} {y}h1v1h-1z" for x, y in cells)


def _padded(content: bytes, version: int) -> bytes:
    """Mode, length, content, and padding up to the data bytes of the version."""
    blocks, data, _ec = SHAPES[version]
    bits = f"0100{len(content):08b}" + "".join(f"{byte:08b}" for byte in content) + "0000"
    found = bytes(int(bits[n : n + 8], 2) for n in range(0, len(bits), 8))
    return (found + b"\xec\x11" * data * blocks)[: data * blocks]


def _multiply(a: int, b: int) -> int:
    """The product in the field of 256 elements."""
    found = 0
    while b:
        found ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return found


def _correction(data: bytes, count: int) -> bytes:
    """The Reed-Solomon remainder of a block."""
    generator, root = [1], 1
    for _n in range(count):
        shifted = [*generator, 0]
        generator = [shifted[n] ^ _multiply(root, ([0, *generator])[n]) for n in range(len(shifted))]
        root = _multiply(root, 2)
    rest = [0] * count
    for byte in data:
        factor, rest = byte ^ rest[0], [*rest[1:], 0]
        rest = [old ^ _multiply(factor, term) for old, term in zip(rest, generator[1:], strict=True)]
    return bytes(rest)


def _interleaved(content: bytes, version: int) -> bytes:
    blocks, data, ec = SHAPES[version]
    parts = [content[n * data : (n + 1) * data] for n in range(blocks)]
    checks = [_correction(part, ec) for part in parts]
    return bytes(row[n] for rows, size in ((parts, data), (checks, ec)) for n in range(size) for row in rows)


def _frame(version: int) -> tuple[Grid, Grid]:
    """(which modules are fixed, the grid with finders, timing and alignment drawn)."""
    size = 17 + 4 * version
    fixed = [[False] * size for _ in range(size)]
    grid = [[False] * size for _ in range(size)]

    def draw(x: int, y: int, dark: bool) -> None:
        if 0 <= x < size and 0 <= y < size:
            fixed[y][x], grid[y][x] = True, dark

    for n in range(size):
        draw(n, 6, n % 2 == 0)
        draw(6, n, n % 2 == 0)
    for left, top in ((3, 3), (size - 4, 3), (3, size - 4)):
        for x in range(-4, 5):
            for y in range(-4, 5):
                draw(left + x, top + y, max(abs(x), abs(y)) not in (2, 4))
    if version > 1:
        for x in range(-2, 3):
            for y in range(-2, 3):
                draw(size - 7 + x, size - 7 + y, max(abs(x), abs(y)) != 1)
    for x, y, _bit in _format(size, 0):
        draw(x, y, False)
    return fixed, grid


def _format(size: int, mask: int) -> Iterator[tuple[int, int, bool]]:
    """The modules that name correction M and the mask, twice, and the one that is always dark."""
    rest = mask
    for _n in range(10):
        rest = rest << 1 ^ (rest >> 9) * 0x537
    bits = (mask << 10 | rest) ^ 0x5412
    near = [(8, n) for n in range(6)] + [(8, 7), (8, 8), (7, 8)] + [(14 - n, 8) for n in range(9, 15)]
    far = [(size - 1 - n, 8) for n in range(8)] + [(8, size - 15 + n) for n in range(8, 15)]
    for places in (near, far):
        yield from ((x, y, bool(bits >> n & 1)) for n, (x, y) in enumerate(places))
    yield 8, size - 8, True


def _way(fixed: Grid) -> Iterator[tuple[int, int]]:
    """The free modules in the order of the bits: up and down in columns of two from the right."""
    size = len(fixed)
    for right in range(size - 1, 0, -2):
        column = right - 1 if right <= 6 else right
        upward = (column + 1) & 2 == 0
        for step in range(size):
            y = size - 1 - step if upward else step
            yield from ((x, y) for x in (column, column - 1) if not fixed[y][x])


def _masked(grid: Grid, fixed: Grid, mask: int) -> Grid:
    size = len(grid)
    found = [[grid[y][x] ^ (not fixed[y][x] and MASKS[mask](x, y)) for x in range(size)] for y in range(size)]
    for x, y, dark in _format(size, mask):
        found[y][x] = dark
    return found


def _clumsiness(grid: Grid) -> int:
    """How much is in runs of five or more, and in blocks of two by two."""
    lines = ["".join("#" if dark else "." for dark in line) for line in [*grid, *zip(*grid, strict=True)]]
    runs = sum(line[n : n + 5] in ("#####", ".....") for line in lines for n in range(len(line) - 4))
    rows = lines[: len(grid)]
    blocks = sum(
        len({above[n], above[n + 1], below[n], below[n + 1]}) == 1
        for above, below in zip(rows, rows[1:], strict=False)
        for n in range(len(above) - 1)
    )
    return runs + 3 * blocks
