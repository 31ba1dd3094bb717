# One image for every part: the command says which (see docs/operations.md).
#   docker build -t skyddsnat .
#   docker run -v skyddsnat:/data -p 8000:8000 -p 8001:8001 skyddsnat
FROM python:3.13-slim AS packages
COPY requirements/run.lock /run.lock
RUN python -m venv --without-pip /venv \
 && python -m pip --python /venv/bin/python install --no-cache-dir --require-hashes --no-deps \
    --only-binary :all: -r /run.lock

FROM python:3.13-slim
RUN useradd --system --no-create-home --uid 10001 skyddsnat \
 && install -d -o skyddsnat -m 0700 /data
COPY --from=packages /venv /venv
WORKDIR /srv/skyddsnat
COPY alembic.ini ./
COPY app app
COPY forms forms
COPY migrations migrations
COPY static static
COPY templates templates
RUN /venv/bin/python -m compileall -q app
USER skyddsnat
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SKYDDSNAT_DATA=/data \
    SKYDDSNAT_CITIZEN=0.0.0.0:8000 \
    SKYDDSNAT_STAFF=0.0.0.0:8001
# SKYDDSNAT_CITIZEN_ORIGIN and SKYDDSNAT_STAFF_ORIGIN must be given: the https addresses people see.
VOLUME /data
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
