FROM python:3.12.12-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONPATH=/opt/territoires/plugins:/opt/territoires/include \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/territoires/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/territoires/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    GX_ANALYTICS_ENABLED=false

# A named volume takes the owner of the folder that it covers: these are made for the user before it is mounted.
RUN useradd --uid 50000 --create-home territoires \
    && install -d -o territoires -g territoires /opt/airflow /opt/airflow/logs /opt/airflow/accounts \
        /data/inbound /data/outbound /data/archive /data/work

WORKDIR /opt/territoires
COPY requirements.txt ./
COPY requirements-s3.txt ./
# requirements-s3.txt also installs what roots in S3 need.
ARG REQUIREMENTS=requirements.txt
RUN pip install --require-hashes -r "$REQUIREMENTS"

COPY dags ./dags
COPY plugins ./plugins
COPY include ./include
COPY deploy ./deploy
# The user cannot write here: without these .pyc files each process would compile the code again.
RUN python -m compileall -q dags plugins include deploy

USER territoires
ENTRYPOINT ["airflow"]
CMD ["version"]
