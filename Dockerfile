# The command cdk8s-dagger as an image: docker run --rm --volume "$PWD:/work:ro" IMAGE check manifests
FROM --platform=$BUILDPLATFORM node:24-alpine AS build
WORKDIR /source
COPY . .
# The command needs the peer dependencies of the package, in the locked versions.
# hadolint ignore=SC2016
RUN npm ci --ignore-scripts \
 && npm pack --pack-destination /tmp \
 && npm install --prefix /opt/cdk8s-dagger --ignore-scripts --no-audit --no-fund /tmp/cdk8s-dagger-*.tgz \
      $(node -p 'const { packages } = require("./package-lock.json"); Object.keys(packages[""].peerDependencies).map((name) => `${name}@${packages[`node_modules/${name}`].version}`).join(" ")')

FROM alpine:3.22
# Alpine's repositories keep only the newest version of a package, so a pinned one disappears.
# hadolint ignore=DL3018
RUN apk add --no-cache nodejs git
# `diff --base` reads a repository that can belong to another user.
ENV GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0=*
COPY --from=build /opt/cdk8s-dagger /opt/cdk8s-dagger
ENV PATH=/opt/cdk8s-dagger/node_modules/.bin:$PATH
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["cdk8s-dagger"]
