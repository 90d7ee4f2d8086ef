import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import openNode from '../../nodes/collection/open.ts';
import saveNode from '../../nodes/collection/save.ts';
import saveEmbeddings from '../../nodes/output/save-embeddings.ts';
import type { Embeddings, PatchbayError } from '../../nodes/sdk/index.ts';
import { openLibrary } from '../../server/collections/library.ts';
import { readTableFile } from '../../server/runtime/collections/table-files.ts';
import { root } from '../contract/world.ts';
import { deviceWorld } from '../nodes/device-world.ts';
import { addition, newRoot, range, service, signal, space } from './given.ts';

// What the package of DuckDB does on a system for which there is no build of it.
vi.mock('@duckdb/node-api', () => ({
  get DuckDBInstance() {
    throw new Error(
      "Cannot find module '@duckdb/node-bindings-freebsd-x64/duckdb.node'\nRequire stack:\n- /somewhere",
    );
  },
}));

const { world, run } = deviceWorld();
const SENTENCE =
  "Collections do not work on this computer, because DuckDB cannot be loaded here (Cannot find module '@duckdb/node-bindings-freebsd-x64/duckdb.node'). Everything else works. Use *Save embeddings* and *Load embeddings* instead.";

const given = (): Embeddings => {
  const { items, vectors } = addition(range(0, 3));
  const tensor = world().ctx.ops.tensor(vectors);
  tensor.retain();
  return { kind: 'embeddings', tensor, items, skipped: [], space: { ...space('clip'), dims: 8 } };
};
const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: PatchbayError) => ({ code: error.code, message: error.message }),
  );

test('where DuckDB cannot be loaded, everything that needs it says so, and nothing is begun', async () => {
  const root0 = newRoot();
  const told = { code: 'collection.no-engine', message: SENTENCE };
  expect(await errorOf(service(root0).save('Pets', addition(range(0, 3)), { signal }))).toEqual(told);
  expect(await errorOf(run(saveNode, { embeddings: given() }, { collection: 'Pets' }))).toEqual(told);
  const params = { name: 'vectors', format: 'parquet' };
  expect(await errorOf(run(saveEmbeddings, { embeddings: given() }, params))).toEqual(told);
  expect(await errorOf(readTableFile(join(root, 'test/fixtures/tables/lists.parquet')))).toEqual(told);
  // Asked once more: not another error, as of a module that is half loaded.
  expect(await errorOf(service(root0).save('Pets', addition(range(0, 3)), { signal }))).toEqual(told);
  expect(await openLibrary(root0).list()).toEqual([]);
  expect(await errorOf(run(openNode, {}, { collection: 'Pets' }))).toMatchObject({
    code: 'collection.not-found',
  });
});

test.each(['safetensors', 'npy', 'npz'])('what the sentence names instead works: %s', async (format) => {
  const { outputs } = await run(saveEmbeddings, { embeddings: given() }, { name: `other-${format}`, format });
  expect(outputs.view).toMatchObject({ view: 'file' });
});
