"""A summary is of the document that is named, or there is none."""

from __future__ import annotations

from tests.answers.asking import asked

REPORT = (
    "Outage report\nThe outage began at 09:14 on 28 March. Both generators failed to start.\n"
    "However, the batteries held for eleven minutes. All customers were back by noon."
)


def test_a_document_without_the_name_that_is_asked_for_is_not_summed_up() -> None:
    assert asked("Sum up the report on Northgate.", {"a.txt": REPORT}).refused
    assert not asked("Sum up the report on Northgate.", {"a.txt": f"Northgate\n{REPORT}"}).refused


def test_a_document_in_the_other_language_may_write_the_name_otherwise() -> None:
    text = "停电报告\n三月二十八日上午九点十四分，北门机房停电。两台发电机都没有启动，电池只撑了十一分钟。"
    assert not asked("Sum up the report on Northgate.", {"a.txt": text}).refused
