ARG BASE=python:3.13-slim

FROM ${BASE} AS build
# requirements-cluster.lock adds what PostgreSQL and S3 need
ARG LOCK=requirements.lock
WORKDIR /source
COPY ${LOCK} ./
RUN python -m venv /opt/nncore \
 && /opt/nncore/bin/pip install --no-cache-dir --no-compile --require-hashes --requirement ${LOCK}
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY nncore nncore
RUN /opt/nncore/bin/pip install --no-cache-dir --no-compile --no-deps --no-build-isolation .
COPY docker/healthcheck.py /opt/nncore/bin/healthcheck.py
# Away goes what a service never opens, debug symbols among it. The demo then proves that nothing is missed, and leaves the
# bytecode of all that it loaded: a read-only container could not write it, and bytecode of the rest would be dead weight. It is
# compiled once more, not to be checked against times, since those are rounded on the way into an image.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils >/dev/null \
 && cd /opt/nncore/lib/python3*/site-packages \
 && rm -rf pip pip-* setuptools setuptools-* _distutils_hack pkg_resources distutils-precedence.pth \
      numpy/distutils numpy/f2py numpy/_core/include numpy/_core/lib dask/dataframe tornado/test \
      sqlalchemy/testing sqlalchemy/dialects/mssql sqlalchemy/dialects/mysql sqlalchemy/dialects/oracle \
      fastapi_offline/static/redoc.standalone.js distributed/http/static/images \
 && rm -rf mpl_toolkits/axes_grid1 mpl_toolkits/axisartist matplotlib/mpl-data/sample_data matplotlib/mpl-data/images \
 && find matplotlib/mpl-data/fonts -type f ! -name DejaVuSans.ttf ! -name DejaVuSans-Bold.ttf ! -name 'LastResort*' -delete \
 && find pygments/lexers -name '*.py' ! -name __init__.py ! -name _mapping.py ! -name python.py ! -name special.py -delete \
 && find fontTools -mindepth 1 -maxdepth 1 ! -name __init__.py ! -name agl.py ! -name misc -exec rm -rf {} + \
 && find . -mindepth 3 -maxdepth 3 -path './botocore/data/*' -type d ! -name s3 ! -name sts ! -name 'sso*' -exec rm -rf {} + \
 && find . -depth -type d -name tests -exec rm -rf {} + \
 && find . -type f \( -name '*.pyi' -o -name '*.px[di]' -o -name '*.pyx' -o -name '*.[ach]' \) -delete \
 && find uvloop sqlalchemy httptools msgpack yaml PIL matplotlib kiwisolver contourpy fontTools -name '*.so' -exec strip --strip-debug {} + \
 && rm -rf /opt/nncore/bin/[Aa]ctivate* /opt/nncore/bin/pip* \
 && /opt/nncore/bin/nncore demo --folder /tmp/demo \
 && { [ "${LOCK}" = requirements.lock ] || /opt/nncore/bin/python -c 'import psycopg, s3fs, distributed.cli.dask_scheduler, distributed.cli.dask_worker'; } \
 && find app nncore -name '*.py' >/tmp/loaded \
 && find . -name '*.pyc' | sed -E 's|__pycache__/(.+)\.cpython-[0-9]+\.pyc$|\1.py|' >>/tmp/loaded \
 && /opt/nncore/bin/python -m compileall -q -f --invalidation-mode unchecked-hash -i /tmp/loaded

FROM ${BASE}
COPY --from=build /opt/nncore /opt/nncore
RUN install -d -o 10001 -g 10001 /var/lib/nncore
ENV PATH=/opt/nncore/bin:$PATH \
    HOME=/var/lib/nncore \
    NNCORE_HOME=/var/lib/nncore \
    PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /var/lib/nncore
VOLUME /var/lib/nncore
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s CMD ["/opt/nncore/bin/python", "/opt/nncore/bin/healthcheck.py"]
ENTRYPOINT ["nncore"]
CMD ["serve", "--host", "0.0.0.0"]
