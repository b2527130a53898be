"""A claim and the spans it cites to a verdict: do its numbers, dates, names and words stand there?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag.text import ENGLISH_STOPWORDS, fold, has_words, language_of, terms
from rag.types import Language
from rag.values import Value, agrees, covers, same, values_in
from rag.values.places import places_in

MIN_COVERAGE = 0.7
MIN_SIMILARITY = 0.6
"""Of the 274 sentence pairs of 61 XQuAD passages the default encoder puts 94% of translations above it, and 1.2% of the
other sentences of the same passage."""

Similarity = Callable[[str, str], float]
"""Cosine of two texts, in [-1, 1]."""

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN_NAME = re.compile("[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:[&.'’-][A-Za-zÀ-ɏ0-9]+)*|[0-9]+(?:[.:/-][0-9]+)*[A-Za-z0-9]*")
_POSSESSIVE = re.compile("['’]s?$")
_OPENERS = frozenset(
    "according additionally also although among as at because besides but currently despite during finally further"
    " furthermore however including indeed instead later like meanwhile moreover nearly now overall recently since so"
    " still therefore though thus today under while yes yet".split()
)
"""Words that open an English sentence with a capital and name nothing."""
_FUNCTION_WORDS = re.compile(
    "根据|按照|据悉|据了解|表示|认为|指出|介绍|其中|目前|以及|并且|而且|但是|因此|所以|因为|由于|如果|虽然|同时|此外|另外|已经|正在|将会"
    "|可以|能够|进行|通过|对于|关于|作为|成为|属于|位于|分别|总共|一共|共有|共计|大约|大概|左右|以上|以下|超过|至少|最多|将近|接近|达到|高达|多达"
)
_FUNCTION_CHARACTERS = frozenset(
    "的了是在有和与及或于为以之其这那该此就也都还又而且并被把将从到对由向给让使等着过地得里中上下内外前后时共约近超逾达个些每各所则即我们你他她它"
    "因如但只才更最很再呢吗啊吧啦不没未无非"
)
_HAN_NUMERAL_PAIR = re.compile("[二三四五六七八九十百千两][\u3400-\u9fff]|[\u3400-\u9fff][二三四五六七八九十百千两]")
_NO_NEGATION = re.compile(
    "不断|不仅|不但|不同|不少|不久|不过|不论|不管|不错|不足|不到|不超过|不低于|不多于|差不多|不得不|不禁|不动产|不锈钢|不乏|不难|不妨|不止|不只|不惜"
    "|无论|无人机|无线|无限|无数|无不|非常|非洲|非凡|除非|无非|未来|未免|是不是|能不能|有没有|会不会"
    r"|\bnot only\b|\bno (?:more|less|fewer|longer) than\b|\bno doubt\b|\bnot (?:more|less) than\b|\bno\. ?[0-9]",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    "不断|不仅|不但|不同|不少|不久|不过|不论|不管|不错|不足|不到|不超过|不少于|不低于|不多于|差不多|不得不|不禁|不动产|不锈钢|不乏|不难|不妨|不止|不只|不惜|不约而同"
    "|无论|无人机|无线|无限|无数|无不|非常|非洲|非凡|除非|无非|未来|未免|未必不|是不是|能不能|有没有|会不会"
    "|not only|no (?:more|less|fewer) than|no doubt|not (?:more|less) than|no\\. ?[0-9]|no longer than",
    re.IGNORECASE,
)
_NEGATION = re.compile(
    "没有|[不没未无]|非(?!牟利|营利|盈利|政府|物质|机动)|否认|拒绝|"
    r"\b(?:not|no|never|without|neither|nor|cannot|none|nobody|nothing|unable)\b|n['’]t\b"
    r"|\b(?:denie[sd]|deny|refuse[sd]?|fail(?:s|ed)? to)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile("[，；。！？：\n]|[,;:!?](?![0-9])|\\.(?=\\s|$)")
_ONE = re.compile(r"\b(?:an?|one|single|sole|1)\b|[一单首1]", re.IGNORECASE)
_COMPARATOR_WORDS = re.compile(
    r"\b(?:about|around|approximately|roughly|some|nearly|almost|more than|over|at least|up to|less than|under|in|on"
    r"|the|of|or)\b"
    "|大约|约|近|将近|接近|超过|逾|至少|最多|不到|左右|以上|以下|多|于|在|的",
    re.IGNORECASE,
)
_STOP_TERMS = frozenset(term for word in ENGLISH_STOPWORDS for term in terms(word))
_BORDER = "(?:(?<![a-z0-9])|(?<![a-z])(?=[a-z])|(?<![0-9.])(?=[0-9])|(?![a-z0-9]))"
_END = "(?:(?![a-z0-9])|(?<![a-z0-9])|(?<=[a-z])(?:'?s|es)(?![a-z])|(?<=[0-9])(?![0-9]|[.,][0-9]))"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim stands on its evidence, and every check that says it does not."""

    supported: bool
    reasons: tuple[str, ...]
    """One sentence for each failed check, naming the number, date, name or words; empty when supported."""
    coverage: float
    """Share of the claim's content terms in the evidence; across languages the similarity, or 1 or 0 without one."""
    notes: tuple[str, ...] = ()
    """What a supported claim leaves out: the source says 'more than 400', the claim 400."""


def verify(  # noqa: PLR0913
    claim: str,
    evidence: Sequence[str],
    *,
    similarity: Similarity | None = None,
    min_coverage: float = MIN_COVERAGE,
    min_similarity: float = MIN_SIMILARITY,
    reference_year: int | None = None,
) -> Verdict:
    """Check one statement against the texts it cites.

    Numbers, dates and money must agree in value; names in Latin letters and digits must be found; in one language the
    content words must be covered and no ideograph may be new; a negation may not appear or vanish. Across languages
    the words are judged by ``similarity``; without it a claim needs a value or name to stand on. ``reference_year`` is
    the year of the evidence, which 去年 and 'last year' count from.

    Who did what to whom is not checked: 'A bought B' stands on 'B bought A'.
    """
    if not has_words(claim):
        return Verdict(False, ("the claim says nothing",), 0.0)
    if not any(has_words(text) for text in evidence):
        return Verdict(False, ("the claim cites no evidence",), 0.0)
    language = language_of(claim)
    alike = [text for text in evidence if language_of(text) == language]
    values, notes, reasons = _check_values(claim, evidence, reference_year)
    rest = _without(claim, values)
    names = _names(rest, language)
    missing = _missing_names(names, evidence)
    if alike:
        coverage, found = _check_words(rest, evidence, language, min_coverage)
    else:
        coverage, found = _check_meaning(claim, evidence, similarity, min_similarity, grounded=bool(values or names))
        spelled = {part for written in places_in(rest).values() for part in _parts(written)}
        missing = [name for name in missing if not set(_parts(name)) <= spelled]
        if similarity is not None and language == "en":
            missing = [name for name in missing if _is_code(name)]
        found += _missing_places(rest, evidence)
    reasons += [f"the name {name} is not in the evidence" for name in missing] + found
    reasons += _check_negation(claim, evidence, reference_year)
    return Verdict(not reasons, tuple(reasons), coverage, tuple(notes))


def matches_fact(answer: str, alternatives: Sequence[str]) -> bool:
    """Whether an answer states a fact in any of the ways given.

    A way that is nothing but a value (8.38 million square feet) is found by value, in either language; any other by
    its folded characters, spaces and punctuation apart, at the borders of Latin words and numbers.
    """
    found = values_in(answer)
    return any(_matches(answer, found, alternative) for alternative in alternatives if has_words(alternative))


# Numbers, dates and money


def _check_values(
    claim: str, evidence: Sequence[str], reference_year: int | None
) -> tuple[list[Value], list[str], list[str]]:
    """The claim's values, what it leaves out of their sources, and a reason for each that no source bears out."""
    sources = [(text, value) for text in evidence for value in values_in(text, reference_year)]
    sources += [(text, value) for text in evidence for value in values_in(text)] if reference_year else []
    values, notes, reasons = values_in(claim), [], []
    for value in values:
        written = claim[value.start : value.end]
        bearing = [(text, source) for text, source in sources if agrees(value, source)]
        if bearing:
            if all(source.comparator != value.comparator for _, source in bearing):
                text, source = bearing[0]
                notes.append(f"{text[source.start : source.end]} is '{source.comparator}' in the evidence")
        elif not (_is_article(value) and any(_ONE.search(text) for text in evidence)):
            reasons.append(f"the {_noun(value)} {written} is not in the evidence")
    return values, notes, reasons


def _is_article(value: Value) -> bool:
    """Whether the value may be no more than 'a': 一个, one, 一天."""
    return value.kind in ("number", "duration") and value.low == value.high == 1


def _noun(value: Value) -> str:
    nouns = {"percent": "share", "money": "amount", "relative": "date", "ordinal": "rank"}
    return nouns.get(value.kind, value.kind)


def _without(text: str, values: Sequence[Value]) -> str:
    """The text with its values blanked, so that words are compared apart from numbers."""
    characters = list(text)
    for value in values:
        characters[value.start : value.end] = " " * (value.end - value.start)
    return "".join(characters)


# Names


def _names(text: str, language: Language) -> list[str]:
    """Latin words that name something: any in a Chinese text, those with capitals or digits in an English one."""
    names: list[str] = []
    opens = True
    for match in _LATIN_NAME.finditer(text):
        name = _POSSESSIVE.sub("", match.group())
        between = text[: match.start()].rstrip(" \"'“”‘’([")
        opens = not between or between[-1] in ".!?。！？:："
        lower = name.lower()
        is_word = lower in ENGLISH_STOPWORDS or (opens and lower in _OPENERS)
        if not is_word and (language == "zh" or any(c.isupper() or c.isdigit() for c in name)):
            names.append(name)
    return list(dict.fromkeys(names))


def _missing_names(names: Iterable[str], evidence: Sequence[str]) -> list[str]:
    """Names whose every part is not a word of the evidence; an English word may differ in its ending."""
    words = {word for text in evidence for word in re.findall("[a-zà-ɏ0-9]+", fold(text))}
    stems = {term for text in evidence for term in terms(text)}
    return [
        name
        for name in names
        if not all(part in words or part in stems or set(terms(part)) <= stems for part in _parts(name))
    ]


def _missing_places(text: str, evidence: Sequence[str]) -> list[str]:
    known = {place for source in evidence for place in places_in(source)}
    claimed = places_in(text).items()
    return [f"the place {written} is not in the evidence" for place, written in claimed if place not in known]


def _parts(name: str) -> list[str]:
    """The words of a name; of a compound such as DVB-compliant those that name something."""
    pieces = [piece for piece in re.split("[-/]", name) if any(c.isupper() or c.isdigit() for c in piece)]
    return re.findall("[a-zà-ɏ0-9]+", fold(" ".join(pieces) or name))


def _is_code(name: str) -> bool:
    """Whether a name is written alike in both languages: an acronym, or one with digits."""
    return any(c.isdigit() for c in name) or sum(c.isupper() for c in name) > 1


# Words and meaning


def _check_words(
    claim: str, evidence: Sequence[str], language: Language, min_coverage: float
) -> tuple[float, list[str]]:
    """Coverage of the content terms; and, in Chinese, every ideograph or numeral that the evidence does not have."""
    if language == "zh":
        claim = _FUNCTION_WORDS.sub(" ", _NO_NEGATION.sub(" ", fold(claim)))
    wanted = [term for term in terms(claim) if term not in _STOP_TERMS and not _FUNCTION_CHARACTERS & set(term)]
    known = {term for text in evidence for term in terms(text)}
    coverage = sum(term in known for term in wanted) / len(wanted) if wanted else 1.0
    reasons = []
    if coverage < min_coverage:
        lacking = list(dict.fromkeys(term for term in wanted if term not in known))
        reasons.append(f"only {coverage:.0%} of the words are in the evidence; not {', '.join(lacking[:5])}")
    if language == "zh":
        reasons += [f"the words {run} are not in the evidence" for run in _new_runs(claim, evidence)]
    return coverage, reasons


def _new_runs(claim: str, evidence: Sequence[str]) -> list[str]:
    """Runs of ideographs with one that no evidence has, and pairs with a numeral that none has: 腾讯, 三地."""
    source = fold(" ".join(evidence))
    old = _FUNCTION_CHARACTERS.union(source)
    runs = re.findall("[\u3400-\u9fff]+", claim)
    new = ["".join(c if c not in old else " " for c in run).split() for run in runs]
    found = [piece for pieces in new for piece in pieces]
    found += [pair for run in runs for pair in _HAN_NUMERAL_PAIR.findall(run) if pair not in source]
    return list(dict.fromkeys(found))


def _check_meaning(
    claim: str, evidence: Sequence[str], similarity: Similarity | None, floor: float, *, grounded: bool
) -> tuple[float, list[str]]:
    """Across languages: the embedder's word for it, or at least one value or name to hold on to."""
    if similarity is None:
        return float(grounded), [] if grounded else [
            "the evidence is in the other language and nothing can be compared"
        ]
    best = max(similarity(claim, text) for text in evidence)
    if best >= floor:
        return best, []
    return best, [f"the evidence says something else: similarity {best:.2f}, needed {floor:.2f}"]


# Negation


def _check_negation(claim: str, evidence: Sequence[str], reference_year: int | None) -> list[str]:
    """Whether each clause of the claim is negated just as the clauses of the evidence that it stands on are."""
    sources = [_Clause.of(clause, reference_year) for text in evidence for clause in _clauses(text)]
    reasons: list[str] = []
    for clause in (_Clause.of(text, reference_year) for text in _clauses(claim)):
        shared = [clause.shared(source) for source in sources]
        most = max(shared)
        nearest = [source for source, count in zip(sources, shared, strict=True) if count >= 0.8 * most]
        if any(bool(source.negations) == bool(clause.negations) for source in nearest):
            continue
        if clause.negations:
            reasons.append(f"the claim says '{clause.negations[0]}' and the evidence does not")
        else:
            reasons.append(f"the evidence says '{nearest[0].negations[0]}' and the claim does not")
    return reasons


@dataclass(frozen=True, slots=True)
class _Clause:
    """What two clauses are compared by."""

    terms: frozenset[str]
    values: tuple[Value, ...]
    negations: tuple[str, ...]

    @classmethod
    def of(cls, text: str, reference_year: int | None) -> _Clause:
        plain = _NO_NEGATION.sub(" ", fold(text))
        negations = tuple(match.group() for match in _NEGATION.finditer(plain))
        return cls(frozenset(terms(text)) - _STOP_TERMS, tuple(values_in(text, reference_year)), negations)

    def shared(self, source: _Clause) -> int:
        """Terms in common, a value counting as two."""
        values = sum(any(agrees(mine, theirs) for theirs in source.values) for mine in self.values)
        return len(self.terms & source.terms) + 2 * values


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE_END.split(text) if has_words(clause)]


# Facts


def _matches(answer: str, found: Sequence[Value], alternative: str) -> bool:
    values = values_in(alternative)
    if len(values) == 1 and not has_words(_COMPARATOR_WORDS.sub("", _without(alternative, values))):
        return any(same(values[0], value) or covers(values[0], value) for value in found)
    return _contains(answer, alternative)


def _contains(text: str, part: str) -> bool:
    """Whether the folded letters, ideographs and digits of ``part`` stand in a row in the text, whole words only."""
    pieces = re.findall(r"[a-zà-ɏ]+|[0-9]+(?:[.,][0-9]+)*|[^\W_]", fold(part))
    between = r"(?:(?<![0-9])|(?![0-9]))[\W_]*"
    pattern = between.join(re.escape(piece) for piece in pieces)
    return bool(pieces) and re.search(_BORDER + pattern + _END, fold(text)) is not None
