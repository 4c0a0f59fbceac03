"""A server that answers as France Travail's API does, faults included, over HTTP on loopback; nothing of it is real.

In a test::

    with serving(Behaviour(troubles=(Trouble(truncated("long"), attempts(1)),))) as server:
        client = ...  # server.base_url, server.token_url, server.connection
        assert server.busiest_second() <= 10

As a process, for the demonstration::

    python -m territoires.local.stand_in --port 18090 --state .state/run/france_travail.json

It prints ``prêt : http://127.0.0.1:18090`` once it answers, and before that writes the file named by ``--state``
(mode 0600, complete from the first moment)::

    {"pid": 123, "base_url": "http://127.0.0.1:18090/partenaire/stats-offres-demandes-emploi/v1",
     "token_url": "http://127.0.0.1:18090/connexion/oauth2/access_token?realm=/partenaire",
     "offers_url": "…", "connection": {"conn_type": "http", "host": …, "extra": {…}}}

``connection``, as JSON, is what ``AIRFLOW_CONN_FRANCE_TRAVAIL`` is to hold; its secret is drawn at each start. The
process ends with SIGTERM, removes that file, and says how many calls came.
"""

from territoires.local.stand_in.behaviour import Behaviour
from territoires.local.stand_in.calls import Call, Service
from territoires.local.stand_in.faults import Trouble
from territoires.local.stand_in.server import StandIn, connection, serving

__all__ = ["Behaviour", "Call", "Service", "StandIn", "Trouble", "connection", "serving"]
