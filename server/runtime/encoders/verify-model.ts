import { join, relative } from 'node:path';
import { MANIFEST, parseManifest } from '../../../models/manifest.ts';
import { asMessage, type Message, messageOf, PatchbayError } from '../../../nodes/sdk/index.ts';
import { checkMessage } from '../../contract/messages/models.ts';
import { readRegular } from '../files/regular-file.ts';
import type { ModelEntry } from '../models/model-entry.ts';
import { readJson } from '../models/model-folder.ts';
import { CPU } from '../ort/device.ts';
import { SessionPool } from '../ort/session-pool.ts';
import { ImageTowerRunner } from './image-tower.ts';
import { encodeTextBatch } from './text-tower.ts';

/** One check of a model: its name, its result, and a message about it. */
export interface ModelCheck extends Message {
  readonly name: string;
  readonly ok: boolean;
}

/** The result of verifying a model. */
export interface ModelReport {
  readonly id: string;
  readonly ok: boolean;
  /** The hash of the weights; absent if they could not be read. */
  readonly hash?: string;
  readonly checks: readonly ModelCheck[];
}

/** Hashes the files of a model, and states their known hashes. */
export interface KnownHashes {
  hash(): Promise<string>;
  hashFile(path: string): Promise<string>;
  /** Known sha256 by path relative to the model's folder. */
  readonly expected: ReadonlyMap<string, string>;
}

/**
 * Checks a model from its files to its numbers. The files must be readable and have the hashes that the catalogue, the
 * manifest or `sha256.json` states. On the CPU, a blank picture and a text must give finite vectors of the stated size.
 * Never throws: the report contains every problem.
 */
export async function verifyModel(entry: ModelEntry, hashes: KnownHashes): Promise<ModelReport> {
  const checks: ModelCheck[] = [];
  const check = async (name: string, work: () => Promise<Message>) => {
    try {
      checks.push({ name, ok: true, ...(await work()) });
    } catch (error) {
      const message = error instanceof PatchbayError ? messageOf(error) : checkMessage('check.failed');
      checks.push({ name, ok: false, ...message });
    }
  };
  let hash: string | undefined;
  await check('files', async () => {
    if (entry.problem !== undefined) throw new PatchbayError(entry.problem);
    const { folder } = entry;
    return folder === undefined ? checkMessage('check.built-in') : checkMessage('check.files', { folder });
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
          throw new PatchbayError(checkMessage('check.no-preprocess', { reason: asMessage(preprocess) }));
        });
      if (entry.text) await check('text', () => tryText(pool, entry));
      else if (text !== undefined)
        await check('text', async () => {
          throw new PatchbayError(checkMessage('check.no-texts', { reason: asMessage(text) }));
        });
    } finally {
      await pool.dispose();
    }
  }
  return { id: entry.id, ok: checks.every(({ ok }) => ok), hash, checks };
}

async function compareHashes(entry: ModelEntry, { expected, hashFile }: KnownHashes): Promise<Message> {
  const { folder } = entry;
  if (folder === undefined) return checkMessage('check.no-files');
  const listed = Object.entries((await readJson(folder, 'sha256.json')) ?? {});
  const manifest = parseManifest(await readRegular(join(folder, MANIFEST), 'utf8').catch(() => ''));
  const known = new Map([
    ...expected,
    ...(manifest?.files ?? []).map(({ path, sha256 }) => [path, sha256] as const),
    ...listed.filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  ]);
  if (known.size === 0) return checkMessage('check.no-hashes');
  for (const [path, sha256] of known) {
    // A list in a folder from someone else may name files outside of it. Patchbay does not read those.
    if (relative(folder, `${folder}/${path}`).startsWith('..'))
      throw new PatchbayError(checkMessage('check.outside', { path }));
    const found = await hashFile(`${folder}/${path}`).catch(() => undefined);
    if (found === undefined) throw new PatchbayError(checkMessage('check.missing', { path }));
    if (found !== sha256) throw new PatchbayError(checkMessage('check.other-hash', { path }));
  }
  return checkMessage('check.equal', { count: known.size });
}

async function tryImage(pool: SessionPool, entry: ModelEntry): Promise<Message> {
  const tower = new ImageTowerRunner(pool, entry, { hash: entry.configHash });
  const blank = tower.blank(entry.preprocess);
  const latents = entry.towers.image?.layerDims?.latent;
  if (entry.image?.layers.latent) {
    const { tensor } = await tower.states(blank, 'latent');
    return numbers(checkMessage('check.place'), tensor.data.subarray(0, tensor.dims[2]), latents);
  }
  if (!entry.image?.layers.embedding) {
    const { tensor } = await tower.states(blank, 'hidden');
    return numbers(checkMessage('check.place'), tensor.data.subarray(0, tensor.dims[2]), undefined);
  }
  const { data, dims } = await tower.vectors(blank, 'embedding');
  return numbers(checkMessage('check.picture'), data.subarray(0, dims[1]), entry.towers.image?.dims);
}

async function tryText(pool: SessionPool, entry: ModelEntry): Promise<Message> {
  const vector = await encodeTextBatch(pool, entry, ['a']);
  return numbers(checkMessage('check.text'), vector, entry.towers.text?.dims);
}

function numbers(tried: Message, vector: Float32Array, dims = vector.length): Message {
  const count = vector.length;
  if (count !== dims)
    throw new PatchbayError(checkMessage('check.other-size', { tried, got: count, expected: dims }));
  if (!vector.every(Number.isFinite)) throw new PatchbayError(checkMessage('check.not-finite', { tried }));
  return checkMessage('check.finite', { tried, count });
}
