"""Errors as problem details (RFC 9457), with the status, the code of ``rag/errors.py`` and the next step."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

from rag.errors import (
    ConfigError,
    DocumentError,
    DocumentMissing,
    Forbidden,
    IndexLocked,
    IndexMissing,
    ModelError,
    QuestionError,
    RagError,
    RateLimited,
    ScopeError,
    Unauthenticated,
)

MEDIA_TYPE = "application/problem+json"

STATUS: tuple[tuple[type[RagError], HTTPStatus], ...] = (
    (Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (Forbidden, HTTPStatus.FORBIDDEN),
    (RateLimited, HTTPStatus.TOO_MANY_REQUESTS),
    (DocumentMissing, HTTPStatus.NOT_FOUND),
    (ScopeError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (QuestionError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (DocumentError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ConfigError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (IndexMissing, HTTPStatus.SERVICE_UNAVAILABLE),
    (IndexLocked, HTTPStatus.SERVICE_UNAVAILABLE),
    (ModelError, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""The first class that an error is of decides; any other error is the server's."""

OF_CODE = {
    "unsupported_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}
"""Codes whose status is another than their class's."""

SERVERS_OWN = HTTPStatus.INTERNAL_SERVER_ERROR

_OPENAI = ("/chat/completions", "/models")

BUSY = 1
"""Seconds after which a client may try again where another process is writing."""

log = logging.getLogger(__name__)


class Problem(BaseModel):
    """What went wrong."""

    type: str = Field(examples=["urn:yinju:error:question_empty"])
    title: str = Field(examples=["Unprocessable Entity"])
    status: int = Field(examples=[422])
    detail: str = Field(examples=["The question is empty."])
    code: str = Field(examples=["question_empty"])
    hint: str = Field("", description="The next step.")
    parameters: dict[str, str | float] = Field({}, description="The values in the message.")


def problem_of(error: Exception) -> Problem:
    """An error as a problem; one nobody foresaw is logged and tells nothing."""
    if isinstance(error, RagError):
        of_class = next((status for kind, status in STATUS if isinstance(error, kind)), SERVERS_OWN)
        status = OF_CODE.get(error.code, of_class)
        return _problem(status, error.code, str(error), error.hint, error.parameters)
    if isinstance(error, RequestValidationError):
        return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "request_invalid", _invalid(error), "see /v1/openapi.json")
    if isinstance(error, HTTPException):
        status = HTTPStatus(error.status_code)
        code = "too_large" if status == OF_CODE["too_large"] else status.phrase.lower().replace(" ", "_")
        return _problem(status, code, str(error.detail), "see /v1/openapi.json")
    log.error("an error nobody foresaw", exc_info=error)
    detail = "Something unexpected happened; the server's log says what."
    return _problem(SERVERS_OWN, "unexpected", detail)


def response_to(error: Exception, scope: Scope) -> JSONResponse:
    """The response that tells of an error; to clients of OpenAI's API also as that does."""
    problem = problem_of(error)
    extra = {"error": openai_error(error)} if scope["path"].endswith(_OPENAI) else {}
    headers = dict(getattr(error, "headers", None) or {})
    if isinstance(error, Unauthenticated):
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, RateLimited | IndexLocked):
        headers["retry-after"] = str(max(1, round(getattr(error, "seconds", BUSY))))
    return JSONResponse(problem.model_dump() | extra, problem.status, headers, MEDIA_TYPE)


def openai_error(error: Exception) -> dict[str, Any]:
    """An error as OpenAI's API tells of it."""
    problem = problem_of(error)
    message = f"{problem.detail} {problem.hint}".strip()
    return {"message": message, "type": problem.title.lower().replace(" ", "_"), "param": None, "code": problem.code}


def handle_problems(app: FastAPI) -> None:
    """Answer every error of an app with its problem."""

    async def handle(request: Request, error: Exception) -> JSONResponse:
        return response_to(error, request.scope)

    for kind in (RagError, RequestValidationError, HTTPException, Exception):
        app.add_exception_handler(kind, handle)


def _problem(
    status: HTTPStatus, code: str, detail: str, hint: str = "", parameters: dict[str, str | float] | None = None
) -> Problem:
    return Problem(
        type=f"urn:yinju:error:{code}",
        title=status.phrase,
        status=status,
        detail=detail,
        code=code,
        hint=hint,
        parameters=parameters or {},
    )


def _invalid(error: RequestValidationError) -> str:
    """The first field that is wrong, and why."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body")
    return f"{place or 'the body'}: {first['msg']}"
