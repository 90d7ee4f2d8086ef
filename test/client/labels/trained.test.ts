import { beforeAll, describe, expect, test } from 'vitest';
import { contentOf } from '../../../client/document/content.ts';
import { teaching } from '../../../client/labels/teach.ts';
import { savingWorkflow, templateFor, trainedOf, usingTrained } from '../../../client/labels/trained.ts';
import { useCatalogue } from '../../../client/ui/api/catalogue.ts';
import { validate } from '../../../server/engine/validate.ts';
import { loadNodes } from '../../../server/load-nodes.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { noModels } from '../../engine/kit.ts';
import { readStarter } from '../../workflows/run-starter.ts';

beforeAll(async () => {
  const descriptors = (await loadNodes()).descriptors();
  const types = Object.fromEntries(descriptors.map((one) => [one.type, one]));
  useCatalogue.setState({ types, loaded: true });
});

/** Problems of a workflow, but not that models are missing: this file needs none. */
async function problemsOf(workflow: Workflow): Promise<string[]> {
  const { problems } = validate(workflow, await loadNodes(), { models: noModels });
  return problems
    .filter(({ code }) => code !== 'model.not-found')
    .map(({ code, nodeId }) => `${nodeId}: ${code}`);
}
const paramsOf = (workflow: Workflow, type: string) =>
  workflow.nodes.find((node) => node.type === type)?.params;
const own = (workflow: Workflow, changes: Readonly<Record<string, object>>) =>
  contentOf({
    ...workflow,
    nodes: workflow.nodes.map((node) => ({ ...node, params: { ...node.params, ...changes[node.id] } })),
  });

describe('a trained classifier', () => {
  const content = () =>
    own(readStarter('teach-categories'), {
      pictures: { path: '~/Pictures' },
      encoder: { model: 'other', precision: 'fp16' },
      'encode-pictures': { exif: false },
    });

  test('is saved by the part of the workflow that leads to it', async () => {
    const trained = trainedOf(content(), 'learn');
    expect(trained).toEqual({ id: 'learn', kind: 'classifier', port: 'classifier' });
    const saving = savingWorkflow(content(), trained!, 'mine');
    expect(saving.nodes.map(({ id }) => id).sort()).toEqual([
      ...['encode-pictures', 'encoder', 'learn', 'pictures', 'save'],
    ]);
    expect(saving.nodes.at(-1)).toMatchObject({ type: 'output/save-classifier', params: { name: 'mine' } });
    expect(await problemsOf(saving)).toEqual([]);
  });

  test('is used by a template that reads pictures as the training did, of a folder still to choose', () => {
    const trained = trainedOf(content(), 'learn')!;
    expect(templateFor(content(), trained)).toBe('starter:sort-with-my-classifier');
    const used = usingTrained(readStarter('sort-with-my-classifier'), content(), trained, 'uploads:mine/a');
    expect(paramsOf(used, 'compare/load-classifier')).toEqual({ path: 'uploads:mine/a' });
    expect(paramsOf(used, 'encode/load-encoder')).toEqual({ model: 'other', precision: 'fp16' });
    expect(paramsOf(used, 'encode/image')).toMatchObject({ exif: false });
    expect(paramsOf(used, 'image/load-folder')?.path).toBe('');
    expect(used.notes).toBeUndefined();
  });

  test('of the samples is used on other samples, ready to run', async () => {
    const samples = contentOf(readStarter('teach-categories'));
    const trained = trainedOf(samples, 'learn')!;
    const used = usingTrained(readStarter('sort-with-my-classifier'), samples, trained, 'uploads:mine/a');
    expect(paramsOf(used, 'image/load-folder')?.path).toBe('sample:queries');
    expect(await problemsOf(used)).toEqual([]);
  });

  test('is not what a node only loads or uses', () => {
    const content = contentOf(readStarter('sort-with-my-classifier'));
    for (const { id } of Object.values(content.nodes)) expect(trainedOf(content, id)).toBeUndefined();
  });
});

describe('a trained adapter', () => {
  test('without texts is used by the template of adapters', async () => {
    const content = contentOf(readStarter('before-after-lora'));
    const trained = trainedOf(content, 'train')!;
    expect(trained.kind).toBe('adapter');
    expect(templateFor(content, trained)).toBe('starter:lora-projection');
    const used = usingTrained(readStarter('lora-projection'), content, trained, 'uploads:mine');
    expect(paramsOf(used, 'project/load-adapter')).toEqual({ path: 'uploads:mine' });
    expect(await problemsOf(used)).toEqual([]);
    expect(await problemsOf(savingWorkflow(content, trained, 'mine'))).toEqual([]);
  });

  test('that learned the names of categories sorts into them', async () => {
    const plain = readStarter('before-after-lora');
    const content = contentOf({
      ...plain,
      nodes: [
        ...plain.nodes,
        { id: 'words', type: 'text/prompts', params: { prompts: ['ox', 'emu'] } },
        { id: 'vectors', type: 'encode/text' },
      ],
      edges: [
        ...plain.edges,
        { from: { node: 'words', port: 'texts' }, to: { node: 'vectors', port: 'texts' } },
        { from: { node: 'encoder', port: 'encoder' }, to: { node: 'vectors', port: 'encoder' } },
        { from: { node: 'vectors', port: 'embeddings' }, to: { node: 'train', port: 'categories' } },
      ],
    });
    const trained = trainedOf(content, 'train')!;
    expect(templateFor(content, trained)).toBe('starter:zero-shot-labels');
    const used = usingTrained(readStarter('zero-shot-labels'), content, trained, 'uploads:mine');
    expect(paramsOf(used, 'text/prompts')?.prompts).toEqual(['ox', 'emu']);
    expect(paramsOf(used, 'encode/image')?.layer).toBe('pre-projection');
    expect(used.edges).toContainEqual({
      from: { node: 'project', port: 'embeddings' },
      to: { node: 'classify', port: 'images' },
    });
    expect(await problemsOf(used)).toEqual([]);
  });
});

describe('a category set', () => {
  test('teaches with the pictures that have a category, and sorts the others', async () => {
    const used = teaching(readStarter('teach-categories'), 'My set', { path: 'sample:pictures' }, true);
    expect(paramsOf(used, 'label/label-set')).toEqual({ set: 'My set', give: 'labelled' });
    expect(used.edges).toContainEqual({
      from: { node: 'set', port: 'unlabelled' },
      to: { node: 'encode-others', port: 'images' },
    });
    expect(used.nodes.map(({ id }) => id)).not.toContain('others');
    expect(await problemsOf(used)).toEqual([]);
  });

  test('that has all pictures leaves the folder to sort to choose', () => {
    const used = teaching(readStarter('teach-categories'), 'My set', undefined, false);
    expect(used.nodes.find(({ id }) => id === 'others')?.params?.path).toBe('');
    // Without a result, it is not known where the pictures are.
    expect(used.nodes.find(({ id }) => id === 'pictures')?.params?.path).toBe('');
    expect(used.notes).toBeUndefined();
  });
});
