"""Drawing seals as vectors: one layout gives the PDF operators for the file and the SVG for the screen.

Glyphs become outlines when a seal is designed, so no font is needed (or embedded) when it is used.
"""

from .canvas import INK, MM, RED, Drawing, Shape, from_json, to_json
from .imprints import oblong_seal, oval_seal, personal_seal, round_seal, square_seal
from .panel import fitted, signed_panel

__all__ = [
    "INK",
    "MM",
    "RED",
    "Drawing",
    "Shape",
    "fitted",
    "from_json",
    "oblong_seal",
    "oval_seal",
    "personal_seal",
    "round_seal",
    "signed_panel",
    "square_seal",
    "to_json",
]
