# Lightwell in a container: docker build -t lightwell . needs nothing but this repository.
#
#   docker run --read-only --cap-drop=ALL --security-opt=no-new-privileges -v lightwell:/data \
#     -p 8080:8080 -p 8081:8081 -e LIGHTWELL_OPEN=true lightwell
#
# serves whoever reaches it; signing-keys and tokens in place of open are for a server that others reach. All else is
# in the README's table of settings. make image-check carries this file out without a container engine.

ARG DEBIAN=trixie

FROM golang:1.26-${DEBIAN} AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends pkg-config libvips-dev libpango1.0-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Neither paths nor times of the building machine are in it.
RUN CGO_ENABLED=1 go build -trimpath -buildvcs=false -ldflags="-s -w" -o /usr/local/bin/lightwell .

FROM debian:${DEBIAN}-slim
# What Latin, Greek, Cyrillic, Arabic, Hebrew, Thai, Indian scripts, Chinese, Japanese, Korean and emoji are written in.
# Origins whose fonts differ do not share renditions that have letters: give a fleet one image.
ARG FONTS="fonts-dejavu-core fonts-noto-core fonts-noto-color-emoji fonts-wqy-microhei"
# The plugins of libheif are only recommended by it: without them there is no AVIF, and no HEIC. Fontconfig's cache is
# made here, since nothing can be written later.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libvips42t64 libpangocairo-1.0-0 fontconfig \
      libheif-plugin-aomenc libheif-plugin-dav1d libheif-plugin-libde265 ${FONTS} \
 && rm -rf /var/lib/apt/lists/* /var/log/apt /var/log/dpkg.log /var/cache/debconf/*-old \
 && fc-cache --system-only --force \
 && install -d -o 65532 -g 65532 /data
COPY --from=build /usr/local/bin/lightwell /usr/local/bin/lightwell

# Two arenas keep glibc's memory from fragmenting; render processes are given the same. The heap's limit follows
# cache-memory, and the number of render processes the CPUs that the container may use.
ENV MALLOC_ARENA_MAX=2 \
    LIGHTWELL_DATA=/data \
    LIGHTWELL_LISTEN=0.0.0.0:8080 \
    LIGHTWELL_UPLOAD_LISTEN=0.0.0.0:8081 \
    LIGHTWELL_ADMIN_LISTEN=0.0.0.0:9090 \
    LIGHTWELL_LOG_FORMAT=json

LABEL org.opencontainers.image.title="Lightwell" \
      org.opencontainers.image.description="An image origin: upload once, ask for any size, crop and format in the URL." \
      org.opencontainers.image.licenses="Apache-2.0"

USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8080 8081 9090
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --start-interval=1s CMD ["lightwell", "health"]
ENTRYPOINT ["lightwell"]
CMD ["serve"]
