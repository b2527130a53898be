"""What is dropped from a page, and what is not."""

from __future__ import annotations

import pytest

from rag.loaders.clutter import article, is_clutter, strip_mark

TEXT = "港务局局长程慧表示，新泊位将在明年第一季度启用，届时每天可以多停靠六艘万吨级货船。"


@pytest.mark.parametrize(
    "mark",
    [
        "（编辑 李小霞）",
        "(责任编辑：王珊)",
        "【责编：周明 孙立】",
        "（作者：朱娜 编辑：李小霞）",
        "（責任編輯：馮美玲）",
        " [责任编辑: 王珊 PT012]",
        " (Editing by Ann Lee)",
    ],
)
def test_an_editors_mark_is_taken_off_the_end_of_a_paragraph(mark: str) -> None:
    assert strip_mark(TEXT + mark) == TEXT


@pytest.mark.parametrize(
    "end", ["（编辑部已核实）", "（编辑距离）", "（粤港澳大湾区）", "（攝影：李思明）", "（编辑 2021年版）", "(Editor)"]
)
def test_other_brackets_stay(end: str) -> None:
    assert strip_mark(TEXT + end) == TEXT + end


@pytest.mark.parametrize(
    "line",
    [
        "责任编辑：王珊珊",
        "Share this story",
        "ALSO READ: Ferry fares to rise",
        "分享到：微信 微博 QQ空间",
        "相关阅读：渡轮加价押后",
        "广告",
        "阅读全文",
    ],
)
def test_lines_of_the_frame_are_clutter_wherever_they_stand(line: str) -> None:
    assert is_clutter(line, page=True)


@pytest.mark.parametrize(
    "foot",
    [
        "上一篇：渡轮加价", "返回顶部", "阅读原文", "点赞 在看 12", "长按识别二维码关注我们",
        "更多资讯，尽在河湾财经APP", "版权所有：河湾日报", "粤ICP备00000000号", "Related articles",
        "Copyright © 2024 Bay Courier. All rights reserved.",
        "本报简介 | 广告服务 | 联系我们", "About us | Contact | Privacy",
        "免责声明：本文仅代表作者个人观点，与本站无关，其原创性以及文中陈述文字和内容未经本站证实，请读者仅作参考。",
    ],
)  # fmt: skip
def test_everything_from_the_foot_on_is_dropped(foot: str) -> None:
    assert article([TEXT, "泊位27个", foot, "渡轮", "OPEN"], page=True).lines == (TEXT, "泊位27个")


@pytest.mark.parametrize("foot", ["上一篇：渡轮加价", "返回顶部", "阅读原文"])
def test_the_same_words_above_running_text_cut_nothing_off(foot: str) -> None:
    last = "市民可以在九月底以前向港务局提交意见，局里将在十五个工作日以内逐一答复。"
    assert article([TEXT, foot, "泊位27个", last], page=True).lines == (TEXT, foot, "泊位27个", last)


@pytest.mark.parametrize(
    "fact",
    [
        "客服热线：400-000-0000", "联系人：彭先生", "Next steps: hire two people", "Copyright is held by the estate.",
        "扫描仪：两台", "编辑部：三楼", "来源地：澳门", "声明：不适用", "标题：待定", "作者权益协会", "分享经济",
    ],
)  # fmt: skip
def test_a_fact_at_the_end_of_a_page_stays(fact: str) -> None:
    assert article([TEXT, fact], page=True).lines == (TEXT, fact)


def test_a_byline_below_the_article_becomes_the_author() -> None:
    extract = article([TEXT, "作者：周晓岚", "责任编辑：王珊"], page=True)
    assert extract.lines == (TEXT,)
    assert extract.metadata.author == "周晓岚"


def test_a_lead_printed_twice_is_kept_once_and_a_refrain_is_kept() -> None:
    refrain = ["请注意安全。", TEXT, "请注意安全。"]
    assert article([TEXT, "小标题", TEXT, *refrain[:1], "其余", "请注意安全。"]).lines == (
        TEXT,
        "小标题",
        "请注意安全。",
        "其余",
        "请注意安全。",
    )
