import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { MANIFEST, parseManifest } from '../../../models/manifest.ts';
import { PatchbayError } from '../../../nodes/sdk/index.ts';
import type { ModelEntry } from '../models/model-entry.ts';
import { readJson } from '../models/model-folder.ts';
import { CPU } from '../ort/device.ts';
import { SessionPool } from '../ort/session-pool.ts';
import { ImageTowerRunner } from './image-tower.ts';
import { encodeTextBatch } from './text-tower.ts';

/** What verifying a model found. */
export interface ModelReport {
  readonly id: string;
  readonly ok: boolean;
  /** Hash of the weights, where they could be read. */
  readonly hash?: string;
  readonly checks: readonly { readonly name: string; readonly ok: boolean; readonly message: string }[];
}

/** How files are hashed, and what is known of them beforehand. */
export interface KnownHashes {
  hash(): Promise<string>;
  hashFile(path: string): Promise<string>;
  /** sha256 by path relative to the model's folder. */
  readonly expected: ReadonlyMap<string, string>;
}

/**
 * Checks a model from its files to its numbers: readable, hashes as expected (its manifest or `sha256.json` beside it, or the catalogue), and one
 * blank picture and one text give finite vectors of the stated size on the cpu. Never throws: what is wrong is in the report.
 */
export async function verifyModel(entry: ModelEntry, hashes: KnownHashes): Promise<ModelReport> {
  const checks: { name: string; ok: boolean; message: string }[] = [];
  const check = async (name: string, work: () => Promise<string>) => {
    try {
      checks.push({ name, ok: true, message: await work() });
    } catch (error) {
      const message =
        error instanceof PatchbayError ? error.message : 'It failed in a way that was not foreseen.';
      checks.push({ name, ok: false, message });
    }
  };
  let hash: string | undefined;
  await check('files', async () => {
    if (entry.problem !== undefined) throw failed(entry.problem);
    return entry.folder === undefined ? 'It is built in.' : `They are in ${entry.folder}.`;
  });
  if (entry.problem === undefined) {
    await check('hash', async () => {
      hash = await hashes.hash();
      return compareHashes(entry, hashes);
    });
    const pool = new SessionPool(CPU);
    try {
      await check('image', () => tryImage(pool, entry));
      const { preprocess, text } = entry.lacks ?? {};
      if (preprocess !== undefined)
        await check('preprocess', async () => {
          throw failed(`${preprocess}, so how to prepare pictures for it is not known.`);
        });
      if (entry.text) await check('text', () => tryText(pool, entry));
      else if (text !== undefined)
        await check('text', async () => {
          throw failed(`It cannot read texts: ${text}.`);
        });
    } finally {
      await pool.dispose();
    }
  }
  return { id: entry.id, ok: checks.every(({ ok }) => ok), hash, checks };
}

async function compareHashes(entry: ModelEntry, { expected, hashFile }: KnownHashes): Promise<string> {
  const { folder } = entry;
  if (folder === undefined) return 'It has no files.';
  const listed = Object.entries((await readJson(folder, 'sha256.json')) ?? {});
  const manifest = parseManifest(await readFile(join(folder, MANIFEST), 'utf8').catch(() => ''));
  const known = new Map([
    ...expected,
    ...(manifest?.files ?? []).map(({ path, sha256 }) => [path, sha256] as const),
    ...listed.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  ]);
  if (known.size === 0) return 'Nothing is known to compare with.';
  for (const [path, sha256] of known) {
    // A list from a stranger's folder may name files elsewhere; those are none of this model's.
    if (relative(folder, `${folder}/${path}`).startsWith('..'))
      throw failed(`Its list of hashes names ${path}, which is outside the folder.`);
    const found = await hashFile(`${folder}/${path}`).catch(() => undefined);
    if (found === undefined) throw failed(`${path} is missing.`);
    if (found !== sha256)
      throw failed(`${path} is not the file it should be: its sha256 differs. Fetch it again.`);
  }
  return `${known.size} files are as they should be.`;
}

async function tryImage(pool: SessionPool, entry: ModelEntry): Promise<string> {
  const tower = new ImageTowerRunner(pool, entry, { hash: entry.configHash });
  const blank = tower.blank(entry.preprocess);
  const latents = entry.towers.image?.layerDims?.latent;
  if (entry.image?.layers.latent) {
    const { tensor } = await tower.states(blank, 'latent');
    return numbers('A place of a blank picture', tensor.data.subarray(0, tensor.dims[2]), latents);
  }
  const { data, dims } = await tower.vectors(blank, 'embedding');
  return numbers('A blank picture', data.subarray(0, dims[1]), entry.towers.image?.dims);
}

async function tryText(pool: SessionPool, entry: ModelEntry): Promise<string> {
  const vector = await encodeTextBatch(pool, entry, ['a']);
  return numbers('A text', vector, entry.towers.text?.dims);
}

function numbers(what: string, vector: Float32Array, dims: number | undefined): string {
  if (vector.length !== (dims ?? vector.length)) {
    throw failed(`${what} gave ${vector.length} numbers where the files say ${dims}.`);
  }
  if (!vector.every(Number.isFinite)) throw failed(`${what} gave values that are no numbers.`);
  return `${what} gave ${vector.length} finite numbers.`;
}

const failed = (message: string) => new PatchbayError({ code: 'model.invalid', message });
