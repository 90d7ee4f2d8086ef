import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/index.ts';
import { workflowMessage } from '../../workflows/messages.ts';
import { MAX_WORKFLOW_BYTES, parseWorkflow } from '../../workflows/parse.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { usageMessage } from '../contract/messages/usage.ts';
import { dataFolder } from '../data-folder.ts';
import { packageRoot } from '../package-root.ts';
import { hashRegular, isNotRegular, openRegular } from '../runtime/files/regular-file.ts';
import { unpackShared } from '../sharing/unpack.ts';
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

/** The first bytes of a ZIP archive. */
const ZIP = 'PK\u0003\u0004';

async function isZip(path: string): Promise<boolean> {
  // Not a pipe, of which every byte can be read only once.
  if (!(await stat(path)).isFile()) return false;
  const file = await openRegular(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(ZIP.length), 0, ZIP.length, 0);
    return buffer.subarray(0, bytesRead).toString('latin1') === ZIP;
  } finally {
    await file.close();
  }
}

/** Unpacks a workflow that was shared with its files. They stay in the uploads, where the studio finds them, too. */
async function unpacked(path: string): Promise<LoadedWorkflow> {
  const data = dataFolder();
  try {
    const { folder, workflow } = await unpackShared(path, {
      name: basename(path),
      hash: await hashRegular(path),
      uploads: join(data, 'files'),
      staging: join(data, 'uploads'),
      maxBytes: Number.MAX_SAFE_INTEGER,
    });
    return parsed(workflow, folder);
  } catch (error) {
    if (error instanceof PatchbayError && error.code.startsWith('share.'))
      throw new UsageError([error.toJSON()]);
    throw error;
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
 * Loads a workflow by path, also a shared one with its files, by the name of a template, or from stdin for `-`. Relative paths of a workflow from stdin
 * start in the current folder.
 * @throws UsageError with all problems of the file
 */
export async function loadWorkflow(name: string): Promise<LoadedWorkflow> {
  if (name === '-') return parsed(await readStdin(), process.cwd());
  for (const path of candidates(name)) {
    let text: string;
    try {
      if (await isZip(path)) return await unpacked(path);
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
