insert into journal.courrier (
    cle, motif, operateur, livraison, id_livraison, destinataires, objet, texte, page, pieces
)
values (
    %(key)s,
    %(kind)s,
    %(operator)s,
    %(delivery)s,
    %(delivery_id)s,
    %(recipients)s,
    %(subject)s,
    %(text)s,
    %(page)s,
    %(attachments)s
)
on conflict (cle) do nothing
