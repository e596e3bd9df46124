"""Documents as PDF: a typst template, plain data, the Chinese font that ships with the package.

Pure: no tables, no language. Every word on paper, labels too, is in the data.
"""

import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

import segno
import typst
from noto_cjk_sans_otc import FONT_PATH

FONT = "Noto Sans CJK SC"

_turn = Lock()  # one compiler keeps the font (19 MB) loaded; it compiles one document at a time


class FontMissing(RuntimeError):
    """The Chinese font is not there. typst would leave Han characters out without a word."""


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(Path(str(FONT_PATH)).parent)]
    )
    if FONT not in fonts.families():
        raise FontMissing(f"{FONT} is not in {FONT_PATH}; install the package noto-cjk-sans-otc again.")
    return typst.Compiler(font_paths=fonts, ignore_system_fonts=True)


def qr_svg(text: str) -> str:
    """A QR code as SVG with its quiet zone of four modules, error correction M."""
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True)
    return drawn.getvalue().decode()


def render(template: Path, data: Mapping[str, Any], *, watermark: str = "", demo: str = "") -> bytes:
    """The PDF of a template filled with data (JSON types only).

    `watermark` is who printed it and when, drawn faintly over the page; `demo` is the word that marks an
    invented paper. `data["qr"]`, when there, is an address and is drawn as a code. Templates may import
    files of their own folder and read nothing else. Raises `typst.TypstError` where the template or its
    data is broken.
    """
    filled = dict(data) | {"watermark": watermark, "demo": demo, "font": FONT}
    if filled.get("qr"):
        filled["qr_svg"] = qr_svg(str(filled["qr"]))
    inputs = {"data": json.dumps(filled, ensure_ascii=False)}
    with _turn:
        made = _compiler().compile(str(template), format="pdf", root=str(template.parent), sys_inputs=inputs)
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single PDF")
    return made
