"""Public facts that the demonstration states as they are: regions, departments and collectivities of 2019.

Source: code officiel géographique (INSEE). Everything below them, communes first, is made.
"""

from __future__ import annotations

REGIONS: tuple[tuple[str, str, str, str], ...] = (
    ("01", "97105", "3", "Guadeloupe"), ("02", "97209", "3", "Martinique"), ("03", "97302", "3", "Guyane"),
    ("04", "97411", "0", "La Réunion"), ("06", "97608", "0", "Mayotte"), ("11", "75056", "1", "Île-de-France"),
    ("24", "45234", "2", "Centre-Val de Loire"), ("27", "21231", "0", "Bourgogne-Franche-Comté"),
    ("28", "76540", "0", "Normandie"), ("32", "59350", "4", "Hauts-de-France"), ("44", "67482", "2", "Grand Est"),
    ("52", "44109", "4", "Pays de la Loire"), ("53", "35238", "0", "Bretagne"),
    ("75", "33063", "3", "Nouvelle-Aquitaine"), ("76", "31555", "1", "Occitanie"),
    ("84", "69123", "1", "Auvergne-Rhône-Alpes"), ("93", "13055", "0", "Provence-Alpes-Côte d'Azur"),
    ("94", "2A004", "0", "Corse"),
)  # fmt: skip
"""Code, commune that is its seat, kind of article (INSEE's TNCC), name."""

DEPARTMENTS: tuple[tuple[str, str, str, str, str], ...] = (
    ("01", "84", "01053", "5", "Ain"), ("02", "32", "02408", "5", "Aisne"), ("03", "84", "03190", "5", "Allier"),
    ("04", "93", "04070", "4", "Alpes-de-Haute-Provence"), ("05", "93", "05061", "4", "Hautes-Alpes"),
    ("06", "93", "06088", "4", "Alpes-Maritimes"), ("07", "84", "07186", "5", "Ardèche"),
    ("08", "44", "08105", "4", "Ardennes"), ("09", "76", "09122", "5", "Ariège"), ("10", "44", "10387", "5", "Aube"),
    ("11", "76", "11069", "5", "Aude"), ("12", "76", "12202", "5", "Aveyron"),
    ("13", "93", "13055", "4", "Bouches-du-Rhône"), ("14", "28", "14118", "2", "Calvados"),
    ("15", "84", "15014", "2", "Cantal"), ("16", "75", "16015", "3", "Charente"),
    ("17", "75", "17300", "3", "Charente-Maritime"), ("18", "24", "18033", "2", "Cher"),
    ("19", "75", "19272", "3", "Corrèze"), ("21", "27", "21231", "3", "Côte-d'Or"),
    ("22", "53", "22278", "4", "Côtes-d'Armor"), ("23", "75", "23096", "3", "Creuse"),
    ("24", "75", "24322", "3", "Dordogne"), ("25", "27", "25056", "2", "Doubs"), ("26", "84", "26362", "3", "Drôme"),
    ("27", "28", "27229", "5", "Eure"), ("28", "24", "28085", "1", "Eure-et-Loir"),
    ("29", "53", "29232", "2", "Finistère"), ("2A", "94", "2A004", "3", "Corse-du-Sud"),
    ("2B", "94", "2B033", "3", "Haute-Corse"), ("30", "76", "30189", "2", "Gard"),
    ("31", "76", "31555", "3", "Haute-Garonne"), ("32", "76", "32013", "2", "Gers"),
    ("33", "75", "33063", "3", "Gironde"), ("34", "76", "34172", "5", "Hérault"),
    ("35", "53", "35238", "1", "Ille-et-Vilaine"), ("36", "24", "36044", "5", "Indre"),
    ("37", "24", "37261", "1", "Indre-et-Loire"), ("38", "84", "38185", "5", "Isère"),
    ("39", "27", "39300", "2", "Jura"), ("40", "75", "40192", "4", "Landes"),
    ("41", "24", "41018", "2", "Loir-et-Cher"), ("42", "84", "42218", "3", "Loire"),
    ("43", "84", "43157", "3", "Haute-Loire"), ("44", "52", "44109", "3", "Loire-Atlantique"),
    ("45", "24", "45234", "2", "Loiret"), ("46", "76", "46042", "2", "Lot"),
    ("47", "75", "47001", "2", "Lot-et-Garonne"), ("48", "76", "48095", "3", "Lozère"),
    ("49", "52", "49007", "0", "Maine-et-Loire"), ("50", "28", "50502", "3", "Manche"),
    ("51", "44", "51108", "3", "Marne"), ("52", "44", "52121", "3", "Haute-Marne"),
    ("53", "52", "53130", "3", "Mayenne"), ("54", "44", "54395", "0", "Meurthe-et-Moselle"),
    ("55", "44", "55029", "3", "Meuse"), ("56", "53", "56260", "2", "Morbihan"),
    ("57", "44", "57463", "3", "Moselle"), ("58", "27", "58194", "3", "Nièvre"), ("59", "32", "59350", "2", "Nord"),
    ("60", "32", "60057", "5", "Oise"), ("61", "28", "61001", "5", "Orne"),
    ("62", "32", "62041", "2", "Pas-de-Calais"), ("63", "84", "63113", "2", "Puy-de-Dôme"),
    ("64", "75", "64445", "4", "Pyrénées-Atlantiques"), ("65", "76", "65440", "4", "Hautes-Pyrénées"),
    ("66", "76", "66136", "4", "Pyrénées-Orientales"), ("67", "44", "67482", "2", "Bas-Rhin"),
    ("68", "44", "68066", "2", "Haut-Rhin"), ("69", "84", "69123", "2", "Rhône"),
    ("70", "27", "70550", "3", "Haute-Saône"), ("71", "27", "71270", "0", "Saône-et-Loire"),
    ("72", "52", "72181", "3", "Sarthe"), ("73", "84", "73065", "3", "Savoie"),
    ("74", "84", "74010", "3", "Haute-Savoie"), ("75", "11", "75056", "0", "Paris"),
    ("76", "28", "76540", "3", "Seine-Maritime"), ("77", "11", "77288", "0", "Seine-et-Marne"),
    ("78", "11", "78646", "4", "Yvelines"), ("79", "75", "79191", "4", "Deux-Sèvres"),
    ("80", "32", "80021", "3", "Somme"), ("81", "76", "81004", "2", "Tarn"),
    ("82", "76", "82121", "2", "Tarn-et-Garonne"), ("83", "93", "83137", "2", "Var"),
    ("84", "93", "84007", "2", "Vaucluse"), ("85", "52", "85191", "3", "Vendée"),
    ("86", "75", "86194", "3", "Vienne"), ("87", "75", "87085", "3", "Haute-Vienne"),
    ("88", "44", "88160", "4", "Vosges"), ("89", "27", "89024", "5", "Yonne"),
    ("90", "27", "90010", "2", "Territoire de Belfort"), ("91", "11", "91228", "5", "Essonne"),
    ("92", "11", "92050", "4", "Hauts-de-Seine"), ("93", "11", "93008", "3", "Seine-Saint-Denis"),
    ("94", "11", "94028", "2", "Val-de-Marne"), ("95", "11", "95500", "2", "Val-d'Oise"),
    ("971", "01", "97105", "3", "Guadeloupe"), ("972", "02", "97209", "3", "Martinique"),
    ("973", "03", "97302", "3", "Guyane"), ("974", "04", "97411", "0", "La Réunion"),
    ("976", "06", "97608", "0", "Mayotte"),
)  # fmt: skip
"""Code, region, commune that is its seat, kind of article, name."""

COLLECTIVITIES = {"975": "Saint-Pierre-et-Miquelon", "977": "Saint-Barthélemy", "988": "Nouvelle-Calédonie"}
"""Three of the collectivities overseas that are in no department."""

REGION_OF = {code: region for code, region, *_ in DEPARTMENTS}
DEPARTMENT_NAME = {code: name for code, *_, name in DEPARTMENTS}
REGION_NAME = {code: name for code, *_, name in REGIONS}
