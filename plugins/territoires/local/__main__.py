"""Command line of the platform on one machine: ``python -m territoires.local <command>``, called by the Makefile."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil
import psycopg

from territoires.local import drop
from territoires.local.airflow_env import ADMIN, base_url
from territoires.local.console import LocalError, say
from territoires.local.platform import Platform
from territoires.local.processes import Interrupted, interruptions_raise, marked
from territoires.local.state import State
from territoires.settings import Settings

INTERRUPTED = 130


def _settings(*, of_running: bool) -> Settings:
    """Return the settings of the environment; *of_running* those that the running platform was started with."""
    settings = Settings.from_env()
    _, recorded = State(settings.state).recorded() if of_running else ({}, {})
    return Settings.from_env({**os.environ, **recorded}) if recorded else settings


def _up() -> int:
    from territoires.local.demo_data import with_made

    platform = Platform.open(_settings(of_running=True))
    with platform.state.locked(), interruptions_raise():
        if platform.is_up():
            say(f"Déjà en marche : {base_url(platform.settings)}")
            return 0
        say("Démarrage de la plateforme…")
        platform = Platform.open(with_made(_settings(of_running=False)))
        platform.up()
    _say_how_to(platform)
    return 0


def _down() -> int:
    platform = Platform.open(_settings(of_running=True))
    with platform.state.locked():
        begun = time.monotonic()
        ended = platform.down()
    say(f"Arrêtée ({ended} processus, {time.monotonic() - begun:.0f} s)." if ended else "Rien ne tournait.")
    return 0


def _demo() -> int:
    from territoires.local import demo

    return demo.run(_settings(of_running=False))


def _drop() -> int:
    file, destination = os.environ.get("FILE", ""), os.environ.get("TO", "")
    if not file or not destination:
        raise LocalError("Usage : make drop FILE=chemin TO=operateur/livraison [TIMEOUT=secondes]")
    settings = _settings(of_running=True)
    platform = Platform.open(settings)
    if not platform.is_up():
        raise LocalError("La plateforme ne tourne pas : lancez d'abord `make up`.")
    given = os.environ.get("TIMEOUT")
    timeout_s = Settings.from_env({"TI_DROP_TIMEOUT_S": given}).drop_timeout_s if given else settings.drop_timeout_s
    warehouse_url = platform.settings.warehouse_url
    dropped = drop.lay(Path(file), destination.strip("/"), settings.local("inbound"), warehouse_url)
    found = drop.wait(dropped, settings.local("outbound"), warehouse_url, timeout_s, platform.check_alive)
    if found.code == drop.NO_ANSWER:
        say(f"Pas de réponse en {timeout_s:.0f} s ; le fichier reste dans {settings.inbound / destination}.")
    else:
        say(found.receipt.rstrip() or f"Statut : {found.status}")
    say(f"code de sortie : {found.code}")
    return found.code


def _url(field: str) -> int:
    settings = _settings(of_running=True)
    say(getattr(Platform.open(settings).settings, field))
    return 0


def _clean() -> int:
    state = State(Settings.from_env().state)
    if not state.root.exists():
        return 0
    if marked(state.root):
        raise LocalError("La plateforme tourne : `make down` d'abord.")
    if not (state.root / "secrets.json").exists():
        raise LocalError(f"{state.root} n'a pas été fait par nous : je n'y touche pas.")
    shutil.rmtree(state.root)
    say(f"{state.root} supprimé.")
    return 0


def _say_how_to(platform: Platform) -> None:
    say(f"""
Airflow     {base_url(platform.settings)}   compte {ADMIN}, mot de passe {platform.secrets.admin}
Dépôt       make drop FILE=mon_fichier.csv TO=banque_des_territoires/investissements
            (ou une copie dans {platform.settings.inbound}/<operateur>/<livraison>/)
Reçus       {platform.settings.outbound}/<operateur>/
Requêtes    psql "$(make -s bi-url | sed s/+psycopg//)"
Arrêt       make down""")


_COMMANDS: Mapping[str, Callable[[], int]] = {
    "demo": _demo,
    "up": _up,
    "down": _down,
    "drop": _drop,
    "bi-url": lambda: _url("bi_url"),
    "warehouse-url": lambda: _url("warehouse_owner_url"),
    "clean": _clean,
}


def _leave(code: int, *, through_make: bool) -> int:
    """Return *code*, and where a make called us, make it leave with that code.

    GNU make leaves with 2 whenever a recipe fails, but with 1 on SIGQUIT; no way leads it to 3, so that "no answer"
    ends it by SIGALRM (142 = 128 + 14), which no other outcome gives. The pause lets it take the signal while we still
    live: a make whose recipe is gone would take it for a failed one. A make that ignores the signal (one that a script
    started in the background) leaves with 2, as for any failed recipe: never with 0.
    """
    parent = psutil.Process().parent()
    number = {drop.REFUSED: signal.SIGQUIT, drop.NO_ANSWER: signal.SIGALRM}.get(code)
    called = through_make and parent is not None and parent.name() in {"make", "gmake"}
    if called and number and parent and not _ignores(parent, number):
        sys.stdout.flush()
        parent.send_signal(number)
        time.sleep(0.3)
        return 0 if number == signal.SIGQUIT else code
    return code


def _ignores(process: psutil.Process, number: signal.Signals) -> bool:
    """Tell whether *process* ignores a signal, where the system says so (Linux)."""
    status = Path(f"/proc/{process.pid}/status")
    masks = status.read_text("ascii", "surrogateescape").splitlines() if status.exists() else []
    ignored = next((int(line.split()[1], 16) for line in masks if line.startswith("SigIgn:")), 0)
    return bool(ignored >> (number - 1) & 1)


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(prog="territoires.local", description=__doc__)
    parser.add_argument("command", choices=sorted(_COMMANDS))
    parser.add_argument("--through-make", action="store_true", help="give the code of drop to the make that called")
    options = parser.parse_args(arguments)
    try:
        code = _COMMANDS[options.command]()
    except (LocalError, ValueError, OSError, psycopg.Error) as error:
        say(f"Erreur : {error}", to=sys.stderr)
        # What could not be dropped has no answer either: 1 and 2 are answers of the platform.
        code = drop.NO_ANSWER if options.command == "drop" else 1
    except (Interrupted, KeyboardInterrupt) as interruption:
        say(f"Interrompu ({interruption}) : tout ce qui avait été lancé est arrêté.", to=sys.stderr)
        return INTERRUPTED
    return _leave(code, through_make=options.through_make and options.command == "drop")


if __name__ == "__main__":
    sys.exit(main())
