import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeReference } from '../../server/cli/node-reference.ts';
import { loadNodes } from '../../server/load-nodes.ts';

test('the node reference is in step with the nodes; `npm run docs` writes it', async () => {
  const written = readFileSync(join(import.meta.dirname, '../../nodes/README.md'), 'utf8');
  expect(written).toBe(nodeReference((await loadNodes()).descriptors()));
});
