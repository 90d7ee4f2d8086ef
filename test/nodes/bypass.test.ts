import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validate } from '../../server/engine/validate.ts';
import { loadNodes } from '../../server/load-nodes.ts';
import { openModelStore } from '../../server/runtime/index.ts';
import type { Workflow, WorkflowNode } from '../../workflows/workflow.ts';
import { patchbay, root, scratch } from '../cli/cli.ts';

const registry = await loadNodes();
const store = await openModelStore({ folders: [join(root, 'models')], dataFolder: scratch('models') });
const models = store.catalogue();

/** A workflow from nodes and wires such as `f.images > r.images`. */
function flow(nodes: readonly WorkflowNode[], wires: readonly string[]): Workflow {
  const end = (text: string) => {
    const [node = '', port = ''] = text.split('.');
    return { node, port };
  };
  const edges = wires.map((wire) => {
    const [from = '', to = ''] = wire.split(' > ');
    return { from: end(from), to: end(to) };
  });
  return { format: 'patchbay', version: 1, nodes: [...nodes], edges };
}

const folder: WorkflowNode = {
  id: 'f',
  type: 'image/load-folder',
  params: { path: 'sample:pictures/drinks' },
};
const encoder: WorkflowNode = {
  id: 'e',
  type: 'encode/load-encoder',
  params: { model: 'builtin/color-layout' },
};
const bypassed = (id: string, type: string): WorkflowNode => ({ id, type, mode: 'bypass' });
const problemsOf = (workflow: Workflow) => validate(workflow, registry, { models }).problems;

/** Every node that changes pixels. */
const STEPS = ['preprocess/resize', 'preprocess/crop', 'preprocess/normalize', 'preprocess/from-model'];

describe('a bypassed node passes its input on to every reader that takes it', () => {
  test('the list of nodes that change pixels is complete', () => {
    const all = registry
      .descriptors()
      .filter(
        ({ category, outputs }) => category === 'preprocess' && outputs.some(({ name }) => name === 'pixels'),
      );
    expect(all.map(({ type }) => type).sort()).toEqual([...STEPS].sort());
  });

  for (const type of STEPS) {
    const extra = type.endsWith('from-model') ? ['e.encoder > s.encoder'] : [];
    for (const reader of [
      'encode/image',
      'encode/tokens',
      'view/gallery',
      'preprocess/dataset-statistics',
      'preprocess/crop',
    ]) {
      test(`${type} before ${reader}`, () => {
        const encodes = reader.startsWith('encode/') ? ['e.encoder > r.encoder'] : [];
        const tokens = { ...encoder, params: { model: 'emoji-clip' } };
        const nodes = [folder, tokens, bypassed('s', type), { id: 'r', type: reader }];
        const wires = ['f.images > s.images', 's.pixels > r.images', ...extra, ...encodes];
        expect(problemsOf(flow(nodes, wires))).toEqual([]);
      });
    }
  }

  test('several in a row, and with a reroute between', () => {
    const nodes = [
      folder,
      encoder,
      bypassed('a', 'preprocess/resize'),
      { id: 'w', type: 'flow/reroute' },
      bypassed('b', 'preprocess/crop'),
      { id: 'r', type: 'encode/image' },
    ];
    const wires = [
      'f.images > a.images',
      'a.pixels > w.value',
      'w.value > b.images',
      'b.pixels > r.images',
      'e.encoder > r.encoder',
    ];
    expect(problemsOf(flow(nodes, wires))).toEqual([]);
  });

  test('a table before a file, and zero-shot before a table', () => {
    const csv = { id: 'c', type: 'output/save-csv' };
    expect(
      problemsOf(flow([folder, bypassed('t', 'view/table'), csv], ['f.images > t.rows', 't.table > c.rows'])),
    ).toEqual([]);
    const labels = { id: 'p', type: 'text/prompts' };
    const nodes = [
      folder,
      { ...encoder, params: { model: 'emoji-clip' } },
      labels,
      { id: 'i', type: 'encode/image' },
      { id: 't', type: 'encode/text' },
      bypassed('z', 'compare/zero-shot'),
      csv,
    ];
    const ports = registry.get('compare/zero-shot')!;
    const [images, texts] = Object.keys(ports.inputs);
    const [output] = Object.keys(ports.outputs);
    const wires = [
      'f.images > i.images',
      'e.encoder > i.encoder',
      'e.encoder > t.encoder',
      'p.texts > t.texts',
      `i.embeddings > z.${images}`,
      `t.embeddings > z.${texts}`,
      `z.${output} > c.rows`,
    ];
    expect(problemsOf(flow(nodes, wires))).toEqual([]);
  });

  test('a reader that takes nothing of it still says so', () => {
    const nodes = [folder, encoder, bypassed('i', 'encode/image'), { id: 'k', type: 'compare/normalize' }];
    const wires = ['f.images > i.images', 'e.encoder > i.encoder', 'i.embeddings > k.embeddings'];
    expect(problemsOf(flow(nodes, wires))).toMatchObject([{ code: 'input.bypassed', nodeId: 'k' }]);
  });

  test('a reader behind a bypassed node is dropped if its own source is muted, and runs if it is not', () => {
    const reader = { id: 'r', type: 'encode/image' };
    const step = bypassed('s', 'preprocess/from-model');
    const wires = [
      'f.images > s.images',
      'e.encoder > s.encoder',
      's.pixels > r.images',
      'e.encoder > r.encoder',
    ];
    const muted = flow([{ ...folder, mode: 'mute' }, encoder, step, reader], wires);
    expect(problemsOf(muted)).toEqual([]);
    const other = {
      id: 'o',
      type: 'encode/load-encoder',
      params: { model: 'emoji-clip' },
      mode: 'mute' as const,
    };
    const active = flow(
      [folder, encoder, other, step, reader],
      wires.map((wire) => wire.replace('e.encoder > s', 'o.encoder > s')),
    );
    expect(validate(active, registry, { models, targets: ['r'] }).problems).toEqual([]);
  });
});

describe('on the command line', () => {
  const vectors = (step: WorkflowNode | undefined, more: Partial<Workflow> = {}): Workflow => ({
    ...flow(
      [folder, encoder, ...(step ? [step] : []), { id: 'r', type: 'encode/image' }],
      step
        ? ['f.images > s.images', 's.pixels > r.images', 'e.encoder > r.encoder']
        : ['f.images > r.images', 'e.encoder > r.encoder'],
    ),
    ...more,
  });
  const run = async (workflow: Workflow, ...args: string[]) => {
    const file = join(scratch('bypass'), 'workflow.json');
    writeFileSync(file, JSON.stringify(workflow));
    return patchbay(['run', file, '--json', ...args]);
  };

  test('a workflow with a bypassed resize gives the same as one without it', async () => {
    const csv = (workflow: Workflow): Workflow => ({
      ...workflow,
      nodes: [...workflow.nodes, { id: 'k', type: 'view/table' }],
      edges: [
        ...workflow.edges,
        { from: { node: 'r', port: 'embeddings' }, to: { node: 'k', port: 'rows' } },
      ],
      outputs: [{ name: 'rows', node: 'k', port: 'table' }],
    });
    const [with_, without] = [
      await run(csv(vectors(bypassed('s', 'preprocess/resize')))),
      await run(csv(vectors(undefined))),
    ];
    expect(with_.code, with_.stderr).toBe(0);
    expect(with_.json().outputs.rows.rows.length).toBeGreaterThan(2);
    expect(with_.json().outputs).toEqual(without.json().outputs);
  });

  test('muting that removes a named output is a warning, and not in a run to another node', async () => {
    const outputs = [
      { name: 'pictures', node: 'f', port: 'images' },
      { name: 'vectors', node: 'r', port: 'embeddings' },
    ];
    const workflow = vectors(undefined, { outputs });
    const muted = {
      ...workflow,
      nodes: workflow.nodes.map((node) => (node.id === 'e' ? { ...node, mode: 'mute' as const } : node)),
    };
    const { code, json } = await run(muted);
    expect(code).toBe(0);
    expect(Object.keys(json().outputs)).toEqual(['pictures']);
    expect(json<{ warnings: unknown[] }>().warnings).toMatchObject([
      {
        code: 'output-name.needs-muted',
        nodeId: 'r',
        message: 'The output *vectors* has no result: *Encode pictures* needs a node that is muted.',
      },
    ]);
    expect((await run(muted, '--to', 'f')).json<{ warnings: unknown[] }>().warnings).toEqual([]);
  });
});
