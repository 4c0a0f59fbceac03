"""Roots in an object store, with the credentials of an Airflow connection."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from airflow.sdk import BaseHook, ObjectStoragePath
from upath import UPath

from territoires.storage import Place, is_local

if TYPE_CHECKING:
    from territoires.delivery.platform import Platform


def open_root(root: Place) -> Place:
    """Return *root* with the credentials that its URL names (``s3://connection@bucket/prefix``); a folder as it is.

    Raises:
        AirflowNotFoundException: there is no such connection.
    """
    connection = None if is_local(root) else urlsplit(str(root)).username
    if connection is None:
        return root  # a folder, or a store that knows the machine (its environment, its role)
    # Airflow would only warn of a missing one, and go on without any credentials.
    BaseHook.get_connection(connection)
    found: UPath = ObjectStoragePath(str(root))  # type: ignore[assignment]  # registered as one, not derived
    return found


def open_platform() -> Platform:
    """Return the platform that the environment describes, its stores reached by their connections."""
    from territoires.delivery.platform import Platform  # with pandas behind it: not while DAG files are parsed

    return Platform.from_settings(open_root=open_root)
