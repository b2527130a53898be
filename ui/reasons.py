"""Why a file was not taken, in Chinese: the loaders say it in English."""

from __future__ import annotations

import re

_REASONS = (
    (r"has a type that cannot be indexed \((.*)\)", "不支持这种类型（{}）"),
    (r"is larger than (.+)", "超过 {}"),
    (r"is (.+) MB, more than the (.+) MB that are indexed", "有 {} MB，超过上限 {} MB"),
    (r"has a name that cannot be kept", "文件名无法保存，请改名"),
    (r"there is no such upload", "没有收到这个文件，请重新选择"),
    (r"no readable text", "没有可读的文字；请确认它不是空的，也不只是图片"),
    (r"holds (.+) million characters, more than the (.+) million that are indexed", "有 {} 百万字，超过上限 {} 百万字"),
    (r"could not be read \((.*)\)", "读不出来（{}）；请另存为别的格式再上传"),
    (r"is not a regular file", "不是普通文件"),
    (r"cannot be read \((.*)\)", "打不开（{}）"),
    (r"takes longer than (.+) s to read", "读了 {} 秒还没读完；请拆成几份，或另存为 .txt"),
    (r"takes too much memory to read", "读它要用太多内存；请拆成几份，或另存为 .txt"),
    (r"crashes its reader", "会让读取程序崩溃；请拆成几份，或另存为 .txt"),
    (r"is (.+), not text", "不是文字文件；请上传 PDF、Word、HTML、Markdown 或文本文件"),
    (r"is not text in any encoding that could be recognised", "认不出文字编码；请另存为 UTF-8 文本"),
    (r"is not a complete Word document", "Word 文件不完整；请用 Word 打开后另存为 .docx"),
    (r"is an old \.doc file or locked by a password", "是旧版 .doc 文件，或有密码；请另存为不带密码的 .docx"),
    (r"unpacks to (\d+) MB.*, more than (\d+) MB", "解压后有 {} MB，超过上限 {} MB；请拆成几份，或另存为 .txt"),
    (r"nests HTML tags more than (.+) deep", "HTML 标签嵌套超过 {} 层；请另存为文本"),
    (r"is encrypted", "已加密；请另存为不加密的副本"),
    (r"is not a complete PDF; it is cut off or damaged", "PDF 不完整或已损坏；请重新下载或导出"),
    (r"has no text layer; its pages are images", "没有文字层，每页都是图片；请先做文字识别（OCR）"),
    (r"is locked by a password", "有打开密码；请另存为不带密码的副本"),
)


def in_chinese(reason: str) -> str:
    """The reason in Chinese, with the next step where there is one; one that is not known stays as it is."""
    for english, chinese in _REASONS:
        if found := re.fullmatch(english, reason, re.DOTALL):
            return chinese.format(*found.groups()) + "。"
    return reason
