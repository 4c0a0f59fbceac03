"""The job offers API: one search, by pages of the query parameter ``range``."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs

from territoires.local.stand_in.answers import Answer, as_json
from territoires.local.stand_in.behaviour import Behaviour
from territoires.local.stand_in.figures import Figures, Record

SEARCH = "/partenaire/offresdemploi/v2/offres/search"
PAGE, LAST = 150, 3149
_DEPARTMENTS = 5
_RANGE = re.compile(r"([0-9]{1,6})-([0-9]{1,6})")
_COMMUNE = re.compile(r"[0-9][0-9AB][0-9]{3}")


class Offers:
    """Made-up offers, the same for the same criteria."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._figures = Figures(behaviour.seed)

    def search(self, method: str, query: str) -> Answer:
        """Answer one page: 206 when there are more, 200 for the last, 204 for none."""
        if method != "GET":
            return Answer(405, headers={"Allow": "GET"})
        asked = {name: values[-1] for name, values in parse_qs(query).items()}
        bounds = _RANGE.fullmatch(asked.pop("range", f"0-{PAGE - 1}"))
        if bounds is None:
            return _refusal("Format du paramètre « range » incorrect : <entier>-<entier>.")
        first, last = int(bounds[1]), int(bounds[2])
        if last < first or last - first >= PAGE or last > LAST:
            return _refusal(f"La plage de résultats demandée est trop importante ({PAGE} au plus, jusqu'à {LAST}).")
        if len(asked.get("departement", "").split(",")) > _DEPARTMENTS:
            return _refusal(f"Le paramètre « departement » accepte {_DEPARTMENTS} départements au plus.")
        if "commune" in asked and not all(_COMMUNE.fullmatch(code) for code in asked["commune"].split(",")):
            return _refusal("Le paramètre « commune » doit être un code INSEE.")
        return self._page(asked, first, last)

    def _page(self, asked: dict[str, str], first: int, last: int) -> Answer:
        key = "&".join(f"{name}={asked[name]}" for name in sorted(asked))
        total = self._behaviour.offers if not asked else int(self._behaviour.offers * self._figures.draw("offers", key))
        if first >= total:
            return Answer(204, headers={"Content-Range": f"offres */{total}"})
        last = min(last, total - 1)
        content = {"resultats": [self._offer(key, rank) for rank in range(first, last + 1)], "filtresPossibles": []}
        headers = {"Content-Range": f"offres {first}-{last}/{total}", "Accept-Range": str(PAGE)}
        return as_json(200 if last == total - 1 else 206, content, headers)

    def _offer(self, key: str, rank: int) -> Record:
        drawn = self._figures.draw("offer", key, str(rank))
        day = self._behaviour.as_of - timedelta(days=int(drawn * 60))
        return {
            "id": f"{100 + int(900 * self._figures.draw('search', key))}{rank:04}",
            "intitule": f"Offre simulée n° {rank + 1} (H/F)",
            "dateCreation": f"{day.isoformat()}T08:00:00.000Z",
            "lieuTravail": {"libelle": "59 - Lille", "codePostal": "59000", "commune": "59350"},
            "romeCode": "H2903",
            "typeContrat": "CDI" if drawn < 0.5 else "CDD",
            "nombrePostes": 1 + int(drawn * 3),
            "alternance": False,
        }


def _refusal(text: str) -> Answer:
    return as_json(400, {"codeErreur": "400", "message": text})
