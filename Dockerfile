# docker build -t leadconnector-mcp .
# docker run --rm -p 127.0.0.1:8080:8080 leadconnector-mcp serve --sandbox
#
# The two base images must be of the same Debian release: the program is linked to its C library. A tag can be moved to
# another image: who publishes this one names both by digest, which no build can know for you:
#   docker build --build-arg BUILD_IMAGE=rust@sha256:… --build-arg RUNTIME_IMAGE=gcr.io/distroless/cc-debian12@sha256:… .
# (`docker buildx imagetools inspect IMAGE` prints a tag's digest.)
ARG BUILD_IMAGE=rust:1.95-slim-bookworm
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot
# For the image's list of contents (SBOM): Cargo.lock is in the build context, not in the image.
ARG BUILDKIT_SBOM_SCAN_CONTEXT=true

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
# Bytes that do not depend on folders: as packaging/build-release has it.
ENV RUSTFLAGS="--remap-path-prefix=/usr/local/cargo=/cargo" \
    CFLAGS="-ffile-prefix-map=/usr/local/cargo=/cargo"
# The dependencies first, around an empty program: this layer stays as it is until they change. Benches are taken out of
# the manifest, which could not be read without their files.
COPY Cargo.toml Cargo.lock ./
# A member of the workspace, which the manifest and the lock file name; it is not built.
COPY xtask xtask
RUN sed -i '/^\[\[bench\]\]/,/^$/d' Cargo.toml \
    && mkdir src \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs \
    && cargo build --release --locked
# The files keep their dates, which are older than the empty program's: without the touch, cargo would take it as built.
COPY config config
COPY catalogue/operations.jsonl catalogue/operations.jsonl
COPY src src
RUN touch src/main.rs src/lib.rs && cargo build --release --locked

FROM ${RUNTIME_IMAGE}
ARG REVISION=unknown
# The first label is how the MCP registry checks that an image belongs to a server: it is the name in server.json.
LABEL io.modelcontextprotocol.server.name="io.github.leadconnector-mcp/leadconnector-mcp" \
      org.opencontainers.image.title="leadconnector-mcp" \
      org.opencontainers.image.description="An unofficial, self-hosted MCP gateway to the LeadConnector (HighLevel) CRM API" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.source="https://github.com/leadconnector-mcp/leadconnector-mcp" \
      org.opencontainers.image.url="https://github.com/leadconnector-mcp/leadconnector-mcp" \
      org.opencontainers.image.documentation="https://github.com/leadconnector-mcp/leadconnector-mcp#readme" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="${REVISION}"
COPY LICENSE /usr/share/doc/leadconnector-mcp/LICENSE
COPY --from=build /build/target/release/leadconnector-mcp /usr/local/bin/leadconnector-mcp
# Said again, for a runtime image that does not say it: no root.
USER 65532:65532
ENV LEADCONNECTOR_MCP_LISTEN=0.0.0.0:8080
EXPOSE 8080
# The program asks itself: there is no shell and no curl. It reads the same environment as the server.
HEALTHCHECK --interval=10s --timeout=5s --start-period=5s CMD ["/usr/local/bin/leadconnector-mcp", "health"]
ENTRYPOINT ["/usr/local/bin/leadconnector-mcp"]
CMD ["serve"]
