"""A small programme written straight into core, and its figures computed in Python beside the database."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from psycopg import sql

from territoires.warehouse.engine import connect

Row = dict[str, Any]
COUNTED = {"engage", "decaisse", "solde"}
LOADED = datetime(2024, 6, 1, 8, tzinfo=UTC)
PHASE_1, PHASE_2 = date(2019, 3, 5), date(2023, 11, 7)
DEFAULTS: dict[str, tuple[str, Row]] = {
    "accompagnement": (
        "bpifrance_accompagnements",
        {
            "id_accompagnement": "BPI-2020-00001",
            "id_ti": "ti-0001",
            "siret": "12345678200010",
            "dispositif": "accelerateur_pme",
            "date_debut": date(2020, 2, 3),
            "statut": "en_cours",
        },
    ),
    "action": (
        "pole_emploi_actions_recrutement",
        {"id_action": "PE-2019-00001", "id_ti": "ti-0001", "type_action": "forum", "date_action": date(2019, 9, 17)},
    ),
    "projet": (
        "business_france_projets_attractivite",
        {
            "id_projet": "BF-2020-00001",
            "id_ti": "ti-0001",
            "pays_origine": "DE",
            "type_projet": "creation",
            "etape": "decision",
            "date_etape": date(2020, 10, 6),
        },
    ),
    "fiche": (
        "programme_fiches_actions",
        {
            "id_fiche": "FA-00001",
            "id_contrat": "CTR-2019-0001",
            "axe": "recruter",
            "intitule": "École de production",
            "statut": "prevue",
        },
    ),
    "besoin": (
        "pole_emploi_besoins_main_oeuvre",
        {
            "annee": 2019,
            "code_metier": "D1Z41",
            "code_famille": "I",
            "code_bassin": "4401",
            "code_departement": "54",
            "code_region": "44",
            "projets": 40,
            "projets_difficiles": 25,
        },
    ),
    "objectif": (
        "programme_conventions",
        {
            "operateur": "bpifrance",
            "date_signature": date(2019, 3, 5),
            "indicateur": "Jeunes diplômés recrutés",
            "unite": "recrutements",
            "cible": Decimal(10),
            "annee_debut": 2019,
            "annee_fin": 2022,
        },
    ),
}
"""One valid row of each table that World.version fills, by the word that tests use for it."""


@dataclass
class World:
    """Fills a migrated warehouse; ``operations`` holds what is current, to be added up by hand."""

    url: str
    operations: list[Row] = field(default_factory=list)

    def run(self, query: str, *values: object) -> list[Row]:
        with connect(self.url) as connection:
            cursor = connection.execute(query, values)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def insert(self, table: str, *rows: Row) -> None:
        """Insert rows; those of core are counted in the journal of their delivery, as a load would."""
        with connect(self.url) as connection:
            for row in rows:
                query = sql.SQL("insert into {} ({}) values ({})").format(
                    sql.Identifier(*table.split(".")),
                    sql.SQL(", ").join(map(sql.Identifier, row)),
                    sql.SQL(", ").join(map(sql.Placeholder, row)),
                )
                connection.execute(query, row)
            brought = Counter(row.get("id_livraison") for row in rows) if table.startswith("core.") else Counter()
            for delivery, count in brought.items():
                connection.execute(
                    "update journal.livraison set lignes_ajoutees = coalesce(lignes_ajoutees, 0) + %s"
                    " where id_livraison = %s",
                    [count, delivery],
                )

    def delivery(self, operator: str, delivery: str, status: str = "chargee", **more: object) -> int:
        key = uuid.uuid4()
        row = {
            "cle_depot": key,
            "operateur": operator,
            "livraison": delivery,
            "nom_fichier": f"{delivery}.csv",
            "taille_octets": 10,
            "sha256": key.hex * 2,
            "modifie_le": LOADED,
            "recue_le": LOADED,
            "chargee_le": LOADED if status.startswith("chargee") else None,
            "statut": status,
            **more,
        }
        self.insert("journal.livraison", row)
        return int(self.run("select id_livraison from journal.livraison where cle_depot = %s", key)[0]["id_livraison"])

    def territory(self, phase: int, id_ti: str, label: str, **more: object) -> None:
        published = PHASE_1 if phase == 1 else PHASE_2
        register = self.run(
            "insert into core.registre_version (registre, phase, millesime, source_url, sha256, statut, lignes)"
            " values ('territoires', %s, %s, 'file:///liste', repeat('a', 64), 'charge', 1) returning id_registre",
            phase,
            str(published),
        )[0]["id_registre"]
        row = {"phase": phase, "id_ti": id_ti, "libelle": label, "valide_de": published, "id_registre": register}
        self.insert("core.territoire", row | more)

    def operation(self, delivery: int, number: int, **columns: object) -> None:
        self.insert("core.banque_des_territoires_investissements", self.an_operation(delivery, number, **columns))

    def an_operation(self, delivery: int, number: int, **columns: object) -> Row:
        row = {
            "id_operation": f"BDT-2020-{number:05d}",
            "id_ti": "ti-0001",
            "libelle": f"Opération {number}",
            "axe": "attirer",
            "domaine": "friches",
            "nature": "pret",
            "montant_engage_eur": Decimal("1000.00"),
            "montant_decaisse_eur": None,
            "date_engagement": date(2020, 2, 13),
            "statut": "engage",
            "valide_de": LOADED,
            "id_livraison": delivery,
            "ligne": number + 1,
            **columns,
        }
        if row.get("valide_a") is None:
            self.operations.append(row)
        return row

    def contract(self, delivery: int, number: str, **columns: object) -> None:
        row = {"id_contrat": number, "id_ti": "ti-0001", "pilote": True, "statut": "projet", "valide_de": LOADED}
        self.insert("core.programme_contrats", row | {"id_livraison": delivery, "ligne": 2} | columns)

    def contact(
        self, delivery: int, id_ti: str, start: date, operator: str = "banque_des_territoires", **columns: object
    ) -> None:
        row = {
            "id_ti": id_ti,
            "nom": "Exemple",
            "prenom": "Camille",
            "email_professionnel": "camille.exemple@operateur.example",
            "date_debut": start,
            "valide_de": LOADED,
            "id_livraison": delivery,
            "ligne": 2,
        }
        self.insert(f"core.{operator}_referents", row | columns)

    def version(self, kind: str, delivery: int, **columns: object) -> Row:
        """Insert a current version of an accompaniment, an action, a project, an objective or a sheet."""
        table, row = DEFAULTS[kind]
        row = row | {"valide_de": LOADED, "id_livraison": delivery, "ligne": 2} | columns
        self.insert(f"core.{table}", row)
        return row

    def many_operations(self, delivery: int, count: int, seed: int = 1) -> None:
        """Operations of every status over 2018 to 2024, 2021 left empty, some with former versions."""
        chance = random.Random(seed)
        days = [day for day in range(2200) if (date(2018, 11, 22) + timedelta(day)).year != 2021]
        rows = []
        for number in range(count):
            amount = Decimal(2 * chance.randrange(0, 450_000_000)) / 100
            status = chance.choice(["identifie", "instruit", "engage", "decaisse", "solde", "abandonne"])
            if chance.random() < 0.3:
                former = {
                    "valide_de": LOADED - timedelta(days=30),
                    "valide_a": LOADED,
                    "montant_engage_eur": amount + 7,
                }
                rows.append(self.an_operation(delivery, number, **former))
            rows.append(
                self.an_operation(
                    delivery,
                    number,
                    id_ti=chance.choice(["ti-0001", "ti-0002", "ti-9999"]),
                    montant_engage_eur=amount,
                    montant_decaisse_eur=chance.choice([None, amount / 2]) if status in COUNTED else None,
                    date_engagement=date(2018, 11, 22) + timedelta(chance.choice(days)),
                    statut=status,
                )
            )
        self.insert("core.banque_des_territoires_investissements", *rows)

    def counted(self, column: str, until: int | None = None, year: int | None = None) -> Decimal:
        """Add up a column of the current operations that count, of one year or up to one."""
        return sum(
            (
                row[column] or Decimal(0)
                for row in self.operations
                if row["statut"] in COUNTED
                and (year is None or row["date_engagement"].year == year)
                and (until is None or row["date_engagement"].year <= until)
            ),
            Decimal(0),
        )


def programme(url: str, operations: int = 60) -> World:
    """A programme of three territories in two phases: operations of every kind, two contracts, a sheet, contacts."""
    world = World(url)
    world.territory(1, "ti-0001", "Val de Lorraine", pilote=True, date_entree=date(2018, 11, 22))
    world.territory(1, "ti-0002", "Autre territoire")
    world.territory(2, "ti-0001", "Homonyme de la phase 2")
    investments = world.delivery("banque_des_territoires", "investissements", lignes_lues=80, lignes_refusees=20)
    world.many_operations(investments, operations)
    contracts = world.delivery("programme", "contrats")
    world.contract(
        contracts, "CTR-2019-0001", statut="signe", date_protocole=date(2019, 3, 21), date_signature=date(2019, 7, 8)
    )
    world.contract(contracts, "CTR-2019-0002", id_ti="ti-0002", pilote=False)
    contacts = world.delivery("banque_des_territoires", "referents")
    world.contact(contacts, "ti-0001", date(2019, 3, 5))
    world.contact(contacts, "ti-0002", date(2019, 3, 5), date_fin=date(2020, 1, 1))
    others(world)
    return world


def others(world: World) -> None:
    """One commitment of each of the three other operators, one sheet, one objective, one need, one contact each."""
    supports = world.delivery("bpifrance", "accompagnements")
    world.version("accompagnement", supports, raison_sociale="Exemple SAS", montant_eur=Decimal("28000.50"))
    actions = world.delivery("pole_emploi", "actions_recrutement")
    world.version("action", actions, nb_participants=48, nb_embauches=7)
    projects = world.delivery("business_france", "projets_attractivite")
    world.version("projet", projects, investissement_eur=Decimal(12_000_000), emplois_prevus=85)
    world.version("fiche", world.delivery("programme", "fiches_actions"), budget_eur=Decimal("180000.10"))
    world.version("objectif", world.delivery("programme", "conventions"))
    world.version("besoin", world.delivery("pole_emploi", "besoins_main_oeuvre"))
    month = {"periode": "2019-03", "libelle": "mars 2019", "periode_debut": PHASE_1, "periode_fin": date(2019, 3, 31)}
    due = {"ouverte_le": PHASE_1, "attendue_le": date(2019, 4, 10), "en_retard_le": date(2019, 4, 15)}
    row = {"operateur": "pole_emploi", "livraison": "actions_recrutement", "etat_complet": False}
    world.insert("journal.calendrier", row | month | due)
    for operator in ("bpifrance", "business_france", "pole_emploi"):
        world.contact(world.delivery(operator, "referents"), "ti-0001", PHASE_1, operator)


def read(entrepot: Any, query: str, *values: object) -> list[Row]:
    """Read as BI tools do: by the role bi, without naming the schema."""
    with connect(entrepot.bi_url) as connection:
        return connection.execute(query, values).fetchall()  # type: ignore[call-overload,no-any-return]
