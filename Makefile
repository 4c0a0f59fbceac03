# Everything that a person does with the project. `make` alone lists it.
# Settings are environment variables or arguments (make up TI_AIRFLOW_PORT=18081): plugins/territoires/settings.py.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCAL := $(BIN)/python -m territoires.local
# One worker starts the platform again and again, the other goes through the rest; more would only slow the first.
WORKERS ?= --numprocesses 2 --dist loadfile --no-loadscope-reorder
UV_VERSION := $(shell sed -n 's/^uv==\([^ ]*\).*/\1/p' requirements-dev.txt)

# Without its .pyc files Airflow takes three times as long to import.
export PYTHONDONTWRITEBYTECODE :=
export PYTHONPATH := $(CURDIR)/plugins:$(CURDIR)/include
export FILE TO TIMEOUT

.PHONY: help
help: ## Montre cette aide
	@echo "Territoires d'industrie — make <cible>"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18
	@echo "Réglages : TI_STATE, TI_PG_PORT, TI_AIRFLOW_PORT… (plugins/territoires/settings.py)"

##@ La plateforme sur une machine

.PHONY: demo
demo: $(VENV)/.runtime ## Installe, démarre tout, traite des données de démonstration, montre les chiffres, arrête tout
	@$(LOCAL) demo

.PHONY: up
up: $(VENV)/.runtime ## Démarre la plateforme et la laisse en marche
	@$(LOCAL) up

.PHONY: down
down: $(VENV)/.runtime ## Arrête la plateforme ; rien ne reste derrière
	@$(LOCAL) down

.PHONY: drop
drop: $(VENV)/.runtime ## Dépose FILE=chemin TO=operateur/livraison et attend le reçu : 0 accepté, 1 refusé, 2 en attente, autre : pas de réponse
	@$(LOCAL) drop --through-make

.PHONY: bi-url
bi-url: $(VENV)/.runtime ## Écrit l'URL SQLAlchemy du rôle bi, en lecture seule
	@$(LOCAL) bi-url

.PHONY: warehouse-url
warehouse-url: $(VENV)/.runtime ## Écrit l'URL SQLAlchemy du propriétaire de l'entrepôt
	@$(LOCAL) warehouse-url

.PHONY: clean
clean: $(VENV)/.runtime ## Supprime le dossier d'état (refuse si la plateforme tourne)
	@$(LOCAL) clean

##@ Le code

.PHONY: test
test: lint ## Vérifie le style et les types, puis lance tous les tests (ARGS="-k mot" pour en choisir)
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

.PHONY: lint
lint: $(VENV)/.dev ## ruff, mypy --strict, sqlfluff : échoue, ne corrige rien
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/sqlfluff lint --processes 2 include/sql

.PHONY: bench
bench: $(VENV)/.dev ## Mesure la vitesse et la mémoire sur un million de lignes
	@$(BIN)/python -m tests.bench

.PHONY: bench-flow
bench-flow: $(VENV)/.dev ## Mesure le délai du dépôt au reçu, et mille fichiers à la fois, sous l'ordonnanceur
	@$(BIN)/python -m tests.bench.flow

.PHONY: lock
lock: $(VENV)/.uv ## Refait les verrous requirements*.txt (UPGRADE=1 : versions nouvelles)
	@for name in requirements requirements-s3 requirements-dev; do \
		$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes $(if $(UPGRADE),--upgrade) \
			$$name.in -o $$name.txt; \
	done

.PHONY: distclean
distclean: clean ## Supprime aussi .venv et les caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Installation. A stamp is newer than the lock that it was made from; uv comes first, by the hashes of its own lock.

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python introuvable ($(PYTHON)) : installez Python 3.11 ou plus récent, ou donnez PYTHON=chemin." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$$($(PYTHON) --version) est trop ancien : Python 3.11 ou plus récent est nécessaire (make PYTHON=python3.12 …)." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "Le module venv de Python n'est pas complet : sur Debian et Ubuntu, apt install python3-venv." >&2; exit 1; }
	@echo "Installation dans $(VENV)…" >&2
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.uv: requirements-dev.txt | $(BIN)/python
	@[ "$$($(BIN)/uv --version 2>/dev/null | cut -d' ' -f2)" = "$(UV_VERSION)" ] || { \
		sed -n '/^uv==/,/^ *#/p' requirements-dev.txt > $(VENV)/uv.txt; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt; }
	@touch $@

$(VENV)/.runtime: requirements.txt $(VENV)/.uv
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip install --quiet --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@VIRTUAL_ENV="$(CURDIR)/$(VENV)" $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@
