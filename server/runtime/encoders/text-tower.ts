import { PatchbayError } from '../../../nodes/sdk/index.ts';
import { familyNamed } from '../models/families.ts';
import type { ModelEntry, TextTower } from '../models/model-entry.ts';
import { readJson } from '../models/model-folder.ts';
import type { SessionPool } from '../ort/session-pool.ts';
import { toVectors } from './conversions.ts';
import { TextTokenizer } from './text-tokenizer.ts';
import { integerTensor, openTower, otherFeeds } from './tower-session.ts';

/** Tokenizers hold their vocabulary; a few rest, by the hash of the files they came from. */
const KEPT_TOKENIZERS = 4;
const tokenizers = new Map<string, Promise<TextTokenizer>>();

/** The tokenizer of a model. @throws PatchbayError `model.invalid` when its files make none. */
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
    throw new PatchbayError(
      {
        code: 'model.invalid',
        message: `The tokenizer of ${id} cannot be used: tokenizer.json is damaged or of a kind that is not known. Fetch or export it again.`,
      },
      { cause },
    );
  }
}

/** The text tower of a model. @throws PatchbayError `encoder.no-text-tower` when it reads none. */
export function textTowerOf({ id, text, lacks }: ModelEntry): TextTower {
  if (text) return text;
  throw new PatchbayError({
    code: 'encoder.no-text-tower',
    message: lacks?.text
      ? `The model ${id} cannot read text: ${lacks.text}.`
      : `The model ${id} reads no text: choose one with a text tower, such as a CLIP or SigLIP model.`,
  });
}

/** Characters of a text shown in a sentence. */
const SHOWN = 60;

/** A sentence about texts that are longer than the model reads, or undefined where all fit. */
export async function cutTexts(entry: ModelEntry, texts: readonly string[]): Promise<string | undefined> {
  const { length } = textTowerOf(entry);
  // A token is a byte at the least, so short texts need no counting; four are for the special tokens.
  const candidates = texts.filter((text) => Buffer.byteLength(text) > length - 4);
  if (candidates.length === 0) return undefined;
  const tokenizer = await tokenizerOf(entry);
  const cut = candidates.filter((text) => tokenizer.ids(text).length > length);
  const [first] = cut;
  if (first === undefined) return undefined;
  const shown = first.length > SHOWN ? `${first.slice(0, SHOWN).trimEnd()}…` : first;
  return `${cut.length === 1 ? 'A text is' : `${cut.length} texts are`} longer than the ${length} tokens that ${entry.title} reads, and the end is not read: "${shown}"${cut.length === 1 ? '.' : ' is the first.'}`;
}

/** B x D vectors of a batch of texts on the host, row-major. */
export async function encodeTextBatch(
  pool: SessionPool,
  entry: ModelEntry,
  texts: readonly string[],
  onWarn?: (message: string) => void,
): Promise<Float32Array> {
  const tower = textTowerOf(entry);
  const tokenizer = await tokenizerOf(entry);
  const { text: rules } = familyNamed(entry.family);
  const rows = tower.input.dims[0] ?? texts.length;
  const filled = [...texts, ...Array.from({ length: rows - texts.length }, () => '')];
  const { inputIds, attentionMask } = tokenizer.batch(filled, {
    length: tower.length,
    mask: rules?.mask ?? 'real',
  });
  const feeds = otherFeeds(tower);
  for (const input of tower.facts.inputs) {
    const dims = [rows, tower.length];
    if (input.name === tower.input.name) feeds[input.name] = integerTensor(input, dims, (i) => inputIds[i]!);
    else if (input.name === 'attention_mask')
      feeds[input.name] = integerTensor(input, dims, (i) => attentionMask[i]!);
    else if (input.name === 'position_ids')
      feeds[input.name] = integerTensor(input, dims, (i) => i % tower.length);
    else if (input.name === 'token_type_ids') feeds[input.name] = integerTensor(input, dims, () => 0);
  }
  const wanted = { value: tower.embedding.name, declared: true };
  const { session, output } = await openTower(pool, tower.source, wanted, onWarn);
  const result = (await session.run(feeds, { fetches: [output] }))[output]!;
  try {
    const { data, dims } = await toVectors(pool, result, rules?.tokens ?? 'mean');
    return data.subarray(0, texts.length * dims[1]!);
  } finally {
    result.release();
  }
}
