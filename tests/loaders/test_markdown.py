"""Markdown files."""

from __future__ import annotations

from pathlib import Path

from tests.loaders.making import lines_of, read

NOTE = """---
title: 港口手册
tags: [港口]
---
# 第一章

这是**第一段**，见[泊位表](https://example.org/berths)，
换行之后接着写。An English
line too.

## 泊位

- 一号泊位：长320米
  - 可停万吨级
- [二号泊位](b.md)

3. 先报到
4. 再卸货

| 泊位 | 长度 |
|---|---|
| 一号 | 320米 |

```sh
make berth  # 不会丢
```

> 引用一句。

![示意图](a.png) 图一 <span style="display:none">藏起来的话</span><!-- 注释 -->

Inline `code` stays, 10<sup>6</sup> too.
"""


def test_everything_a_reader_sees_is_kept_and_addresses_are_not(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", NOTE)
    assert document.title == "港口手册"
    assert lines_of(document) == [
        "第一章",
        "这是第一段，见泊位表，换行之后接着写。An English line too.",
        "泊位",
        "一号泊位：长320米",
        "可停万吨级",
        "二号泊位",
        "3. 先报到",
        "4. 再卸货",
        "泊位 | 长度",
        "一号 | 320米",
        "make berth  # 不会丢",
        "引用一句。",
        "图一",
        "Inline code stays, 10^6 too.",
    ]


def test_the_first_heading_is_the_title_and_stays_in_the_text(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", "# Berths and *tides*\n\nThe tide turns at six.\n")
    assert document.title == "Berths and tides"
    assert lines_of(document) == ["Berths and tides", "The tide turns at six."]


def test_a_loose_numbered_list_keeps_its_numbers_on_the_line(tmp_path: Path) -> None:
    assert lines_of(read(tmp_path, "a.md", "1. one\n\n   more\n\n2. two\n")) == ["1. one", "more", "2. two"]


def test_words_that_frame_a_web_page_are_content_in_a_note(tmp_path: Path) -> None:
    prose = "The office opens at nine and closes at five, and the phone is answered at noon."
    note = [prose, "分享到：微信", "Related articles", "编辑：王芳"]
    assert lines_of(read(tmp_path, "a.md", "\n\n".join(note))) == note
