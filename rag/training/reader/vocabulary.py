"""The encoder's vocabulary, cut down to Chinese, English and what documents in them contain.

multilingual-e5-small knows 250,002 pieces of a hundred languages: 96 million of its 117 million weights. A reader of
two languages keeps the pieces that real text in them uses, every single Chinese character, and the commonest of the
rest. A word whose piece is gone is cut into smaller ones; a character with no piece is ``<unk>``, with its place in
the text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
"""Their ids are 0 to 3, before and after."""

_HAN = re.compile("▁?[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_ASCII = re.compile("▁?[!-~]+")
_SYMBOL = re.compile("▁?[\u00a0-\u024f\u0370-\u03ff\u2000-\u2bff\u3000-\u30ff\uff00-\uffef]")


def prune(folder: Path, texts: Iterable[str], size: int) -> tuple[dict[str, Any], list[int]]:
    """``tokenizer.json`` of ``size`` pieces, and for each the id it had in the tokenizer of ``folder``.

    Kept in this order: the special tokens; single Chinese characters and symbols; pieces that ``texts`` use, by count;
    Chinese and ASCII pieces by the tokenizer's own log-probability.
    """
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    pieces: list[tuple[str, float]] = [(piece, score) for piece, score in content["model"]["vocab"]]
    used: Counter[int] = Counter()
    for text in texts:
        used.update(tokenizer.encode(text, add_special_tokens=False).ids)
    kept = list(range(len(SPECIAL)))
    kept += [i for i, (piece, _) in enumerate(pieces) if _is_single(piece)]
    kept += [i for i, _ in used.most_common()]
    by_score = sorted(range(len(pieces)), key=lambda i: -pieces[i][1])
    kept += [i for i in by_score if _HAN.fullmatch(pieces[i][0]) or _ASCII.fullmatch(pieces[i][0])]
    ids = list(dict.fromkeys(i for i in kept if i < len(pieces) and pieces[i][0] != "<mask>"))[:size]
    content["model"]["vocab"] = [pieces[i] for i in ids]
    content["added_tokens"] = [token for token in content["added_tokens"] if token["content"] in SPECIAL]
    return content, ids


def _is_single(piece: str) -> bool:
    return bool(len(piece.lstrip("▁")) <= 1 and (_HAN.fullmatch(piece) or _SYMBOL.fullmatch(piece))) or (
        len(piece) == 1 and piece.isprintable() and piece.isascii()
    )
