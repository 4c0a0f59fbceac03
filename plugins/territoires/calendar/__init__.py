"""Which deliveries are expected, and when: from the calendars of the contracts to ``journal.calendrier``.

The dates are computed in ``periods``, and nowhere else; which delivery answers which period, and what is late, is
computed in SQL (``journal.calendrier_au``), and nowhere else.
"""

from territoires.calendar.sync import synchronise

__all__ = ["synchronise"]
