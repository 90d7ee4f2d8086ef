import type { Workflow } from '../../workflows/workflow.ts';

/** A workflow that encodes the pictures of a folder, sample pictures if absent, and keeps them in a collection. */
export const keepingWorkflow = (collection: string, folder = 'sample:pictures/fruit'): Workflow => ({
  format: 'patchbay',
  version: 1,
  nodes: [
    { id: 'folder', type: 'image/load-folder', params: { path: folder } },
    { id: 'encoder', type: 'encode/load-encoder', params: { model: 'builtin/color-layout' } },
    { id: 'encode', type: 'encode/image' },
    { id: 'save', type: 'collection/save', params: { collection } },
  ],
  edges: [
    { from: { node: 'folder', port: 'images' }, to: { node: 'encode', port: 'images' } },
    { from: { node: 'encoder', port: 'encoder' }, to: { node: 'encode', port: 'encoder' } },
    { from: { node: 'encode', port: 'embeddings' }, to: { node: 'save', port: 'embeddings' } },
  ],
  outputs: [{ name: 'changes', node: 'save', port: 'metrics' }],
});
