#!/usr/bin/env bash
# Expected: a streaming ZIP writer needs six times the time for six times the files.
# Happens:  yazl 3.3.1 looks for the next entry from the start of its list, for each entry. 60,000 tiny files cost about 15 times
#           the processor time of 10,000 (9.7 s against 0.6 s on a busy machine), all of it on the event loop.
# Matters:  an archive of a large folder stalls a server more and more towards its end, although every file is small.
# Remedy:   limit the number of files of an archive, or split it.
set -euo pipefail
cd "$(mktemp -d)"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund yazl@3.3.1
cat > look.mjs <<'JS'
import assert from 'node:assert/strict';
import { ZipFile } from 'yazl';

async function cost(count) {
  const zip = new ZipFile();
  zip.outputStream.resume();
  const before = process.cpuUsage();
  for (let i = 0; i < count; i++) zip.addBuffer(Buffer.from('x'), `${i}.txt`, { compress: false });
  zip.end();
  await new Promise((done) => zip.outputStream.on('end', done));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

await cost(1000);
const [small, large] = [await cost(10_000), await cost(60_000)];
console.log(`10,000 files: ${small.toFixed(0)} ms, 60,000 files: ${large.toFixed(0)} ms, ${(large / small).toFixed(1)} times`);
assert.ok(large / small > 12);
JS
node look.mjs
