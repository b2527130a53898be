"""The table of the reliability page: each proof replaces its own rows and leaves the rest."""

from __future__ import annotations

from tests.durability.__main__ import BEGIN, END, PAGE, Row, written


def test_rows_of_a_proof_replace_its_own_and_stand_in_the_order_of_the_proofs() -> None:
    page = f"# Title\n\n{BEGIN}\n{END}\n\n## Found\n\n- by hand\n"
    page = written(page, [Row("bytes", "flips", "3 named"), Row("more", "flips", "1 | 2")], "flips")
    page = written(page, [Row("kills", "kills", "100 survived")], "kills")
    page = written(page, [Row("bytes", "flips", "4 named")], "flips")
    rows = [line for line in page.splitlines() if "python -m tests.durability " in line and line.startswith("| ")]
    assert rows == [
        "| kills | `python -m tests.durability kills` | 100 survived |",
        "| bytes | `python -m tests.durability flips` | 4 named |",
    ]
    assert page.startswith(f"# Title\n\n{BEGIN}\nMeasured on ")
    assert page.endswith(f"{END}\n\n## Found\n\n- by hand\n")


def test_table_of_the_page_is_as_it_would_be_written() -> None:
    page = PAGE.read_text("utf-8")
    table = page.partition(BEGIN)[2].partition(END)[0]
    assert [line for line in table.splitlines() if line.startswith("|")] == [
        line for line in written(page, [], "").partition(BEGIN)[2].splitlines() if line.startswith("|")
    ]
