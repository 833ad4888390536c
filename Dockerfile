# Two images. `services`: all of Slicecast's services, run by name, e.g. `docker run slicecast:0.1.0 sro`.
# `recorded-prometheus`: the recorded traces as a Prometheus, for the demo.

# Sources run as they are. The workspace keeps its layout, for Node strips no types below node_modules.
FROM node:24.21.0-bookworm-slim AS services-build
WORKDIR /app
COPY LICENSE package.json pnpm-lock.yaml pnpm-workspace.yaml ./
COPY patches ./patches
COPY libs ./libs
COPY services ./services
RUN npx -y pnpm@12.21.0 install --prod --frozen-lockfile --filter '{./services/*}...' --filter '!@slicecast/standalone'
COPY deploy/src/ports.ts ./deploy/src/ports.ts
COPY deploy/image ./deploy/image

FROM services-build AS recorded-prometheus-build
COPY testbed ./testbed
RUN npx -y pnpm@12.21.0 install --prod --frozen-lockfile --filter '@slicecast/testbed...'

FROM node:24.21.0-bookworm-slim AS recorded-prometheus
ENV NODE_ENV=production
WORKDIR /app
COPY --from=recorded-prometheus-build /app /app
USER 1000:1000
EXPOSE 9095
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "--eval", "fetch('http://127.0.0.1:9095/-/ready').then(({ ok }) => process.exit(ok ? 0 : 1))"]
ENTRYPOINT ["node", "testbed/src/recorded-prometheus/main.ts"]

FROM node:24.21.0-bookworm-slim AS services
ENV NODE_ENV=production
WORKDIR /app
# For tc on hosts by ssh.
RUN apt-get update && apt-get install -y --no-install-recommends openssh-client && rm -rf /var/lib/apt/lists/*
# A volume that is mounted there takes over whose it is.
RUN install -d -o node -g node /var/lib/slicecast/ima
COPY --from=services-build /app /app
USER 1000:1000
EXPOSE 13131 5000 5010 5020 5030
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "deploy/image/check-live.ts"]
ENTRYPOINT ["node", "deploy/image/run.ts"]
