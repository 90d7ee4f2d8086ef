import type { NodeDescriptor } from '../../../nodes/sdk/descriptor.ts';

/** In the order in which pictures become results. */
const CATEGORIES = [
  'image',
  'text',
  'preprocess',
  'encode',
  'project',
  'compare',
  'evaluate',
  'view',
  'output',
  'flow',
];

const place = (category: string) => {
  const index = CATEGORIES.indexOf(category);
  return index < 0 ? CATEGORIES.length : index;
};

/** Node types in the order in which pictures become results: what loads them first, what saves them late. */
export const inOrder = (types: readonly NodeDescriptor[]): NodeDescriptor[] =>
  types.toSorted((a, b) => place(a.category) - place(b.category) || a.title.localeCompare(b.title));
