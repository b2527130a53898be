"""Reads subtitles (SRT, WebVTT) as paragraphs, each with the time at which it begins."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.errors import DocumentError
from rag.loaders.builder import Builder, Extract
from rag.loaders.decoding import decode
from rag.loaders.lines import clean_line, ends_sentence, width
from rag.loaders.metadata import Metadata

_TIMES = re.compile(
    r"\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
)
_SPEAKER = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]{1,80})>")
_MARKUP = re.compile(r"</?(?:[bciu]|font|v|ruby|rt|lang)(?:[\s.][^<>]*)?>|<\d[\d:.]*>|\{\\[^{}]*\}")
_LONGEST = 240
"""Columns after which a paragraph ends with its sentence."""
_PAUSE = 4.0
"""Seconds of silence that end a paragraph."""


@dataclass(slots=True)
class _Cue:
    start: float
    end: float
    text: str
    speaker: str = ""


def parse(data: bytes, name: str) -> Extract:
    """What is said, in order.

    Raises:
        DocumentError: the bytes are not text, or have no times.
    """
    cues = list(_cues(decode(data, name)))
    if not cues:
        hint = "Rename it to end in .txt if it is a plain text."
        raise DocumentError(name, "has no times, as subtitles do", hint, code="no_subtitles")
    doc = Builder()
    for start, text in _paragraphs(cues):
        doc.item(text, label=_clock(start))
    return doc.extract(Metadata(title=PurePosixPath(name).stem))


def _cues(text: str) -> Iterator[_Cue]:
    cue: _Cue | None = None
    for line in text.splitlines():
        if times := _TIMES.match(line):
            if cue:
                yield cue
            cue = _Cue(_seconds(times.groups()[:4]), _seconds(times.groups()[4:]), "")
        elif not line.strip():
            if cue:
                yield cue
            cue = None
        elif cue:
            if speaker := _SPEAKER.search(line):
                cue.speaker = speaker[1].strip()
            cue.text = f"{cue.text}\n{html.unescape(_MARKUP.sub('', line))}".strip()
    if cue:
        yield cue


def _paragraphs(cues: list[_Cue]) -> Iterator[tuple[float, str]]:
    """Cues joined to sentences: until a pause, another speaker, or a sentence's end after some length."""
    text, start, end, speaker, shown = "", 0.0, 0.0, "", ""
    for cue in cues:
        if not cue.text or cue.text == shown:
            continue  # captions made while one speaks repeat their last line
        changed = cue.speaker != speaker
        if text and (changed or cue.start - end > _PAUSE or (width(text) >= _LONGEST and ends_sentence(text))):
            yield start, text
            text = ""
        if not text:
            start = cue.start
            text = f"{cue.speaker}: {cue.text}" if cue.speaker and changed else cue.text
        else:
            text = clean_line(f"{text}\n{cue.text}")
        end, speaker, shown = cue.end, cue.speaker, cue.text
    if text:
        yield start, text


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return 3600 * hours + 60 * minutes + seconds + thousandths / 1000


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"
