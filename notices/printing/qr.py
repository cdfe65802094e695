"""QR codes as SVG: drawn as lines, sharp at any size, black on white."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO

import segno


def qr_svg(text: str) -> str:
    """Return an SVG element with the QR code of a text.

    Error correction Q (25 %), so that a creased or stained poster is still read; a quiet zone of four modules as
    ISO/IEC 18004 asks.
    """
    buffer = BytesIO()
    segno.make(text, error="q", boost_error=True, micro=False).save(
        buffer, kind="svg", border=4, xmldecl=False, svgns=True, omitsize=True, dark="#000", light="#fff"
    )
    return buffer.getvalue().decode()


def qr_data_uri(text: str) -> str:
    """Return the QR code as an address for ``<img src>``, whose ``alt`` makes it speakable in a tagged PDF."""
    return f"data:image/svg+xml;base64,{b64encode(qr_svg(text).encode()).decode()}"
