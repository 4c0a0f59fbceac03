"""Mails to operators and engineers: written in the ledger with what they tell of, sent later, never the same twice.

``drafts`` says what a mail is, ``ledger`` keeps it (``journal.courrier``), ``outbox`` sends it by a ``transport``. What
mails say: ``receipts`` (the answer to a delivery), ``reminders`` (rows that wait, deliveries that are late), ``digest``
(each working morning, for the engineers), ``alerts``. docs/decisions/0020-mails-by-an-outbox.md says why so.
"""
