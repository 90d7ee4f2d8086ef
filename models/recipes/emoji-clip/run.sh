#!/usr/bin/env bash
# Everything from nothing: ./models/recipes/emoji-clip/run.sh <work folder>
# Needs Node >= 20.19, Python 3.11 or newer, 8 GB of memory, about an hour on two idle cores; extra words go to train.py.
set -euo pipefail
recipe="$(cd "$(dirname "$0")" && pwd)"
repo="$(cd "$recipe/../../.." && pwd)"
mkdir -p "${1:?give a work folder outside the repository}"
work="$(cd "$1" && pwd)"
shift
cp "$recipe/art/package.json" "$recipe/art/package-lock.json" "$work/"
(cd "$work" && npm ci --no-audit --no-fund)
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet -r "$recipe/requirements.txt"
python="$work/venv/bin/python"
node "$recipe/art/render.mjs" "$work" "$work/art"
cd "$recipe"
"$python" samples.py "$work" "$repo"
"$python" -u train.py --work "$work" "$@" 2>&1 | tee "$recipe/train.log"
"$python" export.py --work "$work" --out "$repo/models/emoji-clip"
"$python" score.py --work "$work" --out "$repo/models/emoji-clip" --samples "$repo/workflows/samples/pictures"
"$python" golden.py --work "$work" --repo "$repo"
"$python" card.py --out "$repo/models/emoji-clip"
# Needs a built Patchbay: npm run build
node "$recipe/shots/run.mjs" "$work/shots"
