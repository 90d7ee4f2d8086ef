import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseWorkflow } from '../../workflows/parse.ts';
import { readRegular } from '../runtime/files/regular-file.ts';
import type { StoredWorkflow } from '../store/workflows.ts';
import { describeWorkflow } from './gate/read-body.ts';

/** The ids of Patchbay's own workflows start with this; ids of saved workflows do not. */
export const STARTER = 'starter:';

/** Reads Patchbay's own workflows. They look like saved workflows that never change. */
export async function loadStarters(folder: string): Promise<ReadonlyMap<string, StoredWorkflow>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const starters = new Map<string, StoredWorkflow>();
  for (const file of names) {
    const { workflow } = parseWorkflow(await readRegular(join(folder, file), 'utf8'));
    if (!workflow) continue;
    const { text, name, description, nodes } = describeWorkflow(workflow);
    const id = `${STARTER}${file.slice(0, -'.json'.length)}`;
    const epoch = new Date(0).toISOString();
    const times = { createdAt: epoch, updatedAt: epoch, usedAt: epoch };
    starters.set(id, { id, name, description, nodes, text, revision: 1, thumbnail: null, ...times });
  }
  return starters;
}
