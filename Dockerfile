# syntax=docker/dockerfile:1
FROM python:3.12.13-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt requirements-dask.txt /
# Wheels only: what would have to be compiled fails here, and not at the first request.
RUN /opt/venv/bin/pip install --no-deps --require-hashes --only-binary=:all: -r /requirements.txt
# --build-arg WITH_DASK=1: for a worker that trains on a Dask cluster, and for the cluster's scheduler and workers.
ARG WITH_DASK=""
RUN test -z "$WITH_DASK" || /opt/venv/bin/pip install --no-deps --require-hashes --only-binary=:all: -r /requirements-dask.txt

FROM python:3.12.13-slim-bookworm
# LightGBM's OpenMP runtime, the one library its wheel does not bring along.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin lmsuggest
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=lmsuggest.settings \
    LMSUGGEST_ENV_FILE="" \
    STATIC_ROOT=/app/staticfiles \
    BIND=0.0.0.0 \
    PORT=8000
WORKDIR /app
COPY --from=packages /opt/venv /opt/venv
COPY manage.py gunicorn.conf.py ./
COPY lmsuggest/ lmsuggest/
COPY suggestions/ suggestions/
COPY mlmodels/ mlmodels/
COPY audit/ audit/
COPY console/ console/
# The key is for this one command, which signs nothing. All files stay root's: the service cannot change its code.
RUN DJANGO_SECRET_KEY=only-for-collectstatic python manage.py collectstatic --noinput \
    && python -m compileall -q lmsuggest suggestions mlmodels audit console
USER lmsuggest
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "gunicorn.conf.py"]
