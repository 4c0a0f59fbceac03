"""A caller as plain as can be: one session of requests, and nothing that heals anything."""

from __future__ import annotations

from typing import Any

import requests

from territoires.local.stand_in import StandIn

MARKET = "api_stats-offres-demandes-emploiv1 offresetdemandesemploi"
OFFERS = "api_offresdemploiv2 o2dsoffre"
NOMENCLATURES = {
    "stat-demandeurs": ("CATCAND", "TRIMESTRE"),
    "stat-offres": ("ORIGINEOFF", "TRIMESTRE"),
    "stat-perspective-employeur": ("TYPE_TENSION", "ANNEE"),
}


def form(server: StandIn, **changes: str) -> dict[str, str]:
    known = server.behaviour
    return {
        "grant_type": "client_credentials",
        "client_id": known.client_id,
        "client_secret": known.client_secret,
        "scope": MARKET,
    } | changes


def ask_token(server: StandIn, **changes: str) -> requests.Response:
    return requests.post(server.token_url, data=form(server, **changes), timeout=5)


def session(server: StandIn, scope: str = MARKET) -> requests.Session:
    opened = requests.Session()
    opened.headers["Authorization"] = f"Bearer {ask_token(server, scope=scope).json()['access_token']}"
    return opened


def body(indicator: str, **changes: Any) -> dict[str, Any]:
    nomenclature, period = NOMENCLATURES[indicator]
    return {
        "codeTypeTerritoire": "NAT",
        "codeTerritoire": "FR",
        "codeTypeActivite": "ROME",
        "codeActivite": "H2918",
        "codeTypePeriode": period,
        "codeTypeNomenclature": nomenclature,
        "dernierePeriode": True,
    } | changes


def ask(
    server: StandIn, caller: requests.Session, indicator: str = "stat-offres", timeout: float = 5, **changes: Any
) -> requests.Response:
    address = f"{server.base_url}/indicateur/{indicator}"
    return caller.post(address, json=body(indicator, **changes), timeout=timeout, allow_redirects=False)
