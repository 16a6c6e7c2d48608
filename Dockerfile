# Builds dist/ with everything, then keeps only what runs.
FROM node:26-slim AS build
WORKDIR /skein
COPY package.json package-lock.json ./
COPY tools/node-pin/package.json tools/node-pin/
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM node:26-slim AS dependencies
WORKDIR /skein
COPY package.json package-lock.json ./
COPY tools/node-pin/package.json tools/node-pin/
# The image brings its own Node, so the optional packages that carry one stay out.
RUN npm ci --omit=dev --omit=optional

FROM node:26-slim
WORKDIR /skein
ENV NODE_ENV=production SKEIN_HOST=0.0.0.0 SKEIN_DATABASE=sqlite:/data/skein.db
COPY --from=dependencies /skein/node_modules node_modules
COPY --from=build /skein/dist dist
COPY bin bin
COPY package.json LICENSE ./
COPY vocabulary vocabulary
COPY docs/errors.md docs/
RUN mkdir -m 700 /data && chown node:node /data
USER node
# Relative paths, such as that of the secret key beside a PostgreSQL, lead into the volume too.
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "/skein/bin/healthcheck.js"]
ENTRYPOINT ["node", "/skein/bin/skein.js"]
CMD ["serve"]
