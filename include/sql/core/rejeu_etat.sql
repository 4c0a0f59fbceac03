-- What a type of delivery has loaded and refused, in a fingerprint: once it changes, a candidate is out of date.
select
    md5(
        concat_ws(
            ' ',
            (
                select
                    string_agg(
                        concat_ws('|', l.id_livraison, l.statut, l.contrat_version, l.chargee_le),
                        ' ' order by l.id_livraison
                    )
                from journal.livraison as l
                where l.operateur = %(operateur)s and l.livraison = %(livraison)s and l.chargee_le is not null
            ),
            (
                select concat_ws('|', count(*), count(*) filter (where q.statut = 'ouverte'), max(q.close_le))
                from quarantaine.ligne as q
                inner join journal.livraison as l on q.id_livraison = l.id_livraison
                where l.operateur = %(operateur)s and l.livraison = %(livraison)s
            )
        )
    ) as etat;
