"""A zip is read in memory, within bounds, or refused in one line."""

import random
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.archive import LARGEST_ARCHIVE_BYTES, read_archive
from grader.submission.submission import Refusal
from tests.submission.zips import zipped


def link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def encrypted() -> bytes:
    data = bytearray(zipped(("a.py", b"x = 1")))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


def corrupt() -> bytes:
    data = bytearray(zipped(("a.py", b"x = 1" * 50), method=zipfile.ZIP_STORED))
    data[60] ^= 1
    return bytes(data)


REFUSED = {
    "empty": (b"", "no zip that can be read"),
    "no zip": (b"def f(): pass", "no zip that can be read"),
    "cut": (zipped(("a.py", b"x"))[:-8], "no zip that can be read"),
    "corrupt": (corrupt(), "no zip that can be read: Bad CRC-32"),
    "too large": (b"\0" * (LARGEST_ARCHIVE_BYTES + 1), "more than the 4 MiB"),
    "encrypted": (encrypted(), "an encrypted file: a.py"),
    "link": (zipped((link("a.txt"), b"/etc/passwd")), "a symbolic link: a.txt"),
    "up": (zipped(("../a.py", b"")), "leads out of it: ../a.py"),
    "inner up": (zipped(("b/../../a.txt", b"")), "leads out of it"),
    "absolute": (zipped(("/a.py", b"")), "leads out of it: /a.py"),
    "drive": (zipped(("C:a.py", b"")), "leads out of it"),
    "other system": (zipped(("..\\a.py", b"")), "leads out of it"),
    "unseen": (zipped(("a\x1b[31m.py", b"")), "leads out of it"),
    "long path": (zipped(("a/" * 600 + "a.py", b"")), "path of more than 1,000"),
    "packed oddly": (
        zipped(("a.py", b"x"), method=zipfile.ZIP_LZMA),
        "not deflated, as is usual: a.py",
    ),
    "twice": (zipped(("a.py", b"1"), ("./a.py", b"2")), "two files of one name"),
    "bomb": (zipped(("a.py", b"#" * 2_000_000)), "more than the 512 KiB"),
    "many bombs": (
        zipped(*((f"{n}.py", b"#" * 100_000) for n in range(6))),
        "more than the 512 KiB",
    ),
    "bomb of a notebook": (
        zipped(("a.ipynb", b" " * 9_000_000)),
        "more than the 8 MiB",
    ),
    "many": (
        zipped(*((f"{n}.py", b"") for n in range(1_001))),
        "more than the 1000 files of code",
    ),
    "very many": (
        zipped(*((str(n), b"") for n in range(10_001))),
        "a zip of more than 10,000 files",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_odd_is_refused_in_one_line(name: str) -> None:
    data, words = REFUSED[name]
    found = read_archive(data)

    assert isinstance(found, Refusal)
    assert words in found.reason
    assert found.reason.isprintable()
    assert len(found.reason) < 200


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_code_is_read_and_nothing_else(method: int) -> None:
    files = {
        "b/a.py": b"x = 1",
        "c.ipynb": b"{}",
        "b/.d.py": b"",
        "E.PY": b"",
        "f.IPYNB": b"",
    }
    others = ["b/", "x.txt", "__MACOSX/._a.py", ".git/a.py", "b/__pycache__/a.py"]
    data = zipped(
        *files.items(), *((name, b"#" * 600_000) for name in others), method=method
    )

    assert read_archive(data) == files


def test_what_a_zip_says_of_its_sizes_does_not_matter() -> None:
    data = bytearray(zipped(("a.py", b"#" * 2_000_000)))
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (5).to_bytes(4, "little")
    found = read_archive(bytes(data))

    assert isinstance(found, Refusal) or sum(map(len, found.values())) <= 512 << 10


GOOD = zipped(("a.py", b"def f(): pass\n" * 9), ("b/c.ipynb", b"{}"), ("t", b"t"))


@given(st.integers(0, 2**32))
def test_no_damage_makes_it_fail(seed: int) -> None:
    rng = random.Random(seed)
    data = bytearray(GOOD)
    for _ in range(rng.choice((1, 2, 5, 30))):
        at = rng.randrange(len(data))
        data[at] = rng.choice((0, 1, 255, rng.randrange(256)))
    found = read_archive(bytes(data))

    assert isinstance(found, Refusal | dict)
