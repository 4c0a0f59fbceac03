"""The task that sends what the ledger of mails holds, behind any task that may have written into it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from airflow.sdk import TriggerRule, task
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException, AirflowSkipException

from territoires.settings import Settings

if TYPE_CHECKING:
    from territoires.mail.transport import SmtpServer

log = logging.getLogger(__name__)

SMTPS_PORT, SUBMISSION_PORT = 465, 587


@task(task_id="envoyer", task_display_name="Envoyer les courriers", trigger_rule=TriggerRule.ALL_DONE)
def send_all() -> dict[str, int]:
    """Send every mail that waits, whoever wrote it; return how many ended in which status.

    It fails, and is retried, while the server cannot be reached: mails go on waiting, deliveries are not touched.
    """
    from territoires.airflow.stores import open_root
    from territoires.mail import ledger
    from territoires.mail.outbox import Outbox
    from territoires.warehouse.engine import connect

    settings = Settings.from_env()
    url = settings.need("warehouse_url")
    with connect(url, application="courriers", autocommit=True) as connection:
        if not ledger.waiting(connection):
            raise AirflowSkipException("no mail waits")
    server = smtp_server(settings.smtp_conn_id)
    if server is None:
        log.warning("no connection %s: mails are written to the outbound folders", settings.smtp_conn_id)
    return dict(Outbox(url, open_root(settings.outbound), server, settings.engineer_addresses).send_all())


def smtp_server(connection_id: str) -> SmtpServer | None:
    """Make the server of an Airflow connection of type SMTP; None if there is no such connection.

    The extras are those of Airflow's form: ``from_email``, ``disable_ssl``, ``disable_tls``, ``timeout`` (seconds) and
    ``ssl_context`` (``none``: any certificate will do). With neither disabled, port 587 means STARTTLS and any other
    TLS from the first byte.

    Raises:
        AirflowFailException: the connection lacks a host or the sender's address; trying again cannot help.
    """
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    from territoires.mail.transport import SmtpServer

    hook = SmtpHook(smtp_conn_id=connection_id)
    try:
        hook.smtp_connection = hook.get_connection(connection_id)
    except AirflowNotFoundException:
        return None
    if not hook.host or not hook.from_email:
        raise AirflowFailException(f"connection {connection_id} needs a host and, in its extras, from_email")
    ssl = hook.use_ssl and not (hook.smtp_starttls and hook.port == SUBMISSION_PORT)
    return SmtpServer(
        host=hook.host,
        port=hook.port or (SMTPS_PORT if ssl else SUBMISSION_PORT),
        sender=hook.from_email,
        security="ssl" if ssl else "starttls" if hook.smtp_starttls else "none",
        user=hook.smtp_user,
        password=hook.smtp_password,
        verify=hook.ssl_context != "none",
        timeout_s=hook.timeout,
    )
