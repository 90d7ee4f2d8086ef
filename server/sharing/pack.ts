import { stat } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/errors.ts';
import { safeName, safePath, uniqueNames } from '../../nodes/sdk/file-names.ts';
import { serializeWorkflow } from '../../workflows/serialize.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { type PathParams, pathsOf, withPaths } from '../contract/path-params.ts';
import type { PathFacts } from '../contract/sharing.ts';
import { sidecarOf } from '../runtime/files/sidecar.ts';
import { type FoundFile, filesAt } from './survey.ts';

/** The name of the workflow in a shared file. */
export const WORKFLOW_NAME = 'workflow.json';
/** The folder for what the workflow reads in a shared file. */
const FILES = 'files';
/** Counting more files than this would take too long for a menu. */
const MOST_COUNTED = 100_000;

/** How paths of workflows lead to files. */
export interface SharingDeps {
  /** @throws PatchbayError `file.forbidden` and others */
  readonly resolve: (path: string) => Promise<string>;
  readonly written: (absolute: string) => string;
  readonly mayRead: (file: string) => Promise<boolean>;
  /** The path of a stored file by its hash. */
  readonly assetPath: (hash: string) => string;
}

const ASSET = /^asset:([0-9a-f]{64})(?:\/(.+))?$/;

interface Located {
  readonly absolute: string;
  /** How it is called in a shared file. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

async function locate(path: string, deps: SharingDeps): Promise<Located | 'missing' | 'forbidden'> {
  try {
    const [, hash, asset] = ASSET.exec(path) ?? [];
    const absolute = hash === undefined ? await deps.resolve(path) : deps.assetPath(hash);
    const found = await stat(absolute).catch(() => undefined);
    if (!found?.isFile() && !found?.isDirectory()) return 'missing';
    const name = safeName(hash === undefined ? basename(absolute) : (asset ?? hash));
    return { absolute, name, kind: found.isFile() ? 'file' : 'folder' };
  } catch (error) {
    return error instanceof PatchbayError && /forbidden|outside/.test(error.code) ? 'forbidden' : 'missing';
  }
}

/** What is at the paths of a workflow. @param sizes whether to count the files and bytes, which takes longer */
export async function inspectPaths(
  paths: readonly string[],
  sizes: boolean,
  deps: SharingDeps,
): Promise<PathFacts[]> {
  const facts: PathFacts[] = [];
  for (const path of paths) {
    const at = await locate(path, deps);
    if (typeof at === 'string') {
      facts.push({ path, written: path, kind: at });
      continue;
    }
    const written = ASSET.test(path) || path.startsWith('sample:') ? path : deps.written(at.absolute);
    if (!sizes) {
      facts.push({ path, written, kind: at.kind });
      continue;
    }
    let [files, bytes] = [0, 0];
    for await (const file of filesAt(at.absolute, deps.mayRead)) {
      if (files >= MOST_COUNTED) break;
      files += 1;
      bytes += file.bytes;
    }
    facts.push({ path, written, kind: at.kind, files, bytes });
  }
  return facts;
}

/** A shared workflow: its text, and the files beside it. */
export interface Pack {
  readonly workflow: string;
  readonly files: AsyncIterable<FoundFile>;
}

/**
 * Prepares a workflow to be shared with the files that it reads: its paths become relative to it. Samples stay samples,
 * and what is missing here keeps its path.
 */
export async function packWorkflow(workflow: Workflow, params: PathParams, deps: SharingDeps): Promise<Pack> {
  const unique = uniqueNames();
  const located = new Map<string, Located>();
  for (const path of pathsOf(workflow, params)) {
    if (path.startsWith('sample:')) continue;
    const at = await locate(path, deps);
    if (typeof at !== 'string') located.set(path, at);
  }
  // A folder before what lies in it, so that nothing is packed twice.
  const roots = new Map<string, Located>();
  const named = new Map<string, string>();
  for (const at of [...located.values()].sort((a, b) => a.absolute.length - b.absolute.length)) {
    const above = [...roots.values()].find(
      ({ absolute, kind }) =>
        absolute === at.absolute || (kind === 'folder' && at.absolute.startsWith(absolute + sep)),
    );
    if (above) {
      const rest = at.absolute.slice(above.absolute.length + 1);
      const place = named.get(above.absolute) as string;
      named.set(at.absolute, rest === '' ? place : `${place}/${safePath(rest)}`);
      continue;
    }
    roots.set(at.absolute, at);
    named.set(at.absolute, `${FILES}/${unique(at.name)}`);
  }
  const moved = withPaths(workflow, params, (path) => {
    const at = located.get(path);
    return (at && named.get(at.absolute)) ?? path;
  });

  async function* files(): AsyncGenerator<FoundFile> {
    for (const { absolute, kind } of roots.values()) {
      const place = named.get(absolute) as string;
      for await (const file of filesAt(absolute, deps.mayRead))
        yield { ...file, name: kind === 'file' ? place : `${place}/${file.name}` };
      // Some formats keep the facts about their vectors in a file beside them.
      if (kind === 'file')
        for await (const file of filesAt(sidecarOf(absolute), deps.mayRead))
          yield { ...file, name: sidecarOf(place) };
    }
  }
  return { workflow: serializeWorkflow(moved), files: files() };
}
