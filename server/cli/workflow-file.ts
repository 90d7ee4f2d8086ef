import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { workflowMessage } from '../../workflows/messages.ts';
import { MAX_WORKFLOW_BYTES, parseWorkflow } from '../../workflows/parse.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { usageMessage } from '../contract/messages/usage.ts';
import { packageRoot } from '../package-root.ts';
import { isNotRegular, openRegular } from '../runtime/files/regular-file.ts';
import { UsageError } from './usage.ts';

/** A workflow from disk, and the folder where its relative paths start. */
export interface LoadedWorkflow {
  readonly workflow: Workflow;
  readonly folder: string;
}

const PART_BYTES = 1 << 16;

/** Reads a file or a pipe, and never more than a workflow may have: a pipe has no size, and a device has no end. */
async function readCapped(path: string): Promise<string> {
  const file = await openRegular(path);
  try {
    const parts: Buffer[] = [];
    for (let bytes = 0; bytes <= MAX_WORKFLOW_BYTES; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, null);
      if (bytesRead === 0) return Buffer.concat(parts).toString('utf8');
      bytes += bytesRead;
      parts.push(buffer.subarray(0, bytesRead));
    }
    throw UsageError.of(
      workflowMessage('workflow.too-large', { megabytes: MAX_WORKFLOW_BYTES / 1024 / 1024 }),
    );
  } finally {
    await file.close();
  }
}

/** Reads stdin as text. Input that is too large is refused before all of it is read. */
async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of process.stdin) {
    parts.push(part as Buffer);
    size += (part as Buffer).byteLength;
    if (size > MAX_WORKFLOW_BYTES)
      throw UsageError.of(
        workflowMessage('workflow.too-large', { megabytes: MAX_WORKFLOW_BYTES / 1024 / 1024 }),
      );
  }
  return Buffer.concat(parts).toString('utf8');
}

function parsed(text: string, folder: string): LoadedWorkflow {
  const { workflow, problems } = parseWorkflow(text);
  if (problems) throw new UsageError(problems);
  return { workflow, folder };
}

/** The paths where a workflow may be: a file, or a template with this name. */
function candidates(name: string): readonly string[] {
  const path = resolve(name);
  return basename(name) === name
    ? [path, join(packageRoot, 'workflows', `${name.replace(/\.json$/, '')}.json`)]
    : [path];
}

/** The names of the templates that come with Patchbay. */
export async function starterNames(): Promise<readonly string[]> {
  const names = await readdir(join(packageRoot, 'workflows'));
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/**
 * Loads a workflow by path, by the name of a template, or from stdin for `-`. Relative paths of a workflow from stdin
 * start in the current folder.
 * @throws UsageError with all problems of the file
 */
export async function loadWorkflow(name: string): Promise<LoadedWorkflow> {
  if (name === '-') return parsed(await readStdin(), process.cwd());
  for (const path of candidates(name)) {
    let text: string;
    try {
      text = await readCapped(path);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') continue;
      if (isNotRegular(error)) {
        const isFolder = (await stat(path)).isDirectory();
        throw UsageError.of(
          usageMessage(isFolder ? 'workflow.file-is-folder' : 'workflow.file-not-regular', { path }),
        );
      }
      if (code !== undefined)
        throw UsageError.of(usageMessage('workflow.file-unreadable', { path, reason: code }));
      throw error;
    }
    return parsed(text, dirname(path));
  }
  const starters = await starterNames();
  throw UsageError.of(usageMessage('workflow.file-not-found', { file: name, starters }));
}
