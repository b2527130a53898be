"""Recognises the text in a picture of a page, with RapidOCR's Chinese and English models, on this machine."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from statistics import median
from typing import Any

from rag.loaders.pdf_lines import Piece
from rag.loaders.pdf_page import turned_box
from rag.progress import Step, tell

DOTS = 200
"""Dots per inch at which pages are read."""
LARGEST = 2600
"""Dots of the longer side of a picture; larger ones are made smaller."""
_SEARCHED = 1280
"""Dots of the longer side of the picture in which lines are searched; they are read in the full one."""
_SURE = 0.8
"""The mean score below which a picture is tried upside down and on its sides too."""
_LEAST = 0.5
"""The score below which a line is taken for a mark of no meaning."""
_HEADING = 1.35
"""How many times as high as most lines a heading is; heights that are read differ by less for no reason."""
ALIVE = Step(0, 0, "pictures")
"""Told after each try: the next may take as long again."""
HINT = "pip install 'yinju[ocr]' reads it; or run it through OCR (for example ocrmypdf) and index the result."


@dataclass(frozen=True, slots=True)
class Recognition:
    """What was read on a page: lines turned level, and the angle in degrees that they are written at."""

    lines: tuple[Piece, ...]
    angle: float = 0.0


def installed() -> bool:
    """Whether the optional packages are there."""
    return find_spec("rapidocr") is not None


def read_picture(picture: Any, scale: float, turns: Sequence[int] = (0, 2, 1, 3), least: float = _LEAST) -> Recognition:
    """The lines in a picture, shape ``(height, width, 3)``, with ``scale`` dots a point.

    ``turns``: the right angles to turn it by, counterclockwise, until it is read well; lines of a lower score than
    ``least`` are left out.
    """
    best: list[_Line] = []
    for turn in turns:
        found = list(_lines(picture, turn))
        tell(ALIVE)
        if _weight(found) > _weight(best):
            best = found
        if not found and turn == 0:
            break
        upright = sum(line.wide for line in found) * 2 >= len(found)
        if found and upright and sum(line.score for line in found) / len(found) >= _SURE:
            break
    return _level([line for line in best if line.score >= least], scale)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    score: float
    corners: tuple[tuple[float, float], ...]
    """From the upper left one of the text on, clockwise, in dots of the picture as it was given."""
    wide: bool


def _weight(lines: Sequence[_Line]) -> float:
    return sum(len(line.text) * line.score * (1 if line.wide else 0.5) for line in lines if line.score >= _LEAST)


def _lines(picture: Any, turns: int) -> Iterator[_Line]:
    """What is read in a picture that is turned by so many right angles, counterclockwise."""
    import numpy as np

    height, width = picture.shape[:2]
    said = _engine()(np.ascontiguousarray(np.rot90(picture, turns)), use_cls=False)
    if said.boxes is None:
        return
    for box, text, score in zip(said.boxes, said.txts, said.scores, strict=True):
        across = math.dist(box[0], box[1])
        corners = tuple(_turned_back(float(x), float(y), turns, width, height) for x, y in box)
        wide = across >= 0.8 * math.dist(box[1], box[2]) or len(text) < 2
        yield _Line(text, float(score), corners, wide)


def _turned_back(x: float, y: float, turns: int, width: int, height: int) -> tuple[float, float]:
    return ((x, y), (width - y, x), (width - x, height - y), (y, height - x))[turns]


def _level(lines: Sequence[_Line], scale: float) -> Recognition:
    if not lines:
        return Recognition(())
    angle = _angle(lines)
    boxes, heights = [], []
    for line in lines:
        xs, ys = zip(*(turned_box((x, y, x, y), angle)[:2] for x, y in line.corners), strict=True)
        boxes.append((min(xs) / scale, min(ys) / scale, max(xs) / scale, max(ys) / scale))
        heights.append(min(math.dist(line.corners[1], line.corners[2]), max(ys) - min(ys)) / scale)
    usual = median(heights)
    pieces = []
    for order, (line, (left, top, right, bottom), height) in enumerate(zip(lines, boxes, heights, strict=True)):
        size = 0.75 * (height if height > _HEADING * usual else usual)
        pieces.append(Piece(line.text, left, top, right, bottom, bottom - 0.25 * size, size, False, order))
    return Recognition(tuple(pieces), angle)


def _angle(lines: Sequence[_Line]) -> float:
    """The angle that long lines are written at, degrees clockwise; less than a fifth of one is none."""
    longest = sorted(lines, key=lambda line: math.dist(line.corners[0], line.corners[1]))[-max(3, len(lines) // 2) :]
    x = sum(line.corners[1][0] - line.corners[0][0] for line in longest)
    y = sum(line.corners[1][1] - line.corners[0][1] for line in longest)
    angle = math.degrees(math.atan2(y, x))
    return 0.0 if abs(angle) < 0.2 else round(angle, 1)


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 2,
            "Det.limit_type": "max",
            "Det.limit_side_len": _SEARCHED,
        }
    )
