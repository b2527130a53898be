"""A source to an e-mail: its first part is the text, every other one an attachment, called like its file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import PurePosixPath

from eval.corpus_files.source import Block, Part, Source


def eml(source: Source, makers: dict[str, Callable[[Source], bytes]]) -> bytes:
    """The file's bytes; ``makers`` render the attachments by their file ending."""
    mail = EmailMessage()
    mail["Subject"] = source.fields["title"]
    mail["From"], mail["To"] = source.fields["author"], source.fields["to"]
    mail["Date"] = format_datetime(datetime.fromisoformat(source.fields["date"]).replace(hour=9, tzinfo=UTC))
    text, *attached = source.parts
    mail.set_content("\n\n".join(_line(block) for block in text.blocks) + "\n", cte="base64")
    for part in attached:
        inner = source.only(Part("", part.blocks, part.notes), part.name)
        content = makers[PurePosixPath(part.name).suffix.removeprefix(".")](inner)
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=part.name)
    if mail.is_multipart():
        mail.set_boundary("=" * 15 + "part" + "=" * 15)
    return bytes(mail)


def _line(block: Block) -> str:
    return f"- {block.text}" if block.kind == "item" else block.text
