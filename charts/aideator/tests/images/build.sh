#!/bin/sh
# Builds the images that install.cluster.test.ts needs. Run it from the root of the repository:
#   sh charts/aideator/tests/images/build.sh COMMAND …
# Calls COMMAND … with a folder, a tag, `-f` and a Dockerfile. COMMAND must load the image into the nodes of the cluster.
set -eu
images=charts/aideator/tests/images
"$@" . aideator/web:chart -f apps/web/Dockerfile
"$@" . aideator/runner:chart -f apps/runner/Dockerfile
"$@" . aideator/gateway:chart -f packages/gateway/Dockerfile
"$@" $images/postgresql aideator/test-postgresql:15 -f $images/postgresql/Dockerfile
"$@" $images/valkey aideator/test-valkey:7 -f $images/valkey/Dockerfile
