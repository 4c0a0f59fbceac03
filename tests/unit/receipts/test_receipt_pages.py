"""The page and the text: what they hold, in what order, and that no cell can disturb them."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from territoires.anomalies import Anomaly
from territoires.receipts.model import Counts, Former, Reason, RefusedRow
from territoires.receipts.render import TEMPLATES, TEXT_WIDTH, render_html, render_text
from territoires.receipts.view import ROWS_SHOWN
from tests.unit.receipts.making import DATE, HOSTILE, receipt, refused_row, spaced

VOID = {"meta", "br"}


class Page(HTMLParser):
    """Tags opened, their attributes, the visible text; fails on tags closed out of order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(spaced(" ".join(self.texts)).split())

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def in_order(text: str, *parts: str) -> bool:
    positions = [text.find(part) for part in parts]
    return -1 not in positions and positions == sorted(positions)


def test_the_page_says_first_what_happened_then_what_to_do_then_why() -> None:
    assert in_order(
        Page(render_html(receipt())).text,
        "Votre fichier a été chargé en partie : 1 296 lignes acceptées, 4 à corriger.",
        "Export opérations T4.csv , reçu le 22 novembre 2026 à 14 h 05",
        "1 300 lignes lues",
        "Ce que vous avez à faire",
        "2026-11-22_livraison-42_Export-opérations-T4_lignes-refusees.xlsx",
        "Pourquoi des lignes sont à corriger",
        "Vos lignes à corriger, une à une",
        "Points à vérifier",
        "Ce que ce fichier a changé",
        "Ce que nous avons compris de votre fichier",
        "Détails de la livraison",
        "Une question ? Écrivez-nous.",
    )


def test_each_refused_row_has_its_line_column_value_reason_and_remedy() -> None:
    text = Page(render_html(receipt())).text
    assert (
        "12 date_engagement 31/02/2026 Cette date n'existe pas : février a 28 jours. règle type Écrivez 28/02/2026."
    ) in text
    assert "Montant engagé (€) vide Le montant est obligatoire. règle obligatoire Écrivez 1250000,00." in text
    assert "1 200 SIREN 552100555" in text


def test_causes_are_counted_with_their_lines_the_commonest_first() -> None:
    text = Page(render_html(receipt())).text
    assert in_order(text, "SIREN La clé de ce numéro est fausse.", "3 lignes 13, 47 et 1 200", "ligne 12")


def test_a_cause_told_in_several_ways_says_whose_words_it_uses() -> None:
    rows = tuple(refused_row(line, Reason("SIREN", str(line), "siren", f"{line} est faux.", "r")) for line in (7, 9))
    assert "Par exemple, ligne 7 : 7 est faux." in Page(render_html(receipt(refused=rows))).text


def test_what_was_understood_is_told() -> None:
    text = Page(render_html(receipt())).text
    assert "Format texte CSV Encodage Windows-1252 Séparateur point-virgule Ligne des en-têtes 1" in text
    assert "SIREN SIREN du bénéficiaire" in text
    assert "Observations internes ignorée : colonne inconnue" in text
    assert "Nouvelles 1 000 lignes Modifiées 96 lignes Déjà connues, inchangées 200 lignes" in text
    assert "Taille 18,4 ko" in text


def test_the_page_needs_nothing_from_elsewhere() -> None:
    html = render_html(receipt())
    page = Page(html)
    assert {tag for tag, _ in page.tags}.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    assert not re.search(r"(?:https?:)?//|url\(|@import", html)
    assert [link["href"] for link in page.named("a")] == [
        "2026-11-22_livraison-42_Export-op%C3%A9rations-T4_lignes-refusees.xlsx",
        "2026-11-22_livraison-42_Export-op%C3%A9rations-T4_lignes-refusees.csv",
    ]


def test_the_content_policy_allows_this_style_and_nothing_else() -> None:
    html = render_html(receipt())
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(meta for meta in Page(html).named("meta") if meta.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "style=" not in html.replace(style[0], "")


def test_the_page_is_accessible_to_a_screen_reader() -> None:
    page = Page(render_html(receipt()))
    assert page.named("html") == [{"lang": "fr"}]
    assert all(header.get("scope") for header in page.named("th"))
    assert len(page.named("h1")) == 1
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    assert {section["aria-labelledby"] for section in page.named("section")} == ids


@pytest.mark.parametrize("where", ["cell", "header", "message", "file", "status", "anomaly"])
def test_hostile_text_stays_text(where: str) -> None:
    bad = Reason(
        HOSTILE if where == "header" else "SIREN",
        HOSTILE if where == "cell" else "x",
        "type",
        HOSTILE if where == "message" else "m",
        "r",
    )
    hostile = receipt(
        file_name=HOSTILE if where == "file" else "x.csv",
        status_reason=HOSTILE if where == "status" else None,
        anomalies=(Anomaly("a", HOSTILE, HOSTILE, column=HOSTILE),) if where == "anomaly" else (),
        refused=(RefusedRow(2, {HOSTILE: HOSTILE}, (bad,)),),
        layout=(HOSTILE,),
        columns={HOSTILE: "x"},
        ignored=(HOSTILE,),
    )
    html, text = render_html(hostile), render_text(hostile)
    assert Page(html).named("script") == []
    for written in (html, text):
        assert re.search("[\x00-\x09\x0b-\x1f\u202a-\u202e]", written) is None
        assert len(written) < 40_000
    assert "<script>alert(1)</script>⟨U+202E⟩gpj.exe⟨U+0000⟩" in text


def test_a_cell_of_ten_thousand_characters_is_cut_to_two_hundred() -> None:
    row = refused_row(2, Reason("SIREN", "9" * 10_000, "siren", "m", "r"))
    assert f">{'9' * 199}…<" in render_html(receipt(refused=(row,)))


def test_only_the_first_rows_are_listed_and_the_others_announced() -> None:
    rows = tuple(refused_row(line, DATE) for line in range(2, 5002))
    many = receipt(refused=rows, counts=Counts(1_000_000, 995_000, 5000))
    page = Page(render_html(many))
    assert "Voici les 100 premières. Les 5 000 lignes à corriger sont toutes dans le fichier joint." in page.text
    assert len([header for header in page.named("th") if header["scope"] == "rowgroup"]) == ROWS_SHOWN
    assert len(re.findall(r"^Ligne \d", spaced(render_text(many)), re.MULTILINE)) == ROWS_SHOWN
    assert "5 000 lignes 2 à 5 001" in page.text


def test_a_line_that_could_not_be_cut_is_shown_whole() -> None:
    reason = Reason(None, None, "cellules", "La ligne a 7 cellules au lieu de 6.", "Retirez le séparateur en trop.")
    text = Page(render_html(receipt(refused=(RefusedRow(9, {}, (reason,), text="a;b;c;d;e;f;g"),)))).text
    assert "9 ligne entière a;b;c;d;e;f;g La ligne a 7 cellules au lieu de 6." in text


def test_demonstration_data_say_so_first() -> None:
    sentence = "Données de démonstration : elles sont inventées."
    assert in_order(Page(render_html(receipt(demo=sentence))).text, sentence, "Votre fichier")
    assert in_order(spaced(render_text(receipt(demo=sentence))), sentence, "Votre fichier")
    assert "démonstration" not in render_html(receipt())


FORMER = (
    Former(37, "<b>T2</b>.csv", datetime(2026, 10, 2, 9, tzinfo=UTC), waiting=(1204,)),
    Former(41, "T3.csv", datetime(2026, 11, 20, 9, tzinfo=UTC), fixed=(13, 47, 48), again=(12,)),
)


def test_earlier_files_are_told_with_the_lines_corrected_and_those_that_still_wait() -> None:
    told = receipt(fixed=3, still_open=1, former=FORMER)
    page = Page(render_html(told))
    assert in_order(
        page.text,
        "Ce dépôt corrige 3 lignes qui étaient refusées jusqu'ici : merci.",
        "Où en sont vos corrections",
        "T3.csv reçu le 20 novembre 2026 à 10 h 00 (livraison n° 41)",
        "lignes 13, 47 et 48",
        "ligne 12 refusée de nouveau dans ce fichier",
        "<b>T2</b>.csv",
        "ligne 1 204",
    )
    text = spaced(render_text(told))
    assert (
        "  corrigé par ce fichier : lignes 13, 47 et 48\n  encore à corriger, dans ce fichier-ci : ligne 12\n" in text
    )


def test_only_the_newest_of_many_earlier_files_are_listed() -> None:
    many = [Former(number, f"{number}.csv", datetime(2026, 10, 2, tzinfo=UTC), waiting=(2,)) for number in range(1, 23)]
    page = Page(render_html(receipt(former=many, still_open=22))).text
    assert ("22.csv" in page, "3.csv" in page, " 2.csv" in page) == (True, True, False)
    assert "Et 2 autres dépôts plus anciens." in page


def test_a_fault_of_the_header_is_a_fault_of_the_file_not_of_a_row() -> None:
    missing = Anomaly("colonne_manquante", "Il manque une colonne.", "Ajoutez-la.", line=1, column="axe")
    page = Page(render_html(receipt(status="refusee", refused=(), counts=Counts(), anomalies=(missing,)))).text
    assert "Ce qui est à corriger dans le fichier" in page
    assert "sont à corriger" not in page


def test_one_refused_row_is_spoken_of_in_the_singular() -> None:
    page = Page(render_html(receipt(refused=(refused_row(12, DATE),), counts=Counts(2, 1, 1)))).text
    for words in ("L'autre attend votre correction.", "Pourquoi une ligne est à corriger", "Votre ligne à corriger"):
        assert words in page
    assert "vos lignes à corriger" not in page


def test_the_text_holds_what_the_page_holds() -> None:
    assert spaced(render_text(receipt())) == EXPECTED


def test_the_text_fits_a_terminal() -> None:
    long = Reason("SIREN", "mot " * 60, "type", "Une phrase assez longue pour passer à la ligne. " * 6, "r " * 200)
    text = render_text(receipt(refused=(refused_row(2, long),), file_name="x" * 300 + ".csv"))
    assert max(len(line) for line in text.splitlines()) <= TEXT_WIDTH
    assert text.endswith("\n")
    assert "\n\n\n" not in text


def test_both_themes_have_the_contrast_that_wcag_asks_for() -> None:
    """WCAG 2.2, criterion 1.4.3: 4.5 between a text and its ground."""
    style = (TEMPLATES / "recu" / "style.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--([\w-]+): (#\w{6})", part)) for part in style.split("* {")[0].split("@media"))
    for theme in (light, dark):
        for text in ("texte", "texte-doux", "lien"):
            for ground in ("fond", "fond-doux"):
                assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
        for tone in ("succes", "info", "attention", "erreur"):
            assert contrast(theme[tone], theme[f"{tone}-fond"]) >= 4.5, tone
        assert contrast("#ffffff", theme["marque"]) >= 4.5


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


EXPECTED = """\
Territoires d'industrie — Reçu de livraison n° 42
Banque des Territoires — Investissements
Fichier Export opérations T4.csv, reçu le 22 novembre 2026 à 14 h 05

Votre fichier a été chargé en partie : 1 296 lignes acceptées, 4 à corriger.
Les lignes acceptées sont enregistrées. Les autres attendent votre correction.

  1 300 lignes lues
  1 296 lignes acceptées
  4 lignes à corriger
  1 point à vérifier

Ce que vous avez à faire
------------------------
1. Ouvrez le fichier de vos lignes à corriger, rangé à côté de ce reçu. La colonne « motif » dit ce
   qui ne va pas, la colonne « correction_attendue » ce qu'il faut écrire.
2. Écrivez vos corrections dans ce fichier, sans changer ses colonnes, et enregistrez-le. Les
   colonnes « motif » et « correction_attendue » peuvent rester : elles ne sont pas lues. Laissez la
   colonne « ligne_d_origine » telle quelle : elle nous dit quelle ligne vous corrigez.
3. Déposez-le dans votre dossier de dépôt « banque_des_territoires/investissements ». Il ne faut pas
   y remettre les lignes déjà acceptées.
4. Si vous préférez, corrigez plutôt dans votre outil et déposez un nouvel export complet.
5. Si une ligne n'avait pas lieu d'être, dites-le-nous : elle ne vous sera plus demandée.

→ 2026-11-22_livraison-42_Export-opérations-T4_lignes-refusees.xlsx
  (conseillé : pour Excel et LibreOffice, cellules à corriger en couleur)
→ 2026-11-22_livraison-42_Export-opérations-T4_lignes-refusees.csv
  (le même en texte CSV, séparateur point-virgule)

Pourquoi des lignes sont à corriger
-----------------------------------
1. Colonne « SIREN » — 3 lignes (13, 47 et 1 200)
   La clé de ce numéro est fausse.
   → Vérifiez ses neuf chiffres.
2. Colonne « date_engagement » — ligne 12
   Cette date n'existe pas : février a 28 jours.
   → Écrivez 28/02/2026.
3. Colonne « Montant engagé (€) » — ligne 47
   Le montant est obligatoire.
   → Écrivez 1250000,00.

Vos lignes à corriger, une à une
--------------------------------
Ligne 12
  date_engagement : « 31/02/2026 »
    Cette date n'existe pas : février a 28 jours. [règle type]
    → Écrivez 28/02/2026.
Ligne 13
  SIREN : « 552100555 »
    La clé de ce numéro est fausse. [règle siren]
    → Vérifiez ses neuf chiffres.
Ligne 47
  SIREN : « 552100555 »
    La clé de ce numéro est fausse. [règle siren]
    → Vérifiez ses neuf chiffres.
  Montant engagé (€) : (vide)
    Le montant est obligatoire. [règle obligatoire]
    → Écrivez 1250000,00.
Ligne 1 200
  SIREN : « 552100555 »
    La clé de ce numéro est fausse. [règle siren]
    → Vérifiez ses neuf chiffres.

Points à vérifier
-----------------
1. Colonne « Observations internes »
   La colonne n'est pas prévue.
   → Vous pouvez la retirer.

Ce que ce fichier a changé
--------------------------
- Nouvelles : 1 000 lignes
- Modifiées : 96 lignes
- Déjà connues, inchangées : 200 lignes

Ce que nous avons compris de votre fichier
------------------------------------------
- Format : texte CSV
- Encodage : Windows-1252
- Séparateur : point-virgule
- Ligne des en-têtes : 1
- SIREN → SIREN du bénéficiaire
- domaine → Domaine
- Observations internes → ignorée : colonne inconnue

Détails de la livraison
-----------------------
- Fichier : Export opérations T4.csv
- Livraison : n° 42 (banque_des_territoires/investissements)
- Reçu le : 22 novembre 2026 à 14 h 05
- Réponse le : 22 novembre 2026 à 14 h 06
- Taille : 18,4 ko
- Empreinte SHA-256 : 9f86d0819f86d0819f86d0819f86d0819f86d0819f86d0819f86d0819f86d081
- Version du contrat : 1.0.0

Une question ? Écrivez-nous.
"""
