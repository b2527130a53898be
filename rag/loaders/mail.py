"""Reads mail (EML, MSG): sender, recipients, text and attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.loaders import html
from rag.loaders.archive import damaged
from rag.loaders.builder import Builder, Extract, Line
from rag.loaders.decoding import decode
from rag.loaders.lines import clean_lines, is_hard_wrapped, unwrap
from rag.loaders.metadata import Metadata, credited, iso_date
from rag.loaders.parts import append_part
from rag.loaders.plainstructure import item_of

if TYPE_CHECKING:
    from email.message import EmailMessage, MIMEPart

    from oxmsg import Message
    from oxmsg.attachment import Attachment

_OLE = b"\xd0\xcf\x11\xe0"
_SHOWN = ("From", "To", "Cc", "Date")
_SHORT_NAME = 0x3704
"""The property of an Outlook attachment with its name of eight and three letters."""
_QUOTED = re.compile(r"\s*(?:>\s?)+")
_HEADER = re.compile(rb"\A(?:[\x21-\x39\x3b-\x7e]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n){1,500}\r?\n", re.ASCII)


@dataclass(slots=True)
class _Mail:
    subject: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    sender: str = ""
    date: str | None = None
    text: str = ""
    page: str = ""
    """Its text as HTML."""
    files: list[tuple[str, bytes]] = field(default_factory=list)


def parse(data: bytes, name: str) -> Extract:
    """What a mail says; its attachments are parts.

    Raises:
        DocumentError: the file is no mail, or is damaged.
    """
    mail = _outlook(data, name) if data.startswith(_OLE) else _internet(data, name)
    doc = Builder()
    doc.heading(mail.subject, 1)
    for header, value in mail.headers:
        doc.paragraph(f"{header}: {value}")
    if mail.text.strip():
        _append_text(doc, mail.text)
    elif mail.page:
        doc.include(html.fragment(mail.page, name))
    for number, (file, content) in enumerate(mail.files, 1):
        append_part(doc, file, content, number, name)
    author = credited(re.sub(r"<[^>]*>|\"", "", mail.sender).strip())
    said = Metadata(mail.subject or None, mail.date, author.author, author.source)
    return doc.extract(said.taken_from("mail header"))


def _append_text(doc: Builder, text: str) -> None:
    """The paragraphs and list items of a plain text, the paragraphs of earlier mails as quotations."""
    run: list[str] = []
    quoted = False

    def flush() -> None:
        lines = clean_lines("\n".join(run))
        for line in unwrap(lines) if is_hard_wrapped(lines) else filter(None, lines):
            item = None if quoted else item_of(line)
            doc.line(item or Line(line, "quote" if quoted else "paragraph"))
        run.clear()

    for line in text.splitlines():
        mark = _QUOTED.match(line)
        if bool(mark) != quoted and line.strip():
            flush()
            quoted = bool(mark)
        run.append(line[mark.end() :] if mark and quoted else line)
    flush()


def _internet(data: bytes, name: str) -> _Mail:
    import email
    import email.policy

    start = data[:200_000].lstrip()
    if not _HEADER.match(start + b"\n\n" if len(start) < 200_000 else start):
        raise damaged(name, "mail")
    message = email.message_from_bytes(data, policy=email.policy.default)
    mail = _Mail(subject=_header(message, "Subject"), sender=_header(message, "From"))
    mail.headers = [(header, value) for header in _SHOWN if (value := _header(message, header))]
    mail.date = _date(message)
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        if body is not None:
            content = _content(body, name)
            mail.text, mail.page = (content, mail.page) if kind == "plain" else (mail.text, content)
    for part in message.iter_attachments():
        payload = part.get_payload(decode=True)
        file = part.get_filename() or ("mail.eml" if part.get_content_type() == "message/rfc822" else "")
        if payload is None and part.get_content_type() == "message/rfc822":
            payload = bytes(part.get_content())
        if file and isinstance(payload, bytes):
            mail.files.append((file, payload))
    return mail


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, LookupError):  # a header that its parser did not foresee
        return ""


def _date(message: EmailMessage) -> str | None:
    said = _header(message, "Date")
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(said).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(said)


def _content(part: MIMEPart, name: str) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    charset = part.get_content_charset() or ""
    chinese = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
    try:
        return payload.decode(chinese.get(charset, charset or "utf-8"))
    except (LookupError, UnicodeDecodeError):
        return decode(payload, name) if payload.strip() else ""


def _outlook(data: bytes, name: str) -> _Mail:
    import io

    from oxmsg import Message

    try:
        return _of_outlook(Message.load(io.BytesIO(data)))
    except Exception as error:  # its library, and the one below it, raise whatever a broken file makes them
        raise damaged(name, "mail") from error


def _of_outlook(message: Message) -> _Mail:
    mail = _Mail(subject=message.subject or "", sender=decoded(message.sender or ""))
    sent = message.sent_date
    mail.date = sent.date().isoformat() if sent else None
    to = ", ".join(_person(one.name, one.email_address) for one in message.recipients)
    shown: Sequence[tuple[str, str]] = (
        ("From", mail.sender),
        ("To", to),
        ("Date", sent.strftime("%Y-%m-%d %H:%M") if sent else ""),
    )
    mail.headers = [(header, value) for header, value in shown if value]
    mail.text, mail.page = message.body or "", message.html_body or ""
    for number, file in enumerate(message.attachments, 1):
        named = file.file_name or file.properties.str_prop_value(_SHORT_NAME)
        if file.file_bytes is not None:
            mail.files.append((named or f"attachment {number}", file.file_bytes))
        mail.files += [("mail.eml", _as_internet(_of_outlook(one))) for one in _attached_mails(file)]
    return mail


def _attached_mails(file: Attachment) -> Iterator[Message]:
    """The mail that is attached to another, which its library does not read: MS-OXMSG, 2.2.2.1."""
    from oxmsg import Message
    from oxmsg.properties import Properties

    class Attached(Message):  # type: ignore[misc]
        @property
        def properties(self) -> Properties:
            return Properties(self._storage, properties_header_offset=24)

    for storage in file._storage.storages:
        if storage.name == "__substg1.0_3701000D":
            yield Attached(storage)


def _as_internet(mail: _Mail) -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    for header, value in [("Subject", mail.subject), *mail.headers]:
        message[header] = " ".join(value.split())
    message.set_content(mail.text or mail.page, subtype="plain" if mail.text else "html")
    for name, content in mail.files:
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def decoded(header: str) -> str:
    """A header without the coding of mails ("=?GBK?B?…?="), as some programs leave it in."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(header)))
    except (HeaderParseError, LookupError, ValueError):
        return header


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>" if address and address != name else name
