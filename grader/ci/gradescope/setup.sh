#!/usr/bin/env bash
# Runs once, when Gradescope builds the image (Ubuntu 22.04, whose own Python is too old).
set -euo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
export DEBIAN_FRONTEND=noninteractive

apt-get update -qq
apt-get install -y -qq software-properties-common bubblewrap libseccomp2 build-essential
add-apt-repository -y ppa:deadsnakes/ppa
apt-get update -qq
apt-get install -y -qq python3.12 python3.12-venv

python3.12 -m venv "$root/venv"
"$root/venv/bin/pip" install --quiet --no-cache-dir "$root/source"
# The build of the image fails here if the grader cannot start.
"$root/venv/bin/grader" --version
