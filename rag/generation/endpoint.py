"""Writes with any model behind OpenAI's chat completions: llama.cpp, Ollama, vLLM, LM Studio and others."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ConfigError, WriterFailed
from rag.generation.writing import INSTRUCTIONS, Written, asking
from rag.hosts import is_loopback
from rag.types import Language

SECONDS = 20.0
"""How long a draft may take; then the answer stays as it is."""

TOKENS = 512
"""The most that a draft may have: a small model may repeat itself for ever."""

LONGEST = 1 << 20
"""Bytes of a response."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A server on this machine must not send the question elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A model behind the address of a server."""

    url: str
    """Where ``/chat/completions`` is below: ``http://127.0.0.1:11434/v1``."""
    model: str
    seconds: float = SECONDS

    @classmethod
    def at(cls, address: str, allow_network: bool = False) -> Endpoint:
        """The writer at ``URL#MODEL``.

        Raises:
            ConfigError: it is no such address, or not on this machine and the network is not allowed.
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or not parts.fragment:
            raise ConfigError(
                f"writer is {address!r}, which is not URL#MODEL.", "write http://127.0.0.1:11434/v1#gemma3, for example"
            )
        if not allow_network and not is_loopback(parts.hostname):
            raise ConfigError(
                f"The writer at {parts.hostname} is on another machine, to which cited sentences would be sent.",
                "give --allow-network, if they may be",
            )
        return cls(address.partition("#")[0].rstrip("/"), parts.fragment)

    @property
    def id(self) -> str:
        """Its address."""
        return f"{self.url}#{self.model}"

    def warm_up(self) -> None:
        """Nothing: its server does that."""

    def write(self, question: str, language: Language, texts: Sequence[str]) -> Written:
        """What the model writes.

        Raises:
            WriterFailed: the server is not there, takes too long, or sends no text.
        """
        body = {
            "model": self.model,
            "temperature": 0,
            "max_tokens": TOKENS,
            "stream": False,
            "messages": [
                {"role": "system", "content": INSTRUCTIONS[language]},
                {"role": "user", "content": asking(question, language, texts)},
            ],
        }
        try:
            choice = json.loads(self._post(json.dumps(body).encode()))["choices"][0]
            said, ended = choice["message"]["content"], choice.get("finish_reason") != "length"
        except (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError) as error:
            raise WriterFailed(f"The writer at {self.url} failed: {type(error).__name__} {error}".strip()) from error
        if not isinstance(said, str) or not said.strip():
            raise WriterFailed(f"The writer at {self.url} wrote nothing.")
        return Written(said, finished=ended)

    def _post(self, body: bytes) -> bytes:
        """What the server answers, within the time and size allowed, however slowly it comes. No proxy is asked."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects)
        request = urllib.request.Request(
            f"{self.url}/chat/completions", body, {"content-type": "application/json", "accept": "application/json"}
        )
        until = time.monotonic() + self.seconds
        with opener.open(request, timeout=self.seconds) as response:
            received = b""
            while part := response.read1(1 << 16):
                received += part
                if len(received) > LONGEST or time.monotonic() > until:
                    raise TimeoutError("it takes too long or says too much")
        return received
