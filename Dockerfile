# Every RUN is in exec form: scripts/container-steps.mjs walks this file without a container engine and a shell.
FROM node:24-alpine AS base
WORKDIR /app

FROM base AS build
COPY package.json package-lock.json ./
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build.mjs scripts/
COPY src src/
COPY jobs jobs/
RUN ["node", "scripts/build.mjs"]

FROM base AS packages
COPY package.json package-lock.json ./
RUN ["npm", "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund"]

FROM base AS image
ENV NODE_ENV=production
# Without it nothing answers the health check below.
ENV SLIPWAY_HEALTH_PORT=8080
COPY --from=packages /app/node_modules node_modules/
COPY package.json LICENSE ./
COPY --from=build /app/dist dist/
# Files belong to root: what runs can read them and cannot change them.
USER node
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.SLIPWAY_HEALTH_PORT) + '/healthz', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/cli.js", "start"]
