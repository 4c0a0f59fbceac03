-- Writes what asking an address gave.
insert into journal.telechargement (
    operateur,
    livraison,
    adresse,
    consultee_le,
    statut,
    motif,
    sha256,
    etag,
    last_modified,
    id_livraison
)
values (
    %(operateur)s,
    %(livraison)s,
    %(adresse)s,
    clock_timestamp(),
    %(statut)s,
    %(motif)s,
    %(sha256)s,
    %(etag)s,
    %(last_modified)s,
    %(id_livraison)s
)
on conflict (operateur, livraison, adresse) do update
    set
        consultee_le = excluded.consultee_le,
        statut = excluded.statut,
        motif = excluded.motif,
        sha256 = excluded.sha256,
        etag = excluded.etag,
        last_modified = excluded.last_modified,
        id_livraison = excluded.id_livraison;
