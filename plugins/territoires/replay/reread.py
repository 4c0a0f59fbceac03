"""One delivery read again from the archive: judged anew, or with the verdicts that the quarantine has kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from territoires.anomalies import Anomaly, UnreadableFile
from territoires.contracts.model import Contract
from territoires.delivery.load import Judged, job_of
from territoires.delivery.platform import Platform
from territoires.delivery.read import facts, read_content
from territoires.delivery.refusals import Refusals
from territoires.delivery.validate import Judge, Judgement, judge_for, too_many_refused
from territoires.delivery.work import LINE
from territoires.reading import Reading
from territoires.receipts.model import Reason, RefusedRow
from territoires.replay.plan import Plan, ReplayImpossible, Stop
from territoires.validation.zeros import restore_zeros
from territoires.warehouse.engine import Connection
from territoires.warehouse.load import Load
from territoires.warehouse.quarantine import Flag


@dataclass(frozen=True, slots=True)
class Reread:
    """What became of a delivery: what it loads, or (``job`` None) why nothing of it can be read.

    ``columns`` are those of the journal that reading it again changes; ``judgement`` is None where the verdicts are
    those of the time; ``ceilings`` are those of the contract that it now goes beyond.
    """

    reading: Reading | None = None
    job: Load | None = None
    judgement: Judgement | None = None
    unreadable: tuple[Anomaly, ...] = ()
    columns: Mapping[str, object] = field(default_factory=dict)
    ceilings: tuple[str, ...] = ()


class Reader:
    """Reads the deliveries of a plan again, one at a time; what a register knows is asked for once for each version."""

    def __init__(self, platform: Platform, connection: Connection, plan: Plan) -> None:
        self._platform, self._connection, self._plan = platform, connection, plan
        self._judges: dict[str, Judge] = {}

    def read(self, stop: Stop) -> Reread:
        """Read one delivery again.

        Raises:
            ReplayImpossible: one whose verdicts are kept cannot be read any more.
        """
        try:
            reading, frame = read_content(self._platform, stop.row, stop.contract)
        except UnreadableFile as error:
            if not stop.chosen:
                code = error.anomalies[0].code
                raise ReplayImpossible(
                    f"La livraison n° {stop.id}, chargée à l'époque, ne se lit plus ({code}) : "
                    "choisissez-la aussi, pour qu'elle soit jugée de nouveau."
                ) from error
            return Reread(unreadable=error.anomalies, columns={"contrat_version": stop.contract.version})
        judge = self._judge(stop.contract)
        if not stop.chosen:
            whole, _ = restore_zeros(frame, stop.contract, judge.known)
            return Reread(reading, job_of(stop.row, self._plan.contract, self._as_recorded(stop, reading, whole)))
        judgement = judge.judge(reading, frame)
        accepted, found = judgement.validation.accepted, judgement.refused
        judged = Judged(stop.contract, _with_lines(judgement.frame, reading), accepted, found, judgement.flags)
        held = too_many_refused(stop.contract, judgement) and not stop.row["complement"]
        return Reread(
            reading,
            job_of(stop.row, self._plan.contract, judged),
            judgement,
            columns={
                "contrat_version": stop.contract.version,
                "lignes_lues": judgement.rows,
                **facts(reading),
                **judgement.columns,
            },
            ceilings=("plafond_refus",) if held and "plafond_refus" not in stop.row["plafonds_leves"] else (),
        )

    def _judge(self, contract: Contract) -> Judge:
        if contract.version not in self._judges:
            self._judges[contract.version] = judge_for(self._connection, contract)
        return self._judges[contract.version]

    def _as_recorded(self, stop: Stop, reading: Reading, frame: pd.DataFrame) -> Judged:
        """Take every row as accepted but those that the quarantine holds of the delivery."""
        rows = self._connection.execute(
            "select ligne, cle, contenu, motifs from quarantaine.ligne where id_livraison = %s order by ligne",
            [stop.id],
        ).fetchall()
        told = self._connection.execute(
            "select ligne, colonne, regle, valeur, message from quarantaine.signalement where id_livraison = %s",
            [stop.id],
        )
        lined = _with_lines(frame, reading)
        return Judged(
            version=stop.contract,
            frame=lined,
            accepted=~lined[LINE].isin([row["ligne"] for row in rows]).to_numpy(dtype=bool),
            refused=Refusals(
                tuple(
                    RefusedRow(row["ligne"], row["contenu"], tuple(Reason(**reason) for reason in row["motifs"]))
                    for row in rows
                ),
                tuple(row["cle"] for row in rows),
            ),
            flags=[Flag(row["ligne"], row["colonne"], row["regle"], row["valeur"], row["message"]) for row in told],
        )


def _with_lines(frame: pd.DataFrame, reading: Reading) -> pd.DataFrame:
    return frame.assign(**{LINE: reading.lines.to_numpy(zero_copy_only=False)})
