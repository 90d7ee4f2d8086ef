import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Workflow } from '../../workflows/workflow.ts';
import { patchbay, type RunDocument, root, scratch } from './cli.ts';

const QUERIES = join(root, 'workflows/samples/queries');
/** The file and the workflow compute the same numbers up to this. */
const TOLERANCE = 1e-5;

const starter = (name: string) =>
  JSON.parse(readFileSync(join(root, `workflows/${name}.json`), 'utf8')) as Workflow;

/** Writes a workflow into a new folder, which becomes the current one. */
function saved(workflow: Workflow): string {
  const cwd = scratch('cwd');
  writeFileSync(join(cwd, 'w.json'), JSON.stringify(workflow));
  return cwd;
}

const changed = (name: string, change: (node: Workflow['nodes'][number]) => object): Workflow => {
  const workflow = starter(name);
  return { ...workflow, nodes: workflow.nodes.map((node) => ({ ...node, ...change(node) })) };
};

describe('patchbay export', () => {
  test('writes a classifier with its encoder as one file, with the probabilities of the workflow', async () => {
    const cwd = scratch('cwd');
    const data = scratch('data');
    const args = ['export', 'sort-with-my-classifier', '--to', 'out/mine.onnx', '--quiet', '--json'];
    const done = await patchbay(args, { cwd, data });
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const path = join(cwd, 'out/mine.onnx');
    expect(done.json<{ files: { path: string }[] }>().files).toEqual([expect.objectContaining({ path })]);

    const run = await patchbay(['run', 'sort-with-my-classifier', '--json', '--quiet'], { data });
    const { rows } = run.json<RunDocument>().outputs.table as { rows: Record<string, unknown>[] };
    const session = await InferenceSession.create(path);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      // The workflow puts transparent pictures on white.
      const { data: pixels, info } = await sharp(join(QUERIES, String(row.path)))
        .flatten({ background: 'white' })
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer({ resolveWithObject: true });
      const picture = new Tensor('uint8', new Uint8Array(pixels), [info.height, info.width, 3]);
      const { probabilities, label } = await session.run({ picture });
      const best = Math.max(...(probabilities!.data as Float32Array));
      expect(Math.abs(best - Number(row.probability))).toBeLessThan(TOLERANCE);
      expect(label!.data).toEqual([row.category]);
    }
    await session.release();
  }, 120_000);

  test('writes a search by words, which takes the ids of tokens', async () => {
    const cwd = scratch('cwd');
    const done = await patchbay(['export', 'search-by-text', '--to', 'search.onnx', '--quiet'], { cwd });
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const session = await InferenceSession.create(join(cwd, 'search.onnx'));
    expect([session.inputNames, session.outputNames]).toEqual([['ids'], ['scores', 'indices', 'names']]);
    await session.release();
  });

  test.each([
    [
      'a node that no file can hold',
      changed('find-similar-images', ({ type }) =>
        type === 'compare/top-k' ? { params: { excludeSelf: true } } : {},
      ),
      [],
      /^top: Top k leaves out matches \(excludeSelf\), and an ONNX file gives all of them with their scores\. Export it with --set top\.excludeSelf=false\.\n$/,
    ],
    [
      'a muted node on the way',
      changed('sort-with-my-classifier', ({ id }) => (id === 'encode' ? { mode: 'bypass' } : {})),
      [],
      /Encode pictures is muted or bypassed/,
    ],
    [
      'an output that is not there',
      starter('sort-with-my-classifier'),
      ['--output', 'x'],
      /no output "x"\. It has: labels, /,
    ],
    ['nothing to export', starter('dataset-statistics'), [], /answers nothing about a picture or a text/],
    [
      'several answers',
      starter('before-after-lora'),
      [],
      /Several nodes could be in the file: Top k .*Top k .*--output NAME/,
    ],
  ])('refuses %s in one sentence, and writes nothing', async (_name, workflow, more, message) => {
    const cwd = saved(workflow);
    const { code, stderr } = await patchbay(['export', 'w.json', '--to', 'm.onnx', '--quiet', ...more], {
      cwd,
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(existsSync(join(cwd, 'm.onnx'))).toBe(false);
  });
});
