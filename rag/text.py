"""Everything about scripts and languages: normalising text, splitting sentences and words, telling languages apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.identifiers import identifiers
from rag.types import Language, Script, Span

if TYPE_CHECKING:
    from opencc import OpenCC
    from Stemmer import Stemmer

HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007"

TRADITIONAL = 0.05
"""A text is in Traditional characters where more than this share of its ideographs have another Simplified form."""

ENGLISH_STOPWORDS = frozenset(
    "a about above after again all also am an and any are as at be been being between both but by can could did do does"
    " doing down during each few for from further had has have having he her here hers him his how i if in into is it"
    " its just many me more most much my no nor not of off on once only or other our out over own please s same she"
    " should so some such t tell than that the their them then there these they this those through to too under until"
    " up us very was we were what when where which while who whom why will with would you your".split()
)

_CHINESE_QUESTION_WORDS = re.compile(
    "请问|告诉我|为什么|什么时候|什么|多少|多久|多大|多长|哪一年|哪一|哪些|哪个|哪家|哪里|哪年|哪位|哪|怎么样|怎么|怎样|如何"
    "|是否|有没有|是不是|几个|几家|几年|谁|吗|呢|吧|的|了"
)
_ENGLISH_ASKING = frozenset(
    "what who whom when where which how why is are was were do does did has have can list name describe explain give"
    " show compare".split()
)

_CHINESE_GRAMMAR = re.compile("[的了是在有吗呢么谁哪几嗎麼誰幾]")
_CHINESE_ASKING = re.compile(f"{_CHINESE_GRAMMAR.pattern}|{_CHINESE_QUESTION_WORDS.pattern}")
_TITLED = re.compile(r"《[^》]*》|“[^”]*”|「[^」]*」|『[^』]*』")
_HAN_CHARACTER = re.compile(f"[{HAN}]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ]+")
_BREAK = re.compile(r"[\r\n]")
_TERM = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+")
_LATIN_TERM = re.compile(f"[^\\W_{HAN}]{{2,}}")
_SENTENCE_END = re.compile(
    r"""(?: [。！？!?；;｡]+ | …+ | \.{2,} | (?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|No|Jr|Sr|vs|pp))
                 (?<!\b(?:Mrs|Inc|Ltd|Vol|Gen|Rev|Gov|Sen|Col|Rep|Fig|ext|tel|Jan|Feb|Mar|Apr|Aug|Sep|Oct|Nov|Dec))
                 (?<!\b(?:Prof|Capt|Figs|Sept|dept|Dept|Univ|Govt))(?<!\bet\ al)
                 (?!(?<=\.[A-Za-z])\.\s+[a-z0-9]) \.(?=\s|["'”’)\]]|$) )
        ["'”’」』》）)\]]*""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Normalised:
    """Normalised text with its offsets: character i stood at ``offsets[i]`` of the original."""

    text: str
    offsets: Sequence[int]
    """Length ``len(text) + 1``; the last entry is the length of the original."""

    def span(self, start: int, end: int) -> Span:
        """A range of the normalised text as a range of the original."""
        if start >= end:
            return Span(self.offsets[start], self.offsets[start])
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


class _Fold(dict[str, str]):
    """Maps a character to its NFKC form, a format character (zero-width, bidi, tag) to nothing; filled on demand."""

    def __missing__(self, character: str) -> str:
        invisible = unicodedata.category(character) == "Cf"
        form = "" if invisible else unicodedata.normalize("NFKC", character)
        self[character] = form
        return form


_FOLD = _Fold()


class _Characters(dict[int, str]):
    """Maps a code point to its folded form; filled on demand."""

    def __missing__(self, point: int) -> str:
        form = "".join(map(_simplify_character, _FOLD[chr(point)])).lower()
        self[point] = form
        return form


_CHARACTERS = _Characters()


def normalise(text: str) -> Normalised:
    """NFKC character by character (Unicode UAX #15), format characters dropped, offsets kept.

    Full-width letters become ASCII, NBSP a space, Kangxi radicals their ideographs; newlines stay.
    """
    if text.isascii():
        return Normalised(text, range(len(text) + 1))
    pieces: list[str] = []
    offsets: list[int] = []
    for index, character in enumerate(text):
        form = _FOLD[character]
        pieces.append(form)
        offsets.extend([index] * len(form))
    offsets.append(len(text))
    return Normalised("".join(pieces), offsets)


def simplify(text: str) -> str:
    """Traditional to Simplified Chinese, one character for one, so that offsets stay true."""
    if not _HAN_CHARACTER.search(text):
        return text
    simplified: str = _opencc("t2s").convert(text)
    if len(simplified) == len(text):
        return simplified
    return "".join(_simplify_character(character) for character in text)


def script_of(text: str) -> Script:
    """The Chinese script of a text; Simplified where nothing tells."""
    changed = sum(a != b for a, b in zip(text, simplify(text), strict=True))
    return "Hant" if changed > TRADITIONAL * len(_HAN_CHARACTER.findall(text)) else "Hans"


def in_script(text: str, script: Script) -> str:
    """A text in a Chinese script; one without Chinese as it is."""
    if not _HAN_CHARACTER.search(text):
        return text
    if script == "Hans":
        return simplify(text)
    traditional: str = _opencc("s2t").convert(text)
    return traditional


def in_script_of(text: str, question: str) -> str:
    """A question in the script of a text, for models that treat Traditional and Simplified as different."""
    return in_script(question, script_of(text))


def fold(text: str) -> str:
    """The form in which two texts are compared: normalised, Simplified, lower case."""
    return simplify(normalise(text).text).lower()


def characters(text: str) -> str:
    """The folded form of each character by itself: what ``fold`` gives but for a few words, and much sooner."""
    return text.translate(_CHARACTERS)


def language_of(text: str) -> Language:
    """The language a text is written in, judged by Han characters against Latin words.

    A name in the other script does not decide: "Beyond Limits 是哪年成立的？" is Chinese, "Who runs 中国平安?" English.
    """
    han = len(_HAN_CHARACTER.findall(text)) + 2 * len(_CHINESE_GRAMMAR.findall(text))
    latin = _LATIN_WORD.findall(text)
    asking = sum(word.lower() in _ENGLISH_ASKING for word in latin)
    return "zh" if han > len(latin) + 2 * asking else "en"


def asked_in(question: str) -> Language:
    """The language of a question, judged by its question words, not by the names and titles in it.

    "When was 《智慧城市蓝图》 published?" is English, "Beyond Limits 总部" Chinese.
    """
    plain = _TITLED.sub(" ", question)
    words = [word.lower() for word in _LATIN_WORD.findall(plain) if word[-1].islower()]
    english = any(word in ENGLISH_STOPWORDS or word in _ENGLISH_ASKING for word in words)
    if english and not _CHINESE_ASKING.search(fold(plain)):
        return "en"
    return "zh" if not english and _HAN_CHARACTER.search(plain) else language_of(plain)


def sentences(text: str) -> list[Span]:
    """The sentences of a text in order, without the white space around them; a line break always ends one."""
    spans: list[Span] = []
    for line in re.finditer(r"[^\r\n]+", text):
        start = line.start()
        for stop in _SENTENCE_END.finditer(text, line.start(), line.end()):
            _add_trimmed(spans, text, start, stop.end())
            start = stop.end()
        _add_trimmed(spans, text, start, line.end())
    return spans


def sentence_around(text: str, span: Span) -> Span:
    """The smallest run of whole sentences that covers ``span``; the span itself where there is none."""
    line_end = _BREAK.search(text, span.end)
    begin = max(text.rfind(mark, 0, span.start) for mark in "\r\n") + 1  # a line break always ends a sentence
    own = sentences(text[begin : line_end.start() if line_end else None])
    near = (Span(one.start + begin, one.end + begin) for one in own)
    touched = [one for one in near if one.start < span.end and span.start < one.end]
    if not touched:
        return span
    return Span(min(touched[0].start, span.start), max(touched[-1].end, span.end))


def terms(text: str) -> list[str]:
    """The index terms of a text: bigrams of Simplified Han characters, stems of other words, then its identifiers.

    Bigrams follow Nie et al., "On the use of words and n-grams for Chinese information retrieval" (IRAL 2000); stems
    are Snowball English.
    """
    found: list[str] = []
    folded = fold(text)
    for match in _TERM.finditer(folded):
        run = match.group()
        if not _HAN_CHARACTER.match(run):
            found.append(_stem(run))
        elif len(run) == 1:
            found.append(run)
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
    return found + identifiers(folded)


def question_terms(question: str) -> list[str]:
    """The distinct index terms that carry a question's content: no stopwords, no words that only ask."""
    content = _CHINESE_QUESTION_WORDS.sub(" ", fold(question))
    kept = [term for term in terms(content) if term not in _stopword_stems()]
    return list(dict.fromkeys(kept or terms(question)))


def stems(text: str) -> list[str]:
    """The stems of a text's words in Latin letters, in order, without those that carry no content."""
    words = [word for word in _LATIN_TERM.findall(characters(text)) if word not in ENGLISH_STOPWORDS]
    found: list[str] = _stemmer().stemWords(words)
    return found


def content_characters(question: str) -> list[str]:
    """The runs of Chinese characters of a question, folded, without those that only ask."""
    return re.findall(f"[{HAN}]+", _CHINESE_QUESTION_WORDS.sub(" ", fold(question)))


def shared_words(text: str, question: str) -> list[Span]:
    """Where words of a question stand in a text, in order; of Chinese, what has two characters in a row in common."""
    wanted = set(question_terms(question))
    normalised = normalise(text)
    lowered = (one if len(one.lower()) != 1 else one.lower() for one in simplify(normalised.text))
    found: list[Span] = []
    for match in _TERM.finditer("".join(lowered)):
        run, start = match.group(), match.start()
        if not _HAN_CHARACTER.match(run) or len(run) == 1:
            spans = [Span(start, match.end())] if _stem(run) in wanted else []
        else:
            spans = [Span(start + i, start + i + 2) for i in range(len(run) - 1) if run[i : i + 2] in wanted]
        for span in spans:
            touches = found and span.start <= found[-1].end and _HAN_CHARACTER.match(run)
            found[-1:] = [Span(found[-1].start, span.end)] if touches else [*found[-1:], span]
    return [normalised.span(one.start, one.end) for one in found]


def has_words(text: str) -> bool:
    """Whether a text has at least one letter, ideograph or digit."""
    return any(character.isalnum() for character in text)


def _add_trimmed(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if left < right:
        spans.append(Span(left, right))


@lru_cache(maxsize=2)
def _opencc(conversion: str) -> OpenCC:
    from opencc import OpenCC

    return OpenCC(conversion)


@lru_cache(maxsize=8192)
def _simplify_character(character: str) -> str:
    simplified: str = _opencc("t2s").convert(character)
    return simplified if len(simplified) == 1 else character


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer("english")


def _stem(word: str) -> str:
    stem: str = _stemmer().stemWord(word)
    return stem


@lru_cache(maxsize=1)
def _stopword_stems() -> frozenset[str]:
    return frozenset(_stem(word) for word in ENGLISH_STOPWORDS)
