"""``python -m tests.durability``: run the long proofs and write what they came to into ``docs/reliability.md``."""

from __future__ import annotations

import argparse
import os
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from tests.durability import flips
from tests.durability.foreseen import FOUND
from tests.durability.killing import Loop, Tally
from tests.durability.reading import reading

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- written by python -m tests.durability -->", "<!-- end -->"

KILLS, DOCUMENTS = 100, 500
KILLS_REAL, DOCUMENTS_REAL = 20, 60
DATABASE_FLIPS, FAISS_FLIPS = 2000, 200
FUZZ_SECONDS = 1200


class Row(NamedTuple):
    """A line of the table; a proof that fails writes none."""

    what: str
    how: str
    result: str


# The proofs, each in a folder of its own


def kills(folder: Path) -> Iterator[Row]:
    """Processes that are killed while they write."""
    tally = Loop(folder, DOCUMENTS, seed=1).run(KILLS)
    yield Row(f"SIGKILL at random moments, {DOCUMENTS} documents", "kills", _killed(tally))


def kills_real(folder: Path) -> Iterator[Row]:
    """The same with the default embedder."""
    tally = Loop(folder, DOCUMENTS_REAL, seed=3, embedder="default").run(KILLS_REAL)
    what = f"the same with the default embedder, {DOCUMENTS_REAL} documents"
    yield Row(what, "kills-real", _killed(tally))


def _killed(tally: Tally) -> str:
    assert tally.acknowledged
    assert tally.embedded
    works = ", ".join(f"{count} of {work}" for work, count in sorted(tally.by_work.items()))
    return (
        f"{tally.kills} kills survived ({works}), {tally.completed} rounds faster than theirs; {tally.acknowledged:,}"
        f" changes acknowledged, all present; no chunk twice; {tally.embedded:,} texts embedded, none that was stored;"
        f" {tally.questions} questions answered in between"
    )


def readers(folder: Path) -> Iterator[Row]:
    """Processes that ask while another re-indexes."""
    answers = reading(folder, readers=4, reindexes=3, answers=100)
    result = f"{answers:,} answers, each from one version of a document; no error; generations only rise"
    yield Row("4 readers × 3 re-indexes", "readers", result)


def bits(folder: Path) -> Iterator[Row]:
    """Bits and bytes that flip."""
    index = flips.indexed(folder, flips.documents(folder))
    counts = flips.of_database(index, folder, DATABASE_FLIPS, seed=5)
    asked = DATABASE_FLIPS * len(flips.QUESTIONS)
    result = (
        f"{counts['named']:,} named by `verify`, {counts['harmless']:,} changed nothing that is stored;"
        f" {counts['refused']:,} of {asked:,} questions refused, the others quote the documents as they were"
    )
    yield Row(f"{DATABASE_FLIPS:,} bits flipped in the database, one at a time", "flips", result)
    mended = flips.of_faiss(index, FAISS_FLIPS, seed=5)
    yield Row(f"{FAISS_FLIPS} bytes flipped in `vectors.faiss`", "flips", f"{mended} made again, with the same results")


def fuzz(_: Path) -> Iterator[Row]:
    """The loaders and the normaliser, guided by coverage."""
    before = set(FOUND.iterdir())
    arguments = [f"-max_total_time={FUZZ_SECONDS}", "-print_final_stats=1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.durability.fuzz", *arguments], stderr=subprocess.PIPE, text=True, check=False
    )
    units = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    if done.returncode or not units:
        raise SystemExit(done.stderr[-2000:])
    found = len(set(FOUND.iterdir()) - before)
    what = f"coverage-guided fuzzing of loaders and normaliser, {FUZZ_SECONDS // 60} minutes"
    yield Row(what, "fuzz", f"{int(units[1]):,} executions, {found or 'no'} finding{'s' * (found != 1)}")


HOSTILE: Mapping[str, tuple[str, ...]] = {
    "documents that give orders, 15 Chinese and 15 English": ("answers and citations unchanged", "instructions_in"),
    "text nobody sees, in HTML": ("not indexed", "text_in_the_colour", "entities_of_a_page"),
    "text nobody sees, in Word and Markdown": ("not indexed", "white_and_tiny", "comments_of"),
    "characters nobody sees: zero-width, bidi, tags, controls": ("not indexed", "characters_that_nobody_sees"),
    "light text on a dark ground, which is seen": ("indexed", "light_text"),
    "bombs and loops in HTML, DOCX, PDF and text": (
        "refused with a reason, or read within bounds",
        "bomb_is_refused",
        "loop_in_the_tables",
        "parser_that_takes_too_long",
    ),
    "200 MB file, devices, pipes, links out of the folder, names with line breaks": (
        "a reason each, the rest indexed",
        "folder_of_every_evil",
    ),
    "10,000 tiny files": ("all there", "ten_thousand"),
    "random bytes and texts, 2,000 examples each": ("nothing unforeseen", "any_bytes", "normalised_text_knows"),
    "full disk, read-only folder, file removed under a server, clock going back": (
        "a reason, the index whole",
        "full_disk",
        "folder_that_may_only_be_read",
        "removed_under_a_running",
        "clock_going",
    ),
    "files that take too long or too much, or crash their reader, and files after them": (
        "a reason each, the rest read",
        "too_much_is_refused",
        "files_before_it_have_taken",
        "tried_again",
    ),
    "Python files among the documents, and in the folder the program is started in": (
        "not run, but for what Python itself imports first",
        "python_file",
    ),
    "a drive that is not there, an empty folder, empty folders": ("nothing forgotten until told to", "nothing_is_left"),
    "changes behind SQLite's back, in texts, vectors and settings": (
        "named, not answered from",
        "change_behind",
        "gone_bad_is",
    ),
    "the same in copies and words, also where nothing may be written": (
        "named by `verify`",
        "copies_are_checked",
        "lost_words",
        "changed_by_hand",
        "word_index_is_checked",
    ),
    "damaged and missing backups": (
        "refused, the index or the good one kept; a whole one brings a damaged index back",
        "damaged_backup",
        "brings_back_a_damaged",
        "overwrite_a_good_backup",
    ),
    "backup into the index, over another index, a folder, a pipe, a file of something else": (
        "refused, all left as it was",
        "in_the_index_folder",
        "is_no_backup",
        "what_is_no_file",
        "into_no_folder",
    ),
}
"""What was tried, what came of it, and parts of the names of the tests that tried it."""


def hostile(folder: Path) -> Iterator[Row]:
    """Documents that mean harm, and a disk that does: counted from the tests."""
    names = [f"durability/test_{name}" for name in ("hostile", "damage", "indexing_faults", "store_faults")]
    tests = [str(ROOT / "tests" / f"{name}.py") for name in (*names, "loaders/test_apart")]
    report = folder / "report.xml"
    options = ["-m", "long or not long", "-k", "not flipped", "--hypothesis-profile", "search"]
    files = [f"--junitxml={report}", f"--basetemp={folder / 'tests'}"]
    subprocess.run([sys.executable, "-m", "pytest", *tests, *options, *files], check=True, cwd=ROOT)
    cases = [case.attrib["name"] for case in ElementTree.parse(report).iter("testcase") if not len(case)]
    passed = Counter(name.partition("[")[0] for name in cases)
    for what, (result, *parts) in HOSTILE.items():
        count = sum(times for name, times in passed.items() if any(part in name for part in parts))
        yield Row(what, "hostile", f"{result} ({count} test{'s' * (count != 1)})")


PROOFS: Mapping[str, Callable[[Path], Iterator[Row]]] = {
    "kills": kills,
    "kills-real": kills_real,
    "readers": readers,
    "flips": bits,
    "fuzz": fuzz,
    "hostile": hostile,
}

# The table


def written(page: str, rows: Sequence[Row], proof: str) -> str:
    """The page with the rows of a proof in place of those it had; the others keep theirs."""
    head, _, rest = page.partition(BEGIN)
    table, _, tail = rest.partition(END)
    kept = [Row(*cells) for line in table.splitlines() if (cells := _cells(line))]
    order = list(PROOFS)
    new = sorted([row for row in kept if row.how != proof] + list(rows), key=lambda row: order.index(row.how))
    lines = [f"| {row.what} | `python -m tests.durability {row.how}` | {row.result} |" for row in new]
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    opening = f"Measured on {machine}, with real processes and, where nothing else is said, the weight-free embedder."
    body = "\n".join([opening, "", "| what | how | result |", "|---|---|---|", *lines])
    return f"{head}{BEGIN}\n{body}\n{END}{tail}"


def _cells(line: str) -> tuple[str, str, str] | None:
    found = re.fullmatch(r"\| (.+?) \| `python -m tests\.durability (\S+)` \| (.+) \|", line)
    return (found[1], found[2], found[3]) if found and found[2] in PROOFS else None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the chosen proofs, each written as soon as it has held."""
    parser = argparse.ArgumentParser("python -m tests.durability", description=__doc__)
    parser.add_argument("proofs", nargs="*", metavar="NAME", help=f"{', '.join(PROOFS)}; all where none is named")
    chosen = parser.parse_args(arguments).proofs
    if unknown := set(chosen) - PROOFS.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}; choose from {', '.join(PROOFS)}")
    for name in chosen or PROOFS:
        with tempfile.TemporaryDirectory() as folder:
            rows = list(PROOFS[name](Path(folder)))
        PAGE.write_text(written(PAGE.read_text("utf-8"), rows, name), "utf-8")
        for row in rows:
            print(f"{row.what}: {row.result}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
