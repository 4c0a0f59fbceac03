"""The shape of a contract, judged by ``contrat.schema.json`` (JSON Schema, draft 2020-12)."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

import jsonschema

from territoires.contracts.faults import Finding, Place
from territoires.contracts.names import nearest

SCHEMA = Path(__file__).with_name("contrat.schema.json")

_REMEDIES = {
    "minItems": "List at least one.",
    "uniqueItems": "Keep each once.",
    "minLength": "Write something, or take the key away.",
    "maxLength": "Shorten it.",
    "minProperties": "Write something, or take the key away.",
}


def shape_findings(content: object) -> tuple[Finding, ...]:
    """Return every place where *content*, a YAML document, is not shaped as a contract."""
    return tuple(finding for error in _validator().iter_errors(content) for finding in _findings(error))


@functools.cache
def _validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _findings(error: jsonschema.ValidationError) -> Iterator[Finding]:
    """Turn one error of jsonschema into findings that name the key at fault, not only its parent."""
    place: Place = tuple(error.absolute_path)
    keyword, wanted = str(error.validator), cast("str | Sequence[str]", error.validator_value)
    if keyword == "additionalProperties" and isinstance(error.instance, dict):
        known = list(error.schema["properties"]) if isinstance(error.schema, dict) else []
        for key in error.instance:
            if key not in known:
                guess = nearest(str(key), known)
                remedy = f"Did you mean {guess}?" if guess else f"Known here: {', '.join(known)}."
                yield (*place, str(key)), "This key is unknown.", remedy
    elif keyword == "required" and isinstance(error.instance, dict):
        # One error for each missing key; its name stands in the message alone.
        missing = error.message.split("'")[1]
        yield (*place, missing), "This key is missing.", "Write it."
    elif keyword == "propertyNames" or error.parent is not None:
        yield place, f"{error.message}.", "Take it away or mend its name."
    else:
        yield place, _what(keyword, wanted, error.instance), _remedy(keyword, wanted, error.instance)


def _what(keyword: str, wanted: str | Sequence[str], found: object) -> str:
    shown = json.dumps(found, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    if keyword == "type":
        names = wanted if isinstance(wanted, str) else " or ".join(wanted)
        return f"{shown} is not of type {names}."
    if keyword in {"enum", "const"}:
        return f"{shown} is not known here."
    if keyword == "pattern":
        return f"{shown} does not have the form {wanted}."
    return f"{shown} breaks {keyword}: {json.dumps(wanted)}."


def _remedy(keyword: str, wanted: str | Sequence[str], found: object) -> str:
    if keyword == "type" and wanted == "string" and not isinstance(found, dict | list):
        return "Put it in quotation marks."
    if keyword in {"enum", "const"}:
        return f"Write one of: {', '.join(map(str, [wanted] if isinstance(wanted, str) else wanted))}."
    return _REMEDIES.get(keyword, "Mend it.")
