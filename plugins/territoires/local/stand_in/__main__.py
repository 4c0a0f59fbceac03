"""``python -m territoires.local.stand_in --port N --state FILE``: the stand-in as a process (see the package)."""

from __future__ import annotations

import argparse
import json
import logging
import os
import secrets
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from territoires.local.console import say
from territoires.local.processes import Interrupted, interruptions_raise
from territoires.local.stand_in.behaviour import Behaviour
from territoires.local.stand_in.calls import Service
from territoires.local.stand_in.server import StandIn, serving

_BEHAVIOURS = {"demonstration": Behaviour.demonstration, "calme": Behaviour}


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal comes; return the exit code."""
    asked = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stdout)
    # Drawn at each start: whoever has not read the file of --state has no business here.
    secret = secrets.token_urlsafe(24)
    behaviour = replace(_BEHAVIOURS[asked.behaviour](), seed=asked.seed, as_of=asked.as_of, client_secret=secret)
    with interruptions_raise():
        try:
            with serving(behaviour, asked.port) as server:
                _announce(server, asked.state)
                server.ended.wait()
        except Interrupted:
            say(_summary(server))
        finally:
            if asked.state is not None:
                asked.state.unlink(missing_ok=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m territoires.local.stand_in", description="France Travail simulé")
    calm = Behaviour()
    parser.add_argument("--port", type=int, default=0, help="port TCP sur 127.0.0.1 ; 0 : un port libre")
    parser.add_argument("--state", type=Path, help="fichier où écrire les adresses et la connexion Airflow")
    parser.add_argument("--behaviour", choices=sorted(_BEHAVIOURS), default="demonstration")
    parser.add_argument("--seed", type=int, default=calm.seed, help="graine des chiffres")
    parser.add_argument("--as-of", type=date.fromisoformat, default=calm.as_of, help="jour où vit le service")
    return parser


def _announce(server: StandIn, state: Path | None) -> None:
    if state is not None:
        content = {
            "pid": os.getpid(),
            "base_url": server.base_url,
            "token_url": server.token_url,
            "offers_url": server.offers_url,
            "connection": server.connection,
        }
        _write_private(state, json.dumps(content, indent=1))
    say(f"prêt : {server.origin}")


def _write_private(path: Path, text: str) -> None:
    """Write a file that appears whole and that its owner alone can read: it holds a secret, if not a precious one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)


def _summary(server: StandIn) -> str:
    tokens = len(server.calls_to(Service.TOKEN))
    return f"{len(server.calls)} appels, {server.busiest_second()} au plus dans une seconde ; {tokens} jetons demandés"


if __name__ == "__main__":
    sys.exit(main())
