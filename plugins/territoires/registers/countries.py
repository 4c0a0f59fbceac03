"""Countries of ISO 3166-1 by their two-letter codes, and what people write instead of them."""

from __future__ import annotations

import functools
import gettext

from territoires.contracts.names import normalise
from territoires.registers.codes import Codes

_ALSO = {
    "Angleterre": "GB",
    "Corée": "KR",
    "États-Unis d'Amérique": "US",
    "Grande-Bretagne": "GB",
    "Hollande": "NL",
    "République tchèque": "CZ",
    "UK": "GB",
    "Viêt Nam": "VN",
}
"""Names in use that neither ISO nor its translation has."""


@functools.cache
def countries() -> Codes:
    """Return the officially assigned codes (ISO 3166-1 alpha-2) as the library pycountry gives them.

    French and English names and three-letter codes are known as what people mean by them.
    """
    import pycountry

    french = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["fr"])
    meant = {normalise(name): code for name, code in _ALSO.items()}
    known = []
    for country in pycountry.countries:
        known.append(country.alpha_2)
        names = [getattr(country, kind, "") for kind in ("alpha_3", "name", "common_name", "official_name")]
        names += [french.gettext(name) for name in names[1:] if name]
        for name in names:
            # « Russie, Fédération de » is called Russie; « Corée, … » would be two countries: the first come keeps it.
            for form in {normalise(name), normalise(name.split(",")[0])} - {""}:
                meant.setdefault(form, country.alpha_2)
    return Codes(frozenset(known), meant=meant)
