import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentOf } from '../../../client/document/content.ts';
import { targetsWithoutSaves } from '../../../client/runs/without-saves.ts';
import { useCatalogue } from '../../../client/ui/api/catalogue.ts';
import { loadNodes } from '../../../server/load-nodes.ts';
import type { Workflow } from '../../../workflows/workflow.ts';
import { workflow } from '../document/kit.ts';

const before = useCatalogue.getState();
beforeAll(async () => {
  const types = (await loadNodes()).descriptors();
  useCatalogue.setState({ types: Object.fromEntries(types.map((one) => [one.type, one])) });
});
afterAll(() => useCatalogue.setState(before, true));

const teach = (): Workflow =>
  workflow(
    {
      load: 'image/load-folder',
      encode: 'encode/image',
      probe: 'train/linear-probe',
      keep: 'output/save-classifier',
      store: 'collection/save',
      show: 'view/gallery',
    },
    [
      'load.images > encode.images',
      'load.images > show.images',
      'encode.embeddings > probe.embeddings',
      'probe.classifier > keep.classifier',
      'encode.embeddings > store.embeddings',
    ],
  );
const targets = (own: Workflow) => targetsWithoutSaves(contentOf(own))?.toSorted();

describe('a run that nobody asked for', () => {
  it('computes what only a saving node waits for, but saves nothing', () =>
    expect(targets(teach())).toEqual(['probe', 'show']));

  it('runs everything if nothing is saved', () =>
    expect(targets(workflow({ load: 'image/load-folder', show: 'view/gallery' }))).toBeUndefined());

  it('leaves out muted nodes and what needs them, and computes named outputs', () => {
    const own = teach();
    Object.assign(own.nodes.find(({ id }) => id === 'probe')!, { mode: 'mute' });
    expect(targets(own)).toEqual(['encode', 'show']);
    expect(
      targets({ ...teach(), outputs: [{ name: 'vectors', node: 'encode', port: 'embeddings' }] }),
    ).toEqual(['encode', 'probe', 'show']);
  });
});
