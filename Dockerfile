# One image for every part: what follows its name is the command (docs/operations.md).
#   docker build -t skyddsnat .
#   docker run --read-only --tmpfs /tmp -v skyddsnat:/data -p 8000:8000 -p 8001:8001 \
#     -e SKYDDSNAT_CITIZEN_ORIGIN=https://oro.kommunen.se -e SKYDDSNAT_STAFF_ORIGIN=https://inkorg.kommunen.se skyddsnat
# By digest, for the very same image each time: --build-arg PYTHON=python@sha256:…
ARG PYTHON=python:3.13-slim
FROM ${PYTHON} AS packages
COPY requirements/run.lock /run.lock
RUN python -m venv --without-pip /venv \
 && python -m pip --python /venv/bin/python install --no-cache-dir --require-hashes --no-deps \
    --only-binary :all: -r /run.lock

FROM ${PYTHON}
RUN useradd --system --no-create-home --shell /usr/sbin/nologin --uid 10001 skyddsnat \
 && install -d -o skyddsnat -m 0700 /data /keys/private /keys/audit \
 && install -d -o skyddsnat -m 0755 /keys/public
COPY --from=packages /venv /venv
WORKDIR /srv/skyddsnat
COPY alembic.ini ./
COPY app app
COPY deploy/alive.py deploy/alive.py
COPY forms forms
COPY migrations migrations
COPY static static
COPY templates templates
RUN /venv/bin/python -m compileall -q app
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
# Nothing but /data (and /keys, where they are made) need be writable.
# SKYDDSNAT_CITIZEN_ORIGIN and SKYDDSNAT_STAFF_ORIGIN must be given: the https addresses people see.
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SKYDDSNAT_DATA=/data \
    SKYDDSNAT_CITIZEN=0.0.0.0:8000 \
    SKYDDSNAT_STAFF=0.0.0.0:8001
VOLUME /data
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
# Asks whichever part this container runs.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["python", "deploy/alive.py"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
