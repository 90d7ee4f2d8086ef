import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { englishOf, type Skipped } from '../../../nodes/sdk/index.ts';
import { loadWorkflow } from '../../../server/cli/workflow-file.ts';
import { createContentKeys } from '../../../server/runtime/images/content-keys.ts';
import { openModelStore } from '../../../server/runtime/models/store.ts';
import { imageWorld } from '../images/image-world.ts';
import { temporaryFolder } from './temporary-folder.ts';

// Every test here would wait for ever where a pipe is opened the plain way.
const root = temporaryFolder();
const { images, pool } = imageWorld(root);
afterAll(() => pool.dispose());
const { signal } = new AbortController();
const models = join(import.meta.dirname, '../../../models');

function pipeAt(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
}

it.each(['onnx/vision_model.onnx', 'onnx/text_model.onnx', 'config.json', 'patchbay.json'])(
  'a model with a pipe as %s does not hold the list of models',
  async (name) => {
    const folder = join(root, name.replace('/', '-'));
    cpSync(join(models, 'emoji-clip'), join(folder, 'broken'), { recursive: true });
    cpSync(join(models, 'emoji-clip'), join(folder, 'whole'), { recursive: true });
    pipeAt(join(folder, 'broken', name));
    const store = await openModelStore({ folders: [folder] });
    const whole = store.list().find((entry) => entry.folder === join(folder, 'whole'));
    expect(whole?.problem).toBeUndefined();
  },
);

it('a picture that becomes a pipe is left out with its reason', async () => {
  const folder = join(root, 'pictures');
  mkdirSync(folder);
  cpSync(join(import.meta.dirname, '../../fixtures/decode/orientation6.jpg'), join(folder, 'a.jpg'));
  cpSync(join(folder, 'a.jpg'), join(folder, 'b.jpg'));
  const { items } = await images.folder(folder, { recursive: true, labels: false, signal });
  pipeAt(join(folder, 'a.jpg'));
  const skipped: Skipped[] = [];
  const read: string[] = [];
  const pixels = { kind: 'pixels', items, skipped: [], spec: { exif: true, steps: [] } } as const;
  for await (const batch of images.batches(pixels, { batchSize: 2, signal, onSkip: (s) => skipped.push(s) }))
    read.push(...batch.items.map(({ name }) => name));
  expect(read).toEqual(['b.jpg']);
  expect(skipped.map(({ name, reason }) => [name, englishOf(reason)])).toEqual([
    ['a.jpg', 'a.jpg is not a regular file, so it cannot be read as a picture.'],
  ]);
  await expect(createContentKeys().key(items[0]!)).rejects.toMatchObject({ code: 'image.not-a-file' });
  await expect(images.file(join(folder, 'a.jpg'))).rejects.toMatchObject({ code: 'image.not-a-file' });
});

it('a workflow is not read from a pipe, and the message says what to do', async () => {
  const path = join(root, 'workflow.json');
  pipeAt(path);
  await expect(loadWorkflow(path)).rejects.toMatchObject({
    problems: [{ code: 'workflow.file-not-regular' }],
  });
  await expect(loadWorkflow(root)).rejects.toMatchObject({ problems: [{ code: 'workflow.file-is-folder' }] });
});

it('vectors and adapters are not read from pipes', async () => {
  writeFileSync(join(root, 'v.npy'), '');
  pipeAt(join(root, 'v.npy'));
  const { createFileService } = await import('../../../server/runtime/files/file-service.ts');
  const { createPathResolver } = await import('../../../server/runtime/files/paths.ts');
  const paths = createPathResolver({ workflowDir: root, samplesDir: root, uploadsDir: root });
  const files = createFileService({ paths, outDir: root });
  await expect(files.readMatrix('v.npy')).rejects.toMatchObject({ code: 'file.not-a-file' });
});
