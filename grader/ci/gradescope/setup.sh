#!/usr/bin/env bash
# Runs once, when Gradescope builds the image. Its own one is Ubuntu 22.04, whose python3 is older
# than the grader needs, with a newer one beside it; others have python3 alone.
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
export DEBIAN_FRONTEND=noninteractive

apt-get update -qq
apt-get install -y -qq --no-install-recommends bubblewrap build-essential libseccomp2 python3-venv
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    apt-get install -y -qq --no-install-recommends python3.11-venv
    python=python3.11
fi

"$python" -m venv "$root/venv"
"$root/venv/bin/pip" install --quiet --no-cache-dir "$root/source"
# The build of the image fails here if the grader cannot start.
"$root/venv/bin/grader" --version
