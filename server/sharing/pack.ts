import { stat } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { PatchbayError } from '../../nodes/sdk/errors.ts';
import { safeName, safePath, uniqueNames } from '../../nodes/sdk/file-names.ts';
import { serializeWorkflow } from '../../workflows/serialize.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { isSetPath, type PathParams, pathsOf, withPaths } from '../contract/path-params.ts';
import type { PathFacts } from '../contract/sharing.ts';
import { sidecarOf } from '../runtime/files/sidecar.ts';
import type { SetContent } from '../runtime/labels/set-file.ts';
import { packedSet, SETS } from './sets.ts';
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
  /** What a label set holds; undefined if there is none of this name, or if it cannot be read. */
  readonly setContent: (name: string) => Promise<SetContent | undefined>;
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

/** A shared workflow: its text, the label sets that it names, and the files beside it. */
export interface Pack {
  readonly workflow: string;
  readonly sets: readonly { readonly name: string; readonly content: Uint8Array }[];
  readonly files: AsyncIterable<FoundFile>;
}

/** The params of a workflow that lead to what it reads. */
export interface ReadingParams {
  readonly paths: PathParams;
  readonly sets: PathParams;
}

/**
 * Prepares a workflow to be shared with the files and label sets that it reads: its paths become relative to it, and a set becomes
 * a file beside it. Samples stay samples, and what is missing here keeps its path or name.
 */
export async function packWorkflow(
  workflow: Workflow,
  params: ReadingParams,
  deps: SharingDeps,
): Promise<Pack> {
  const unique = uniqueNames();
  const located = new Map<string, Located>();
  const setNames = pathsOf(workflow, params.sets);
  for (const path of [...pathsOf(workflow, params.paths), ...setNames.filter(isSetPath)]) {
    if (path.startsWith('sample:')) continue;
    const at = await locate(path, deps);
    if (typeof at !== 'string') located.set(path, at);
  }
  // A folder before what lies in it, so that nothing is packed twice.
  const roots = new Map<string, Located>();
  const named = new Map<string, string>();
  const placeOf = (absolute: string): string | undefined => {
    const above = [...roots.values()].find(
      (root) =>
        root.absolute === absolute || (root.kind === 'folder' && absolute.startsWith(root.absolute + sep)),
    );
    const place = above && named.get(above.absolute);
    const rest = above ? absolute.slice(above.absolute.length + 1).replaceAll(sep, '/') : '';
    return place === undefined || rest === '' ? place : `${place}/${safePath(rest)}`;
  };
  for (const at of [...located.values()].sort((a, b) => a.absolute.length - b.absolute.length)) {
    const place = placeOf(at.absolute);
    if (place !== undefined) {
      named.set(at.absolute, place);
      continue;
    }
    roots.set(at.absolute, at);
    named.set(at.absolute, `${FILES}/${unique(at.name)}`);
  }
  const changed = (path: string) => {
    const at = located.get(path);
    return (at && named.get(at.absolute)) ?? path;
  };
  const sets: { name: string; content: Uint8Array }[] = [];
  const setFiles = new Map<string, string>();
  const uniqueSet = uniqueNames();
  for (const given of setNames.filter((one) => !isSetPath(one))) {
    const content = await deps.setContent(given.trim());
    if (!content) continue;
    const name = `${SETS}/${uniqueSet(`${safeName(given.trim().normalize('NFC'))}.json`)}`;
    setFiles.set(given, name);
    sets.push({ name, content: await packedSet(content, given.trim(), placeOf, deps.resolve) });
  }
  const moved = withPaths(
    withPaths(workflow, params.paths, changed),
    params.sets,
    (value) => setFiles.get(value) ?? changed(value),
  );

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
  return { workflow: serializeWorkflow(moved), sets, files: files() };
}
