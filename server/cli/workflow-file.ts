import { open, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { MAX_WORKFLOW_BYTES, parseWorkflow } from '../../workflows/parse.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { packageRoot } from '../package-root.ts';
import { UsageError } from './usage.ts';

/** A workflow read from disk, and the folder its relative paths start at. */
export interface LoadedWorkflow {
  readonly workflow: Workflow;
  readonly folder: string;
}

/** Reads at most the cap, so that a 100 GB file costs nothing. */
async function readCapped(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > MAX_WORKFLOW_BYTES) {
      throw UsageError.of(
        'workflow.too-large',
        `${path} has ${size} bytes; a workflow has at most ${MAX_WORKFLOW_BYTES}.`,
      );
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** `patchbay run find-similar-images` names a starter that ships; a file of that name in the way wins. */
function candidates(name: string): readonly string[] {
  const path = resolve(name);
  return basename(name) === name
    ? [path, join(packageRoot, 'workflows', `${name.replace(/\.json$/, '')}.json`)]
    : [path];
}

/** Names of the workflows that ship. */
export async function starterNames(): Promise<readonly string[]> {
  const names = await readdir(join(packageRoot, 'workflows'));
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** @throws UsageError with every problem of the file. */
export async function loadWorkflow(name: string): Promise<LoadedWorkflow> {
  for (const path of candidates(name)) {
    let text: string;
    try {
      text = await readCapped(path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      if (code === 'EISDIR')
        throw UsageError.of('workflow.unreadable', `${path} is a folder, not a workflow file.`);
      if (code !== undefined) throw UsageError.of('workflow.unreadable', `${path} cannot be read (${code}).`);
      throw error;
    }
    const parsed = parseWorkflow(text);
    if (parsed.problems) throw new UsageError(parsed.problems);
    return { workflow: parsed.workflow, folder: dirname(path) };
  }
  const starters = await starterNames();
  throw UsageError.of(
    'workflow.not-found',
    `There is no workflow file ${name}. Check the path, or name a starter: ${starters.join(', ')}.`,
  );
}
