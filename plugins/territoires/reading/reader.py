"""`read`: one door for every format."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from territoires.anomalies import Anomaly, UnreadableFile
from territoires.contracts.model import Contract
from territoires.reading import archive
from territoires.reading.content import NATURES, misnamed, sniff
from territoires.reading.delimited import read_delimited
from territoires.reading.encoding import is_utf16, transcode_utf16
from territoires.reading.errors import anomaly, french_size, unreadable
from territoires.reading.model import FileFormat, Limits, Reading
from territoires.reading.recognition import is_published
from territoires.reading.rows import settle
from territoires.reading.twins import refuse_twin
from territoires.reading.workbook import read_workbook

_SNIFFED = 4096
_TRIED = 5
"""Files of a published archive that are looked into for the one that is the delivery."""
_OTHER_OFFICE = {
    "word/document.xml": "un document Word",
    "ppt/presentation.xml": "une présentation PowerPoint",
    "xl/workbook.bin": "un classeur binaire (XLSB)",
}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"


def read(
    path: Path,
    filename: str,
    contract: Contract,
    limits: Limits | None = None,
    others: Sequence[Contract] = (),
    work: Path | None = None,
) -> Reading:
    """Read a dropped file into rows of text.

    The format is told by the content, not by the name.

    Args:
        path: where the bytes are; never written.
        filename: the name that the operator gave it.
        contract: what it should be; separator and header row are found by its names.
        limits: sizes above which it is refused unread; the defaults of ``Limits`` if None.
        others: the other contracts, so as to tell a file dropped into the wrong folder.
        work: an existing folder for temporary files (what a zip holds, UTF-16 made UTF-8); the system's if None.

    Raises:
        UnreadableFile: it cannot become rows; says every reason found, with place and remedy.
        OSError: the disk failed, or the file is not there.
    """
    allowed = limits or Limits()
    if path.is_symlink():
        raise unreadable("lien_symbolique", fichier=filename)
    with tempfile.TemporaryDirectory(prefix="lecture-", dir=work) as folder:
        reading = _Reader(filename, contract, allowed, others, Path(folder)).read(path)
    names = [filename] if reading.source.member is None else [filename, reading.source.member]
    refuse_twin(reading, names, contract, others)
    return reading


class _Reader:
    """The steps from bytes to rows, with what they all need."""

    def __init__(
        self, filename: str, contract: Contract, limits: Limits, others: Sequence[Contract], folder: Path
    ) -> None:
        self.filename = filename
        self.contract = contract
        self.limits = limits
        self.others = tuple(other for other in others if other.name != contract.name)
        self.folder = folder

    def read(self, path: Path, member: str | None = None) -> Reading:
        name = member or self.filename
        with path.open("rb") as stream:
            head = stream.read(_SNIFFED)
        if not head:
            raise unreadable("fichier_vide", fichier=name)
        kind, nature = sniff(head)
        if kind == "zip":
            return self._zip(path, name, member)
        if kind == "ole":
            return self._workbook(path, name, "xls", member)
        if kind == "text":
            return self._text(path, name, head, member)
        raise unreadable("format_inconnu", fichier=name, nature=nature)

    def _text(self, path: Path, name: str, head: bytes, member: str | None) -> Reading:
        self._within(path, self.limits.max_csv_bytes)
        source = path
        if is_utf16(head):
            source = self.folder / "utf8.csv"
            transcode_utf16(path, source)
        rows = read_delimited(source, name, self.contract, self.limits, self.others)
        encoding = "utf-16" if source is not path else rows.source.encoding
        rows = replace(rows, source=replace(rows.source, encoding=encoding, member=member))
        return settle(rows, self.contract, self._extension(name, "csv"))

    def _workbook(self, path: Path, name: str, kind: FileFormat, member: str | None) -> Reading:
        self._within(path, self.limits.max_workbook_bytes)
        rows = read_workbook(path, name, kind, self.contract, self.limits, self.others)
        rows = replace(rows, source=replace(rows.source, member=member))
        return settle(rows, self.contract, self._extension(name, kind))

    def _zip(self, path: Path, name: str, member: str | None) -> Reading:
        self._within(path, self.limits.max_csv_bytes)
        try:
            found = archive.entries(path)
        except archive.BrokenArchive as error:
            workbook = name.lower().endswith((".xlsx", ".xlsm", ".ods"))
            raise unreadable("classeur_illisible" if workbook else "archive_illisible", fichier=name) from error
        archive.check(found, name, self.limits)
        names = {info.filename.replace("\\", "/").lower() for info in found}
        if names & {"xl/workbook.xml", "[content_types].xml"}:
            for part, nature in _OTHER_OFFICE.items():
                if part in names:
                    raise unreadable("format_inconnu", fichier=name, nature=nature)
            return self._workbook(path, name, "xlsx", member)
        mimetype = next((info for info in found if info.filename == "mimetype"), None)
        if mimetype is not None and names & {"content.xml", "encrypted-package"}:
            return self._open_document(path, name, found, mimetype, member)
        if member is not None:
            raise unreadable("archive_imbriquee", nom=member)
        files = archive.files(found, name)
        if len(files) == 1:
            return self._entry(path, files[0])
        if len(files) > _TRIED or not is_published(self.contract):
            raise archive.several(files)
        return self._published(path, files)

    def _entry(self, path: Path, info: zipfile.ZipInfo) -> Reading:
        target = self.folder / f"contenu-{info.header_offset}"
        archive.extract(path, info, target, self.filename, self.limits)
        return self.read(target, info.filename.rsplit("/", 1)[-1])

    def _published(self, path: Path, files: Sequence[zipfile.ZipInfo]) -> Reading:
        """Read the one file that is the delivery: who publishes for all adds one that describes its columns."""
        found: list[tuple[zipfile.ZipInfo, Reading]] = []
        for info in files:
            with contextlib.suppress(UnreadableFile):
                found.append((info, self._entry(path, info)))
        if len(found) != 1:
            raise archive.several(files)
        [(taken, reading)] = found
        told = anomaly("archive_autres_fichiers", noms=archive.names([info for info in files if info is not taken]))
        return replace(reading, anomalies=(*reading.anomalies, told))

    def _open_document(
        self, path: Path, name: str, found: Sequence[zipfile.ZipInfo], mimetype: zipfile.ZipInfo, member: str | None
    ) -> Reading:
        if "encrypted-package" in {info.filename for info in found}:
            raise unreadable("classeur_protege", fichier=name)
        try:
            kind = b"".join(archive.inflate(path, mimetype)) if mimetype.file_size < _SNIFFED else b""
        except archive.BrokenArchive as error:
            raise unreadable("classeur_illisible", fichier=name) from error
        if not kind.startswith(_ODS):
            raise unreadable("format_inconnu", fichier=name, nature="un document OpenDocument sans feuille de calcul")
        return self._workbook(path, name, "ods", member)

    def _within(self, path: Path, limit: int) -> None:
        size = path.stat().st_size
        if size > limit:
            raise unreadable("fichier_trop_gros", taille=french_size(size), limite=french_size(limit))

    def _extension(self, name: str, found: FileFormat) -> tuple[Anomaly, ...]:
        extension = misnamed(name, found)
        if extension is None:
            return ()
        return (anomaly("extension_trompeuse", fichier=name, extension=extension, nature=NATURES[found]),)


__all__ = ["UnreadableFile", "read"]
