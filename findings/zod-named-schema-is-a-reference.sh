#!/usr/bin/env bash
# Expected: z.toJSONSchema of a schema with an id returns the schema itself: { type: 'object', ... }.
# Happens:  zod 4.6.7 returns { $ref: '#/$defs/NAME', $defs: { NAME: ... } } for the schema itself, not only for its parts.
# Matters:  code that stores the answer under components/schemas/NAME of an OpenAPI document, and turns '#/$defs/' into
#           '#/components/schemas/', stores a schema that is only a reference to itself. zod reports nothing; linters and
#           client generators stop.
# Remedy:   take the definition out of $defs before it is stored.
set -euo pipefail
cd "$(mktemp -d)"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund zod@4.6.7
cat > look.mjs <<'JS'
import assert from 'node:assert/strict';
import { z } from 'zod';

const plain = z.toJSONSchema(z.object({ text: z.string() }));
const named = z.toJSONSchema(z.object({ text: z.string() }).meta({ id: 'Leaf' }));
console.log('without an id:', JSON.stringify(plain));
console.log('with an id:   ', JSON.stringify(named));
assert.equal(plain.type, 'object');
assert.equal(named.type, undefined);
assert.equal(named.$ref, '#/$defs/Leaf');
assert.equal(named.$defs.Leaf.type, 'object');
JS
node look.mjs
