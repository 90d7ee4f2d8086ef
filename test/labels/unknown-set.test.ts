import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../server/contract/basics.ts';
import { validate } from '../../server/engine/validate.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { patchbay, scratch } from '../cli/cli.ts';
import { noModels } from '../engine/kit.ts';
import { sharedServer, type TestServer } from '../server/server.ts';

/** A workflow that gives the sample pictures the categories of a set. */
const naming = (set: unknown, mode?: 'mute'): Workflow => ({
  format: 'patchbay',
  version: 1,
  nodes: [
    { id: 'pictures', type: 'image/load-folder', params: { path: 'sample:pictures' } },
    { id: 'own', type: 'label/label-set', params: { set: set as string }, ...(mode && { mode }) },
  ],
  edges: [{ from: { node: 'pictures', port: 'images' }, to: { node: 'own', port: 'images' } }],
});

const NOT_FOUND = {
  code: 'labels.not-found',
  message: 'There is no category set "Pest". Did you mean "Pets"? Choose another one, or create it.',
  nodeId: 'own',
  param: 'set',
};

describe('a category set that is not there is named before the run', () => {
  const registry = loadNodes();
  const problems = async (workflow: Workflow, names?: readonly string[]) =>
    validate(workflow, await registry, { models: noModels, ...(names && { labelSets: () => names }) })
      .problems.filter(({ nodeId }) => nodeId === 'own')
      .map(({ code }) => code);

  test('with its node, its param and the name that was probably meant', async () => {
    const { problems: all } = validate(naming('Pest'), await registry, {
      models: noModels,
      labelSets: () => ['Food', 'Pets'],
    });
    expect(all).toEqual([expect.objectContaining(NOT_FOUND)]);
  });

  test.each([
    ['a set that is there', 'Pets', []],
    ['blanks around its name', ' Pets ', []],
    ['a name with combining characters', 'Caf\u0065\u0301', []],
    ['the path of a file, which is looked at when the node runs', 'sets/none.json', []],
    ['another case: names are told apart by it', 'pets', ['labels.not-found']],
    ['no name, which is a problem of its own', '', ['param.required']],
    ['a value that is no text, which is a problem of its own', 5, ['param.wrong-type']],
  ])('%s', async (_, set, codes) => {
    expect(await problems(naming(set), ['Pets', 'Caf\u00e9'])).toEqual(codes);
  });

  test('not of a muted node, and not where the sets are unknown', async () => {
    expect(await problems(naming('Pest', 'mute'), ['Pets'])).toEqual([]);
    expect(await problems(naming('Pest'))).toEqual([]);
  });

  test('the names are read once for a workflow, and not for one that uses no set', async () => {
    let reads = 0;
    const labelSets = () => {
      reads++;
      return ['Pets'];
    };
    const { nodes, edges: _, ...rest } = naming('Pest');
    const [pictures, own] = nodes;
    const twins = ['a', 'b', 'c'].map((id) => ({ ...own!, id }));
    const three = { ...rest, nodes: [pictures!, ...twins], edges: [] };
    const found = validate(three, await registry, { models: noModels, labelSets }).problems;
    expect(found.filter(({ code }) => code === 'labels.not-found').map(({ nodeId }) => nodeId)).toEqual([
      'a',
      'b',
      'c',
    ]);
    expect(reads).toBe(1);
    validate({ ...rest, nodes: [pictures!], edges: [] }, await registry, { models: noModels, labelSets });
    expect(reads).toBe(1);
  });
});

describe('everybody is told in the same sentence', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await sharedServer();
    await server.call('POST', '/api/label-sets', { name: 'Pets' });
  });
  const one = (found: readonly Problem[]) => expect(found).toEqual([expect.objectContaining(NOT_FOUND)]);

  test('the studio, when it checks a workflow', async () => {
    const { status, json } = await server.call('POST', '/api/validate', { workflow: naming('Pest') });
    expect(status).toBe(200);
    one(json.problems);
    expect((await server.call('POST', '/api/validate', { workflow: naming('Pets') })).json.problems).toEqual(
      [],
    );
  });

  test('a client that asks for a run, which does not start', async () => {
    const { status, json } = await server.call('POST', '/api/runs', { workflow: naming('Pest') });
    expect(status).toBe(400);
    expect(json.error.code).toBe('workflow.invalid');
    one(json.error.problems);
    expect((await server.call('GET', '/api/runs')).json.items).toEqual([]);
  });

  test('the command line, by validate and by run', async () => {
    const file = join(scratch('workflow'), 'named.json');
    writeFileSync(file, JSON.stringify(naming('Pest')));
    const checked = await patchbay(['validate', file, '--json'], { data: server.data });
    expect(checked.code).not.toBe(0);
    one(checked.json<{ problems: Problem[] }>().problems);
    const said = await patchbay(['validate', file], { data: server.data });
    expect(said.stdout + said.stderr).toContain(NOT_FOUND.message);
    const ran = await patchbay(['run', file, '--json'], { data: server.data });
    expect(ran.code).not.toBe(0);
    one(ran.json().problems as Problem[]);
  });

  test('the studio once more, when the set was created meanwhile: nothing is wrong', async () => {
    await server.call('POST', '/api/label-sets', { name: 'Pest' });
    expect((await server.call('POST', '/api/validate', { workflow: naming('Pest') })).json.problems).toEqual(
      [],
    );
  });
});
