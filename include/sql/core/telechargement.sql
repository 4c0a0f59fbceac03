-- What was last received of an address.
select *
from journal.telechargement
where operateur = %(operateur)s and livraison = %(livraison)s and adresse = %(adresse)s;
