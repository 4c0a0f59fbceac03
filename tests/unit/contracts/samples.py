"""A small contract to break in one place at a time."""

from __future__ import annotations

import textwrap
from pathlib import Path

from territoires.contracts import Contract, FaultyContract, load_contract

WHOLE = textwrap.dedent(
    """\
    operateur: essai
    livraison: projets
    version: 1.0.0
    valide_depuis: 2019-03-05
    titre: Projets d'essai
    description: Projets qui n'existent pas.
    grain: Une ligne par projet.
    mode: delta
    colonnes_inconnues: discard
    plafond_refus: 0.1
    calendrier: {frequence: Chaque mois, periode: mois, attendue_apres_jours: 10, retard_apres_jours: 5}
    destinataires: [essai@operateur.example]
    primaryKey: [id_projet]
    foreignKeys:
      - {fields: id_ti, reference: {resource: territoire, fields: id_ti}}
    fields:
      - name: id_projet
        title: Identifiant du projet
        description: Numéro du projet.
        type: string
        constraints: {required: true, pattern: "^P-[0-9]{3}$"}
        example: P-001
        alias: [N° projet]
      - name: id_ti
        title: Territoire
        description: Identifiant du territoire.
        type: string
        constraints: {required: true}
        example: ti-4413
      - name: pays
        title: Pays
        description: Pays d'origine.
        type: string
        constraints: {enum: [fr, no]}
        example: no
      - name: siret
        title: SIRET
        description: Établissement.
        type: string
        identifiant: siret
        example: "35600000000048"
      - name: montant_eur
        title: Montant
        description: Montant en euros.
        type: number
        decimales: 2
        constraints: {minimum: 0, maximum: 1000000}
        maximum_alerte: 500000
        example: "1250,50"
      - name: emplois
        title: Emplois
        description: Emplois prévus.
        type: integer
        constraints: {minimum: 0, maximum: 10000}
        example: "12"
      - name: debut
        title: Début
        description: Premier jour.
        type: date
        constraints: {required: true, minimum: 2018-11-22}
        example: 2019-03-05
      - name: fin
        title: Fin
        description: Dernier jour.
        type: date
        example: 2020-03-05
      - name: pilote
        title: Pilote
        description: Territoire pilote.
        type: boolean
        example: oui
      - name: note
        title: Note
        description: Texte libre.
        type: string
        constraints: {maxLength: 20}
        example: Rien à dire
    regles:
      - {code: fin_apres_debut, type: comparaison, titre: Fin après début,
         colonne: fin, operateur: ">=", autre_colonne: debut}
      - {code: note_si_norvege, type: obligatoire_si, titre: Note si Norvège,
         colonne: note, si: pays, valeurs: [no]}
      - code: un_a_la_fois
        type: periodes_disjointes
        titre: Un projet à la fois
        par: [id_ti]
        colonne: debut
        autre_colonne: fin
    """
)

PERIODS = "    par: [id_ti]\n    colonne: debut\n    autre_colonne: fin\n"


def write(folder: Path, text: str = WHOLE, name: str = "essai/projets.yaml") -> Path:
    """Write a contract where its operator and its delivery say."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    """The whole contract with one text replaced, which must be there."""
    assert old in WHOLE, old
    return WHOLE.replace(old, new, 1)


def faults(folder: Path, text: str) -> dict[str, str]:
    """What is wrong with a contract, by place."""
    try:
        load_contract(write(folder, text))
    except FaultyContract as error:
        said: dict[str, str] = {}
        for fault in error.all:
            said[fault.place] = f"{said.get(fault.place, '')} {fault.what} {fault.remedy}".strip()
        return said
    return {}


def sample(folder: Path) -> Contract:
    """The whole contract, loaded."""
    return load_contract(write(folder))
