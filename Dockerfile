# One self-contained file, built in the first stage, on a bare Debian that has only what the file needs: libssl and libicu.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/IsmsModular.Web -c Release -r linux-x64 -o /published

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libssl3 libicu72 ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin isms \
 && install -d -o isms -g isms -m 700 /data
COPY --from=build --chmod=755 /published/isms /usr/local/bin/isms
USER isms
WORKDIR /data
ENV ISMS_DATA=/data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["isms", "health"]
ENTRYPOINT ["isms"]
# Plain HTTP inside the container: a proxy before it does HTTPS. Its addresses go after --behind-proxy, its name after --host (docs/operations-guide.md).
CMD ["serve", "--urls", "http://0.0.0.0:8080", "--behind-proxy"]
