import {
  type Message,
  noTextTower,
  PatchbayError,
  type Said,
  type TensorHandle,
} from '../../../nodes/sdk/index.ts';
import { encoderMessage } from '../../contract/messages/encoders.ts';
import { familyNamed } from '../models/families.ts';
import type { ModelEntry, TextTower } from '../models/model-entry.ts';
import { readJson } from '../models/model-folder.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { toVectors } from './conversions.ts';
import { TextTokenizer } from './text-tokenizer.ts';
import { integerTensor, openTower, otherFeeds, type TowerOutline } from './tower-session.ts';

/** A tokenizer holds its whole vocabulary, so only a few stay in memory, by the hash of their files. */
const KEPT_TOKENIZERS = 4;
const tokenizers = new Map<string, Promise<TextTokenizer>>();

/** The tokenizer of a model. @throws PatchbayError `model.tokenizer` when its files are damaged */
export async function tokenizerOf(entry: ModelEntry): Promise<TextTokenizer> {
  const tower = textTowerOf(entry);
  const known = tokenizers.get(entry.configHash);
  const { lowercase } = familyNamed(entry.family).text ?? {};
  const tokenizer = known ?? loadTokenizer(entry.id, tower, lowercase);
  tokenizers.delete(entry.configHash);
  tokenizers.set(entry.configHash, tokenizer);
  for (const key of tokenizers.keys()) {
    if (tokenizers.size <= KEPT_TOKENIZERS) break;
    tokenizers.delete(key);
  }
  try {
    return await tokenizer;
  } catch (error) {
    tokenizers.delete(entry.configHash);
    throw error;
  }
}

async function loadTokenizer(
  id: string,
  { folder, padTokenId }: TextTower,
  lowercase: RegExp | undefined,
): Promise<TextTokenizer> {
  try {
    const tokenizer = await readJson(folder, 'tokenizer.json');
    const config = (await readJson(folder, 'tokenizer_config.json')) ?? {};
    return new TextTokenizer({ tokenizer: tokenizer ?? {}, config, padTokenId, lowercase });
  } catch (cause) {
    throw new PatchbayError(encoderMessage('model.tokenizer', { model: id }), { cause });
  }
}

/** The text tower of a model. @throws PatchbayError `encoder.no-text-tower`, `encoder.text-tower-incomplete` */
export function textTowerOf(entry: ModelEntry): TextTower {
  if (entry.text) return entry.text;
  throw new PatchbayError(noTextTower(entry));
}

/** How many characters of a text a message shows. */
const SHOWN = 60;

/** A warning about texts that are longer than the model reads; undefined if all fit. */
export async function cutTexts(entry: ModelEntry, texts: readonly string[]): Promise<Message | undefined> {
  const { length } = textTowerOf(entry);
  // A token takes at least one byte, so short texts need not be counted. Four ids are for special tokens.
  const candidates = texts.filter((text) => Buffer.byteLength(text) > length - 4);
  if (candidates.length === 0) return undefined;
  const tokenizer = await tokenizerOf(entry);
  const cut = candidates.filter((text) => tokenizer.ids(text).length > length);
  const [first] = cut;
  if (first === undefined) return undefined;
  const text = first.length > SHOWN ? `${first.slice(0, SHOWN).trimEnd()}…` : first;
  const where = { length, model: entry.title, text };
  return cut.length === 1
    ? encoderMessage('encode.text-cut', where)
    : encoderMessage('encode.texts-cut', { ...where, count: cut.length });
}

/** Encodes a batch of texts to B x D vectors on the host, row-major. */
export async function encodeTextBatch(
  pool: SessionPool,
  entry: ModelEntry,
  texts: readonly string[],
  onWarn?: (message: Said) => void,
): Promise<Float32Array> {
  return (await runTexts(pool, entry, texts, onWarn)).data;
}

/** Where the vectors of texts are in the graph. It encodes one empty text. */
export async function textOutline(pool: SessionPool, entry: ModelEntry): Promise<TowerOutline> {
  const { data, rank, pooling } = await runTexts(pool, entry, ['']);
  return { value: textTowerOf(entry).embedding.name, rank, pooling, dims: data.length };
}

/** The inputs of a text tower that are the same for every text. */
export function steadyFeeds(tower: TextTower, rows: number): Record<string, TensorHandle> {
  const feeds = otherFeeds(tower);
  const dims = [rows, tower.length];
  for (const input of tower.facts.inputs) {
    if (input.name === 'position_ids')
      feeds[input.name] = integerTensor(input, dims, (i) => i % tower.length);
    else if (input.name === 'token_type_ids') feeds[input.name] = integerTensor(input, dims, () => 0);
  }
  return feeds;
}

async function runTexts(
  pool: SessionPool,
  entry: ModelEntry,
  texts: readonly string[],
  onWarn?: (message: Said) => void,
): Promise<{ readonly data: Float32Array } & Pick<TowerOutline, 'rank' | 'pooling'>> {
  const tower = textTowerOf(entry);
  const tokenizer = await tokenizerOf(entry);
  const { text: rules } = familyNamed(entry.family);
  const rows = tower.input.dims[0] ?? texts.length;
  const filled = [...texts, ...Array.from({ length: rows - texts.length }, () => '')];
  const { inputIds, attentionMask } = tokenizer.batch(filled, {
    length: tower.length,
    mask: rules?.mask ?? 'real',
  });
  const feeds = steadyFeeds(tower, rows);
  for (const input of tower.facts.inputs) {
    const dims = [rows, tower.length];
    if (input.name === tower.input.name) feeds[input.name] = integerTensor(input, dims, (i) => inputIds[i]!);
    else if (input.name === 'attention_mask')
      feeds[input.name] = integerTensor(input, dims, (i) => attentionMask[i]!);
  }
  const wanted = { value: tower.embedding.name, declared: true };
  const { session, output } = await openTower(pool, tower.source, wanted, onWarn);
  const result = (await session.run(feeds, { fetches: [output] }))[output]!;
  try {
    const pooling = rules?.tokens ?? 'mean';
    const { data, dims } = await toVectors(pool, result, pooling);
    const rank = result.dims.length as TowerOutline['rank'];
    return { data: data.subarray(0, texts.length * dims[1]!), rank, pooling };
  } finally {
    result.release();
  }
}
