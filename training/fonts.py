"""The fonts of this machine, sorted by what they are for. training/fonts.txt lists the Debian packages they come in."""

import random
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from training.sources import matches

ROOT = Path("/usr/share/fonts")
# Held out: never drawn with in training. Every second text of the bench is drawn with one of them.
HELD_OUT = (
    "FreeSans*",
    "FreeMono*",
    "Carlito*",
    "OpenSans*",
    "3270*",
    "spleen*",
    "Kristi*",
    "Cantarell*",
    "BWHT*",
    "*BWHT*",
    "C059*",
    "wqy*",
    "NotoNaskh*",
    "OCRB*",
    "RobotoSlab*",
)
# What each kind is made of, and how often it is drawn with. First match counts.
KINDS: tuple[tuple[str, float, tuple[str, ...]], ...] = (
    ("segment", 0.02, ("DSEG14*", "DSEG7*")),
    ("bitmap", 0.14, ("Proggy*", "Terminus*", "spleen*", "unifont.otf", "misaki*", "DotGothic*", "creep*", "3270*")),
    (
        "hand",
        0.06,
        (
            "Breip*",
            "*BWHT*",
            "DancingScript*",
            "femkeklaver*",
            "Humor-Sans*",
            "Kristi*",
            "dkg*",
            "Kaushan*",
            "rufscript*",
        ),
    ),
    ("han", 0.03, ("NotoSansCJK-*", "NotoSerifCJK-*", "wqy*", "DroidSansFallback*", "Klee*")),
    ("arabic", 0.02, ("NotoNaskhArabic-*", "NotoSansArabic-Reg*", "NotoSansArabic-Bold*", "Amiri-*", "NotoKufi*-Reg*")),
    ("hebrew", 0.01, ("NotoSansHebrew-Reg*", "NotoSerifHebrew-Reg*", "NotoSansHebrew-Bold*")),
    ("devanagari", 0.01, ("NotoSansDevanagari-Reg*", "NotoSerifDevanagari-Reg*")),
    ("thai", 0.01, ("NotoSansThai-Reg*", "NotoSerifThai-Reg*", "Garuda*", "NotoLoopedThai-Reg*")),
    ("cad", 0.08, ("osifont*", "routed-gothic*", "OCRA*", "OCRB*")),
    (
        "mono",
        0.2,
        (
            "DejaVuSansMono*",
            "LiberationMono*",
            "FreeMono*",
            "Hack*",
            "Inconsolata*",
            "JetBrainsMono-*",
            "NotoSansMono*",
            "Cousine*",
            "NimbusMono*",
        ),
    ),
    (
        "serif",
        0.06,
        (
            "DejaVuSerif*",
            "LiberationSerif*",
            "FreeSerif*",
            "Caladea*",
            "Tinos*",
            "P052*",
            "C059*",
            "NotoSerif-*",
            "RobotoSlab*",
        ),
    ),
    (
        "sans",
        0.36,
        (
            "DejaVuSans*",
            "LiberationSans*",
            "FreeSans*",
            "Carlito*",
            "OpenSans*",
            "Lato-*",
            "Roboto-*",
            "RobotoCondensed*",
            "Arimo*",
            "Nimbus*",
            "URWGothic*",
            "Cantarell*",
            "NotoSans-*",
        ),
    ),
)
WIDE = (
    "DejaVu",
    "Liberation",
    "FreeSans",
    "FreeMono",
    "FreeSerif",
    "NotoSans-",
    "NotoSerif-",
    "Roboto-",
)  # Cyrillic, Greek
SCRIPTS_OF = {"han": ("han", "han", "kana", "hangul"), "arabic": ("arabic",), "hebrew": ("hebrew",)}


SHAPED = (
    "*Arabic*",
    "Amiri*",
    "*Kufi*",
    "*Hebrew*",
    "*Devanagari*",
    "*Thai*",
    "Garuda*",
)  # letters change with their place


class Face(NamedTuple):
    """A font file and what it can write."""

    path: str
    kind: str

    @property
    def is_held_out(self) -> bool:
        """Whether training must not draw with it."""
        return matches(Path(self.path).name, HELD_OUT)

    def script(self, rng: random.Random) -> str:
        """Return a script that the font has letters of."""
        if self.kind in ("han", "arabic", "hebrew", "devanagari", "thai"):
            name = Path(self.path).name
            if rng.random() < 0.25 and self.kind == "han":
                return "latin"
            if name.startswith(("wqy", "DroidSansFallback", "Klee")):
                return "han" if self.kind == "han" else "latin"
            return rng.choice(SCRIPTS_OF.get(self.kind, (self.kind,)))
        if Path(self.path).name.startswith(WIDE) and rng.random() < 0.12:
            return rng.choice(("cyrillic", "greek"))
        return "latin"


@lru_cache
def faces() -> tuple[Face, ...]:
    """Return every usable font file of this machine, in a fixed order."""
    found = []
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in (".ttf", ".otf", ".ttc"):
            kind = next((kind for kind, _, patterns in KINDS if matches(path.name, patterns)), None)
            if kind:
                found.append(Face(str(path), kind))
    return tuple(found)


@lru_cache
def shelf(kind: str, *, held_out: bool) -> tuple[Face, ...]:
    """Return the fonts of a kind, of the held-out ones or of the others."""
    return tuple(face for face in faces() if face.kind == kind and face.is_held_out is held_out)


def pick(rng: random.Random, *, held_out: bool = False) -> Face:
    """Return a font, by the shares in KINDS."""
    kinds = [(kind, share) for kind, share, _ in KINDS if shelf(kind, held_out=held_out)]
    kind = rng.choices([kind for kind, _ in kinds], [share for _, share in kinds])[0]
    return rng.choice(shelf(kind, held_out=held_out))


@lru_cache(maxsize=600)
def sized(path: str, size: int) -> ImageFont.FreeTypeFont:
    """Return a font at a size in pixels."""
    shaped = matches(Path(path).name, SHAPED)
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC)
