"""Reads typed values (numbers, money, shares, dates) in Chinese and English text, and words them in either language."""

from __future__ import annotations

from rag.values.gloss import gloss
from rag.values.scan import values_in, whole_value
from rag.values.value import Comparator, Kind, Value, agrees, apart, covers, same, within, without

__all__ = [
    "Comparator",
    "Kind",
    "Value",
    "agrees",
    "apart",
    "covers",
    "gloss",
    "same",
    "values_in",
    "whole_value",
    "within",
    "without",
]
