"""Serial numbers of devices, after their cue, and unique device identifiers.

Leaves alone: names of models (SOMATOM, MR750), lots of contrast agent, and signal-to-noise ratios ("S/N 12.5").

Source: 45 CFR 164.514(b)(2)(i)(M); GS1, HIBCC and ICCBBA forms of the UDI.
"""

from collections.abc import Iterator

from deidpipe.text.announced import announced, announcing
from deidpipe.text.form import count_digits, plain
from deidpipe.text.lazily import Lazily
from deidpipe.text.span import Kind, Span

_SERIAL = announcing(
    "s/n|sn|ser no|ser.no|ser. no|serial|serial no|serial number|device serial number|device id|equipment id|"
    "scanner id|asset|asset tag|asset no|inventory|inventory no|seriennummer|serien-nr|seriennr|serien nr|"
    "gerätenummer|geräte-nr|inventarnummer|inventarnr|inv.-nr|n° de série|no de série|numéro de série|nº de serie|"
    "número de serie|n/s|nº serie|n.º serie|n.º de serie|numero di serie|matricola|número de série|serienummer|"
    "serienr|numer seryjny|"
    "nr seryjny|výrobní číslo|sériové číslo|серийный номер|зав|заводской|シリアル番号|シリアル|製造番号|装置番号|"
    "序列号|设备编号|일련번호|제조번호|seri no|udi|imei|system id"
)
_UDI = Lazily(r"\(01\)\d{14}(?:\((?:1[0-9]|2[01])\)[A-Za-z0-9/.-]{1,20}){0,4}")


def devices(text: str) -> Iterator[Span]:
    """Yield the serial numbers of devices in a text."""
    text = plain(text)
    if count_digits(text) < 3:
        return
    for found in announced(text, _SERIAL, marked=3, bare=4):
        yield Span(found.start, found.stop, Kind.DEVICE, "devices", cue=found.cue)
    for match in _UDI.finditer(text):
        yield Span(*match.span(), Kind.DEVICE, "devices")
