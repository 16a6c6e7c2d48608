# Builds dist/ with everything, then keeps only what runs.
FROM node:26-slim AS build
WORKDIR /skein
COPY package.json package-lock.json ./
COPY tools/node-pin/package.json tools/node-pin/
COPY web/package.json web/
RUN npm ci --ignore-scripts
COPY tools/build.ts tools/
COPY src src
COPY docs/errors.md docs/
COPY vocabulary vocabulary
COPY web web
RUN npm run build && npm run build --workspace web

FROM node:26-slim AS dependencies
WORKDIR /skein
COPY package.json package-lock.json ./
COPY tools/node-pin/package.json tools/node-pin/
COPY web/package.json web/
# The image brings its own Node, so the optional packages that carry one stay out; the console is built above.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM node:26-slim
WORKDIR /skein
ENV NODE_ENV=production SKEIN_HOST=0.0.0.0 SKEIN_DATABASE=sqlite:/data/skein.db
COPY --from=dependencies /skein/node_modules node_modules
COPY --from=build /skein/dist dist
COPY --from=build /skein/web/dist web/dist
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
