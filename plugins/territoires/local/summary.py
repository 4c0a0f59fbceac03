"""What ``make demo`` shows at the end: deliveries, rows, the programme's key figures, and where to look further."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from territoires.local.airflow_env import ADMIN, base_url
from territoires.local.console import say
from territoires.local.drop import Answer
from territoires.local.platform import Platform
from territoires.warehouse.engine import connect

_BY_STATUS = """
select statut, count(*) as fichiers, coalesce(sum(lignes_lues), 0) as lues,
    coalesce(sum(lignes_acceptees) filter (where chargee_le is not null), 0) as acceptees,
    coalesce(sum(lignes_refusees), 0) as refusees
from journal.livraison
where id_livraison = any(%s)
group by statut
order by statut
"""
_FIGURES = """
select
    (select count(*) from bi.territoire where dans_la_liste) as territoires,
    (select count(*) from bi.territoire where pilote) as pilotes,
    (select count(*) from bi.contrat) as contrats,
    (select count(*) from bi.contrat where date_signature is not null) as signes,
    (select count(*) from bi.referent) as referents,
    (select count(*) from bi.fiche_action) as fiches
"""
_BY_OPERATOR = """
select operateur, count(*) as engagements, count(*) filter (where compte_comme_engage) as promis,
    sum(montant_engage_eur) filter (where compte_comme_engage) as montant_eur, sum(recrutements) as recrutements,
    sum(emplois_prevus) filter (where compte_comme_engage) as emplois
from bi.engagement
group by operateur
order by operateur
"""
_LOOP = """
select
    (select count(*) from quarantaine.ligne where statut = 'ouverte') as ouvertes,
    (select count(*) from quarantaine.ligne where statut = 'corrigee') as corrigees,
    (select count(*) from quarantaine.ligne where statut = 'levee') as levees,
    (select count(*) from journal.livraison where decision is not null) as decidees,
    (select count(*) from journal.courrier) as courriers
"""
_BY_YEAR = """
select operateur, annee, objectif_eur, engage_eur, decaisse_eur, part_engagee
from bi.enveloppe_annuelle
order by operateur, annee
"""
_NEEDS = """
select annee,
    sum(projets_min) filter (where phase > 0) as territoires_min,
    sum(projets_max) filter (where phase > 0) as territoires_max,
    sum(projets_min) filter (where phase = 0) as ailleurs_min, sum(projets_max) filter (where phase = 0) as ailleurs_max
from bi.besoin_main_oeuvre_territoire
group by annee
order by annee
"""
_ANSWERS = """
select annee, sum(formation_engage_eur) as formation_eur, sum(nb_embauches) as embauches,
    sum(nb_recrutements_ecoles_ingenieurs + nb_recrutements_ecoles_commerce) as diplomes,
    sum(nb_fiches_recruter) as fiches
from bi.adequation_formation
where annee = any(%s)
group by annee
order by annee
"""
_TENSION = """
select annee, metier, count(tension) as territoires, round(avg(tension), 1) as rang,
    count(*) filter (where tension >= 4) as en_tension
from bi.tension_metier_territoire
where tension is not null
group by annee, code_rome, metier
order by annee desc, rang desc
limit 3
"""
_WIDTHS = (18, 18, 14, 11, 10, 8)


def print_summary(platform: Platform, answers: Sequence[Answer]) -> None:
    """Write the summary of a demonstration whose files became *answers*."""
    settings = platform.settings
    _print_deliveries(settings.warehouse_url, [answer.delivery_id for answer in answers])
    _print_loop(settings.warehouse_url)
    _print_figures(settings.bi_url)
    _print_needs(settings.bi_url)
    receipts = sum(1 for _ in settings.local("outbound").rglob("*_recu.html"))
    say(f"""
Reçus       {settings.outbound}/<operateur>/ ({receipts} reçus, et les lignes à corriger)
Courriers   {settings.outbound}/<operateur>/courriers/ (sans connexion SMTP, ils sont écrits là)
Airflow     {base_url(settings)} après `make up` ; compte {ADMIN}, mot de passe {platform.secrets.admin}
Requêtes    psql "$(make -s bi-url | sed s/+psycopg//)" après `make up`""")


def _print_deliveries(warehouse_url: str, ids: Sequence[int | None]) -> None:
    with connect(warehouse_url) as connection:
        rows = connection.execute(_BY_STATUS, ([id_ for id_ in ids if id_ is not None],)).fetchall()
    say(f"\n{'Livraisons':24}{'fichiers':>10}{'lues':>10}{'acceptées':>11}{'refusées':>10}")
    for row in rows:
        say(f"  {row['statut']:22}{row['fichiers']:10}{row['lues']:10}{row['acceptees']:11}{row['refusees']:10}")
    totals = [sum(row[column] for row in rows) for column in ("fichiers", "lues", "acceptees", "refusees")]
    say(f"  {'total':22}{totals[0]:10}{totals[1]:10}{totals[2]:11}{totals[3]:10}")


def _print_loop(warehouse_url: str) -> None:
    with connect(warehouse_url) as connection:
        found = connection.execute(_LOOP).fetchone() or {}
    say(f"""
Lignes refusées : {found["corrigees"]} corrigées depuis, {found["levees"]} levées, {found["ouvertes"]} encore ouvertes
Livraisons décidées par un ingénieur : {found["decidees"]} ; courriers aux opérateurs : {found["courriers"]}""")


def _print_figures(bi_url: str) -> None:
    with connect(bi_url) as connection:
        figures = connection.execute(_FIGURES).fetchone() or {}
        operators = connection.execute(_BY_OPERATOR).fetchall()
        years = connection.execute(_BY_YEAR).fetchall()
    say(f"""
Chiffres du programme, lus dans les vues de bi (données fabriquées)
  territoires {figures["territoires"]}, dont pilotes {figures["pilotes"]} ; \
contrats {figures["contrats"]}, dont signés {figures["signes"]} ; \
référents en poste {figures["referents"]} ; fiches-actions {figures["fiches"]}""")
    say(f"\n  {'opérateur':26}{'engagements':>12}{'promis':>8}{'M€':>10}{'recrutements':>14}{'emplois':>9}")
    for row in operators:
        say(
            f"  {row['operateur']:26}{row['engagements']:12}{row['promis']:8}{_millions(row['montant_eur']):>10}"
            f"{_or_blank(row['recrutements']):>14}{_or_blank(row['emplois']):>9}"
        )
    say("\n  Enveloppe annoncée de la Banque des Territoires")
    say(f"  {'année':8}{'objectif M€':>14}{'engagé M€':>14}{'décaissé M€':>14}{'engagé / objectif':>20}")
    for year in years:
        share = "" if year["part_engagee"] is None else f"{100 * year['part_engagee']:.1f} %".replace(".", ",")
        say(
            f"  {year['annee']:<8}{_millions(year['objectif_eur']):>14}{_millions(year['engage_eur']):>14}"
            f"{_millions(year['decaisse_eur']):>14}{share:>20}"
        )


def _print_needs(bi_url: str) -> None:
    """Show needs beside what is done for them, then tension; bounds because the survey hides small numbers."""
    with connect(bi_url) as connection:
        needs = connection.execute(_NEEDS).fetchall()
        answers = connection.execute(_ANSWERS, ([row["annee"] for row in needs],)).fetchall()
        tensions = connection.execute(_TENSION).fetchall()
    say("\n  Projets de recrutement (BMO, de … à …), répartis selon la population, et ce qui y répond")
    titles = ("territoires", "reste", "formation M€", "embauches", "diplômés", "fiches")
    say(f"  {'année':8}" + "".join(f"{title:>{width}}" for title, width in zip(titles, _WIDTHS, strict=True)))
    for row, answer in zip(needs, answers, strict=True):
        done = (answer["embauches"], answer["diplomes"], answer["fiches"])
        cells = (_bounds(row, "territoires"), _bounds(row, "ailleurs"), _millions(answer["formation_eur"]), *done)
        say(f"  {row['annee']:<8}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, _WIDTHS, strict=True)))
    say("\n  Tension de recrutement (indicateurs de France Travail, ici simulés)")
    for row in tensions:
        say(
            f"  {row['annee']:<8}{row['metier']} : rang {str(row['rang']).replace('.', ',')} sur 5 ; "
            f"{row['en_tension']} territoires sur {row['territoires']} à 4 ou plus"
        )


def _bounds(row: Mapping[str, Any], name: str) -> str:
    return f"{row[f'{name}_min'] or 0:.0f} – {row[f'{name}_max'] or 0:.0f}"


def _or_blank(number: int | None) -> str:
    return "" if number is None else str(number)


def _millions(euros: Decimal | None) -> str:
    return "" if euros is None else f"{euros / 1_000_000:.1f}".replace(".", ",")
