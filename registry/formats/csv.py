"""CSV as spreadsheets read it: UTF-8 with its mark, CRLF, one heading row, no cell that a spreadsheet would compute."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

BOM = "\ufeff"
CHUNK = 200
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")


def written(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The rows under their headings as a stream; a cell that would be computed is shown as text by an apostrophe."""
    text = io.StringIO()
    text.write(BOM)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(headings)
    for number, row in enumerate(rows, 1):
        writer.writerow([_guarded(cell) for cell in row])
        if number % CHUNK == 0:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    if text.getvalue():
        yield text.getvalue().encode()


def _guarded(cell: str) -> str:
    return "'" + cell if cell.startswith(_COMPUTED) else cell
