"""Error messages in Chinese and English by error code, each with the next step."""

from __future__ import annotations

import logging
import re

from rag import RagError

MESSAGES: dict[str, tuple[str, str]] = {
    # questions
    "question_empty": ("请输入问题。", "{detail}"),
    "question_without_words": ("这个问题没法查：请用中文或英文的词句提问。", "{detail}"),
    "question_too_long": ("问题有 {characters} 个字符，最多 {limit} 个：请改短一些。", "{detail}"),
    "scope_unknown": ("没有「{name}」：它不是文档、文件夹、作者、类型或语言。", "{detail}"),
    "scope_empty": ("没有文档符合所选的范围：请放宽条件。", "{detail}"),
    "scope_date": ("「{date}」不是日期：请写成 2024、2024-03 或 2024-03-05。", "{detail}"),
    "scope_value": ("「{name}」的值不对：应为文字或文字列表。", "{detail}"),
    # the index
    "index_missing": (
        "还没有收录任何文档：请先添加。",
        "Nothing is indexed yet: add documents first.",
    ),
    "index_locked": ("别人正在写入索引，请稍后再试。", "Someone else is writing to the index: try again in a moment."),
    "index_mismatch": ("索引是用另一个模型建的：请运维重建索引。", "{detail}"),
    "index_damaged": ("索引文件已损坏：请运维重建索引。", "{detail}"),
    "weights_missing": (
        "模型文件还没下载：请运行 python -m rag models pull，然后刷新。",
        "The models are not here yet: run python -m rag models pull, then reload.",
    ),
    # files
    "nothing_to_read": ("没有可读的文字；请确认它不是空的，也不只是图片。", "{detail}"),
    "unsupported_type": ("不支持这种类型（{suffix}）。", "This type ({suffix}) cannot be indexed."),
    "too_large": ("有 {size} MB，超过上限 {limit} MB。", "It has {size} MB; at most {limit} MB are indexed."),
    "too_long": ("有 {millions} 百万字，超过上限 {limit} 百万字；请拆成几份。", "{detail}"),
    "too_slow": ("读了 {seconds} 秒还没读完；请拆成几份，或另存为 .txt。", "{detail}"),
    "too_much_memory": ("读它要用太多内存；请拆成几份，或另存为 .txt。", "{detail}"),
    "crashes_reader": ("会让读取程序崩溃；请拆成几份，或另存为 .txt。", "{detail}"),
    "says_too_much": ("读出的文字超过 {limit} MB；请拆成几份。", "{detail}"),
    "not_readable": ("读不出来（{problem}）；请另存为别的格式再上传。", "{detail}"),
    "cannot_be_opened": ("打不开（{problem}）。", "{detail}"),
    "not_a_regular_file": ("不是普通文件。", "{detail}"),
    "not_text": ("不是文字文件；请上传 PDF、Word、HTML、Markdown 或文本文件。", "{detail}"),
    "unknown_encoding": ("认不出文字编码；请另存为 UTF-8 文本。", "{detail}"),
    "damaged_office": ("文件不完整或已损坏（{kind}）；请用原来的程序打开后重新保存。", "{detail}"),
    "old_office": ("是旧版 Office 文件，或有密码；请另存为不带密码的新格式（如 .docx）。", "{detail}"),
    "locked_office": ("有打开密码；请另存为不带密码的副本。", "{detail}"),
    "unpacks_too_large": ("解压后有 {size} MB，超过上限 {limit} MB；请拆成几份，或另存为 .txt。", "{detail}"),
    "too_many_cells": ("单元格太多（上限 {limit}）；请删掉远离表格的内容，或另存为 .csv。", "{detail}"),
    "too_many_files": ("压缩包里的文件超过 {limit} 个；请解压后再上传。", "{detail}"),
    "nothing_inside": ("压缩包里没有能读的文件。", "{detail}"),
    "locked_book": ("电子书有版权锁；请用没有锁的版本。", "{detail}"),
    "no_subtitles": ("不是字幕文件（没有时间）；如果是普通文本，请改名为 .txt。", "{detail}"),
    "not_json": ("不是有效的 JSON；请检查，或改名为 .txt。", "{detail}"),
    "nested_too_deep": ("HTML 标签嵌套超过 {limit} 层；请另存为文本。", "{detail}"),
    "encrypted_pdf": ("已加密；请另存为不加密的副本。", "{detail}"),
    "damaged_pdf": ("PDF 不完整或已损坏；请重新下载或导出。", "{detail}"),
    "no_text_layer": ("没有文字层，每页都是图片；请先做文字识别（OCR）。", "{detail}"),
    "needs_ocr": ("是图片；要读取图片请先安装 yinju[ocr]。", "{detail}"),
    "damaged_picture": ("图片不完整或已损坏；请另存为 PNG 或 JPEG。", "{detail}"),
    "picture_too_large": ("图片太大或太多；请缩小或拆分。", "{detail}"),
    "locked_pdf": ("有打开密码；请另存为不带密码的副本。", "{detail}"),
    "name_not_kept": ("文件名无法保存；请改名。", "{detail}"),
    "document_missing": (
        "文档不在索引里了：可能已被删除。",
        "This document is no longer indexed.",
    ),
    "web_unreachable": ("打不开这个网址；请稍后再试，或检查拼写。", "{detail}"),
    "web_status": ("这个网址返回 {status}；请在浏览器里看看。", "{detail}"),
    "web_private": ("这是内部网络的地址，不能抓取；请在浏览器里另存为文件再上传。", "{detail}"),
    "web_robots": ("这个网站不让程序读取这一页；请在浏览器里另存为文件再上传。", "{detail}"),
    "no_page_image": ("这一页没有图像。", "{detail}"),
    "original_gone": ("原文件已不在收录时的位置。", "{detail}"),
    "original_changed": ("原文件在收录之后改动过；请重新收录。", "{detail}"),
    "forbidden": ("您无权这样做：请找运维。", "{detail}"),
    "origin": ("这个请求来自别的网页。", "{detail}"),
    "upload_missing": ("没有收到这个文件；请重新选择。", "{detail}"),
    "network_off": ("这里不抓取网页：启动服务器时要加 --allow-network。", "{detail}"),
    "read_only": ("这里的文档是只读的：增删请找运维。", "{detail}"),
    "feedback_full": ("反馈已存满：请运维移走 {file}。", "{detail}"),
    # everything else
    "rag_error": ("出了问题：{detail}", "{detail}"),
    "unexpected": (
        "出了意外。请再试一次；若仍失败，请看服务器日志。",
        "Something unexpected happened. Try again; if it fails again, the server’s log says why.",
    ),
}
"""Code of an error to what it says in (Chinese, English).

``{name}`` is filled in from the error's parameters; ``{detail}`` is its own message, which is in English.
"""

PREFIX = "error."
"""What the page's key of a message has before its code."""

log = logging.getLogger(__name__)


def problem(error: Exception) -> dict[str, str | float]:
    """An error for the page, without a traceback: the ``key`` of its message and the values to fill in."""
    if isinstance(error, RagError):
        reason = getattr(error, "reason", None) or str(error)
        code = error.code if error.code in MESSAGES else "rag_error"
        return {"detail": _sentence(reason, error.hint), **error.parameters, "key": PREFIX + code}
    log.error("an error nobody foresaw", exc_info=error)
    return {"key": f"{PREFIX}unexpected"}


def _sentence(reason: str, hint: str) -> str:
    """``is encrypted`` and ``save a copy`` become two sentences."""
    said = [reason[:1].upper() + reason[1:], hint[:1].upper() + hint[1:]]
    return " ".join(re.sub(r"(?<=[^.!?。！？])$", ".", one) for one in said if one)
