"""HTML to PDF/A. Importing this package loads no PDF library, so the portal starts without them."""

from notices.printing.job import EmbeddedFile, PrintedFile
from notices.printing.parts import INSTALL_LINE, PRINT_FONTS, missing_parts, part_versions
from notices.printing.qr import qr_data_uri, qr_png, qr_svg
from notices.printing.rendering import (
    PrintingFaultError,
    PrintingUnavailable,
    UnprintableTextError,
    compose,
    print_pdf,
    render_pdf,
)
from notices.printing.workers import PrintedPath, PrintOrder, one_child, print_in_children

__all__ = [
    "INSTALL_LINE",
    "PRINT_FONTS",
    "EmbeddedFile",
    "PrintOrder",
    "PrintedFile",
    "PrintedPath",
    "PrintingFaultError",
    "PrintingUnavailable",
    "UnprintableTextError",
    "compose",
    "missing_parts",
    "one_child",
    "part_versions",
    "print_in_children",
    "print_pdf",
    "qr_data_uri",
    "qr_png",
    "qr_svg",
    "render_pdf",
]
