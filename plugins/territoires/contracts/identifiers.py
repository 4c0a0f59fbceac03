"""SIREN and SIRET numbers, one at a time, in plain Python (the vectorised form is in validation.expectations)."""

from __future__ import annotations

LA_POSTE = "356000000"


def is_siren(text: str) -> bool:
    """Tell whether *text* is nine ASCII digits whose Luhn key is right.

    Source: INSEE, https://www.insee.fr/fr/metadonnees/definition/c2047 (key: Luhn, ISO/IEC 7812-1).
    """
    return len(text) == 9 and _are_digits(text) and _luhn(text) % 10 == 0


def is_siret(text: str) -> bool:
    """Tell whether *text* is fourteen ASCII digits with a right key, for the whole and for its SIREN.

    La Poste has more establishments than the key allows: apart from its head office, theirs is right when the plain
    sum of the fourteen digits is a multiple of 5 (INSEE, https://fr.wikipedia.org/wiki/SIRET#Cas_de_La_Poste).
    """
    if len(text) != 14 or not _are_digits(text) or not is_siren(text[:9]):
        return False
    return _luhn(text) % 10 == 0 or (text[:9] == LA_POSTE and sum(map(int, text)) % 5 == 0)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _luhn(digits: str) -> int:
    total = 0
    for position, digit in enumerate(reversed(digits)):
        total += int(digit) if position % 2 == 0 else sum(divmod(2 * int(digit), 10))
    return total
