"""PDFs made on the spot: strings at places, in a font that maps codes to characters as Chinese PDFs do."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, FloatObject, NameObject, NumberObject


def placed_pdf(
    pages: Sequence[Sequence[tuple[float, float, float, str]]],
    properties: dict[str, str] | None = None,
    password: str | None = None,
    drawing: str = "",
) -> bytes:
    """A PDF with strings at places: x and y from the lower left corner, size, text; ``drawing`` goes before them.

    Every character is half as wide as its size.
    """
    writer = PdfWriter()
    alphabet = sorted({character for page in pages for *_, line in page for character in line})
    font = writer._add_object(_font(writer, alphabet))
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F"): font})}
        )
        stream = DecodedStreamObject()
        shown = "".join(
            f"/F {size} Tf 1 0 0 1 {x} {y} Tm <{''.join(f'{alphabet.index(c) + 1:04x}' for c in line)}> Tj\n"
            for x, y, size, line in lines
        )
        stream.set_data(f"{drawing}\nBT\n{shown}ET".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_metadata(properties or {})
    if password is not None:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _font(writer: PdfWriter, alphabet: Sequence[str]) -> DictionaryObject:
    rows = "".join(f"<{i + 1:04x}> <{c.encode('utf-16-be').hex()}>\n" for i, c in enumerate(alphabet))
    table = DecodedStreamObject()
    table.set_data(
        f"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(alphabet)} beginbfchar\n{rows}endbfchar endcmap end".encode()
    )
    descendant = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/CIDFontType2"),
            NameObject("/BaseFont"): NameObject("/Made"),
            NameObject("/DW"): NumberObject(500),
            NameObject("/FontMatrix"): ArrayObject([FloatObject(0.001)]),
        }
    )
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type0"),
            NameObject("/BaseFont"): NameObject("/Made"),
            NameObject("/Encoding"): NameObject("/Identity-H"),
            NameObject("/DescendantFonts"): ArrayObject([writer._add_object(descendant)]),
            NameObject("/ToUnicode"): writer._add_object(table),
        }
    )
