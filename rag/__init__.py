"""Yinju: question answering over your own Chinese and English documents, cited word for word, or refused."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
"""From 1.29 on ONNX Runtime reports every session to its maker and keeps an identifier of the machine, unless it finds
this before it is first loaded."""

if TYPE_CHECKING:
    from rag.config import Settings, cores, default_documents, load_settings
    from rag.errors import DocumentError, DocumentMissing, Forbidden, IndexMissing, RagError
    from rag.indexing.preparing import Failure
    from rag.indexing.run import IndexSummary
    from rag.loaders import supported_suffixes
    from rag.loaders.painting import original, page_image, paintable
    from rag.pipeline import Rag
    from rag.progress import Step, listening
    from rag.question.coreference import Turn
    from rag.retrieval import RetrievalResult
    from rag.scope import Scope
    from rag.serve.origins import is_own_origin
    from rag.serve.reach import Reach
    from rag.serve.service import Service
    from rag.serve.visitors import Visiting, Visitors
    from rag.status import Status
    from rag.stores.tags import TagChange
    from rag.text import language_of, sentences, shared_words
    from rag.types import Answer, Chunk, Citation, Document, DocumentInfo, Part, Passage, Searched
    from rag.uploads import Added, Uploads
    from rag.values import gloss
    from rag.warming import Warming

_HOME = {
    "Added": "uploads",
    "Answer": "types",
    "Chunk": "types",
    "Citation": "types",
    "Document": "types",
    "DocumentError": "errors",
    "DocumentInfo": "types",
    "DocumentMissing": "errors",
    "Failure": "indexing.preparing",
    "Forbidden": "errors",
    "RetrievalResult": "retrieval",
    "IndexMissing": "errors",
    "IndexSummary": "indexing.run",
    "Part": "types",
    "Passage": "types",
    "Rag": "pipeline",
    "RagError": "errors",
    "Reach": "serve.reach",
    "Scope": "scope",
    "Searched": "types",
    "Service": "serve.service",
    "Settings": "config",
    "Status": "status",
    "Step": "progress",
    "TagChange": "stores.tags",
    "Turn": "question.coreference",
    "Uploads": "uploads",
    "Visiting": "serve.visitors",
    "Visitors": "serve.visitors",
    "Warming": "warming",
    "cores": "config",
    "default_documents": "config",
    "gloss": "values",
    "is_own_origin": "serve.origins",
    "language_of": "text",
    "listening": "progress",
    "load_settings": "config",
    "original": "loaders.painting",
    "page_image": "loaders.painting",
    "paintable": "loaders.painting",
    "sentences": "text",
    "shared_words": "text",
    "supported_suffixes": "loaders",
}

__all__ = [
    "Added",
    "Answer",
    "Chunk",
    "Citation",
    "Document",
    "DocumentError",
    "DocumentInfo",
    "DocumentMissing",
    "Failure",
    "Forbidden",
    "IndexMissing",
    "IndexSummary",
    "Part",
    "Passage",
    "Rag",
    "RagError",
    "Reach",
    "RetrievalResult",
    "Scope",
    "Searched",
    "Service",
    "Settings",
    "Status",
    "Step",
    "TagChange",
    "Turn",
    "Uploads",
    "Visiting",
    "Visitors",
    "Warming",
    "cores",
    "default_documents",
    "gloss",
    "is_own_origin",
    "language_of",
    "listening",
    "load_settings",
    "original",
    "page_image",
    "paintable",
    "sentences",
    "shared_words",
    "supported_suffixes",
]


def __getattr__(name: str) -> Any:
    """Import what is exported only when it is used, so that ``--help`` loads nothing heavy."""
    if name not in _HOME:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(f"rag.{_HOME[name]}"), name)
