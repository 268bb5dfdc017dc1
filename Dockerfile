# The command in a container: `docker build -t reconciler .`, then see docs/ci.md.
# The digest is that of the tag beside it, for all platforms. It comes from records of other builds: compare it before you rely on it,
# with `docker buildx imagetools inspect python:3.13.15-slim-trixie`, and renew tag and digest together.
ARG PYTHON=python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

FROM ${PYTHON} AS build
# The time of everything in the image that has one: 2026-01-01. Pass that of the commit: `git log -1 --format=%ct`.
ARG SOURCE_DATE_EPOCH=1767225600
ENV PIP_BUILD_CONSTRAINT=/src/.ci/constraints.txt \
    PIP_CONSTRAINT=/src/.ci/constraints.txt \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_ROOT_USER_ACTION=ignore \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONHASHSEED=0
WORKDIR /src
COPY .ci/constraints.txt .ci/constraints.txt
COPY pyproject.toml README.md LICENSE ./
COPY schemas schemas
COPY reconciler reconciler
RUN python -m pip wheel --no-deps --wheel-dir /wheel . \
    && python -m venv --without-pip /opt/reconciler \
    && python -m pip --python /opt/reconciler/bin/python install --no-compile /wheel/*.whl \
    && /opt/reconciler/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/reconciler/lib \
    && install -d -o 65532 -g 65532 /work \
    && find /opt/reconciler /work -exec touch --no-dereference --date "@${SOURCE_DATE_EPOCH}" {} +

FROM ${PYTHON}
# Debian packages to add, e.g. `git openssh-client` for `drift --base`. Their versions are those of the day of the build.
ARG PACKAGES=""
RUN if [ -n "${PACKAGES}" ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends ${PACKAGES} \
        && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/ldconfig/aux-cache /var/log/apt /var/log/dpkg.log; \
    fi
COPY --from=build /opt/reconciler /opt/reconciler
COPY --from=build --chown=65532:65532 /work /work
ENV HOME=/work \
    PATH=/opt/reconciler/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["reconciler"]
CMD ["--help"]
