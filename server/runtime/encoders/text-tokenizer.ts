import { Tokenizer } from '@huggingface/tokenizers';
import { asRustReadsIt, lowered } from './tokenizer-json.ts';

/** The form of the id rows that a text model needs. */
export interface TextShape {
  /** Ids per row. A longer text is cut at its end, but keeps its special tokens. */
  readonly length: number;
  /** `real`: 1 for tokens and 0 for padding. `ones`: 1 everywhere, for models trained to attend to padding. */
  readonly mask: 'real' | 'ones';
}

/** B rows of ids and their mask, row-major, B x length. */
export interface TokenizedTexts {
  readonly inputIds: BigInt64Array;
  readonly attentionMask: BigInt64Array;
}

/** The JSON files of a tokenizer. Any key may be missing. */
export interface TokenizerFiles {
  readonly tokenizer: object;
  readonly config: Readonly<Record<string, unknown>>;
  /** `text_config.pad_token_id` of the model, used if the tokenizer names no pad token. */
  readonly padTokenId?: number;
  /** Tokenizer classes of models that know only lower-case texts, although tokenizer.json does not say so. */
  readonly lowercase?: RegExp;
}

/** Turns texts into the ids that Transformers' fast tokenizers give. The library reads `tokenizer.json`; this class pads and cuts. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #padId: number;
  readonly #lowercase: boolean;
  readonly #padsLeft: boolean;
  readonly #cutsLeft: boolean;

  /** @throws the errors of the library for damaged files, without the name of the model */
  constructor(files: TokenizerFiles) {
    this.#tokenizer = new Tokenizer(asRustReadsIt(files.tokenizer), files.config);
    this.#padId = padId(this.#tokenizer, files);
    const { tokenizer_class: name, do_lower_case: lower } = files.config;
    this.#lowercase = lower === true || (typeof name === 'string' && files.lowercase?.test(name) === true);
    const leftByClass = typeof name === 'string' && PADS_LEFT.test(name);
    this.#padsLeft = isLeft(files, 'padding') ?? leftByClass;
    this.#cutsLeft = isLeft(files, 'truncation') ?? false;
    // Fail here on a broken vocabulary, and not in the middle of a run.
    this.ids('a');
  }

  /** The ids of one text with its special tokens, not cut and not padded. */
  ids(text: string): number[] {
    return this.#tokenizer.encode(this.#cased(text)).ids;
  }

  #cased(text: string): string {
    return this.#lowercase ? lowered(text) : text;
  }

  /** The ids cut to `length` as in Transformers: the text loses its end, or its start where the tokenizer says so; the special tokens stay. */
  cut(text: string, length: number): number[] {
    const full = this.ids(text);
    if (full.length <= length) return full;
    const bare = this.#tokenizer.encode(this.#cased(text), { add_special_tokens: false }).ids;
    const special = full.length - bare.length;
    const before = prefixLength(full, bare);
    const count = Math.max(0, length - special);
    const kept = this.#cutsLeft ? bare.slice(bare.length - count) : bare.slice(0, count);
    return [...full.slice(0, before), ...kept, ...full.slice(before + bare.length)].slice(0, length);
  }

  /** How rows that are too short are filled. */
  get padding(): { readonly id: number; readonly left: boolean } {
    return { id: this.#padId, left: this.#padsLeft };
  }

  /** A batch for the model's `input_ids` and `attention_mask`. */
  batch(texts: readonly string[], shape: TextShape): TokenizedTexts {
    const { length } = shape;
    const inputIds = new BigInt64Array(texts.length * length).fill(BigInt(this.#padId));
    const attentionMask = new BigInt64Array(texts.length * length).fill(shape.mask === 'ones' ? 1n : 0n);
    texts.forEach((text, row) => {
      const ids = this.cut(text, length);
      const first = row * length + (this.#padsLeft ? length - ids.length : 0);
      ids.forEach((id, column) => {
        inputIds[first + column] = BigInt(id);
        attentionMask[first + column] = 1n;
      });
    });
    return { inputIds, attentionMask };
  }
}

/** The position at which `full` contains `bare`. */
function prefixLength(full: readonly number[], bare: readonly number[]): number {
  for (let start = 0; start + bare.length <= full.length; start++) {
    if (bare.every((id, i) => full[start + i] === id)) return start;
  }
  return 0;
}

/** Classes of Transformers 5.18 that fill rows at the left where no file says otherwise; all others fill them at the right. */
const PADS_LEFT = /^(Gemma|Siglip2|Llama|CodeLlama|Cohere|XLNet)Tokenizer(Fast)?$/;

/** Whether `tokenizer_config.json`, else `tokenizer.json`, names the left side; undefined where neither names a side. */
function isLeft({ tokenizer, config }: TokenizerFiles, what: 'padding' | 'truncation'): boolean | undefined {
  const part = (tokenizer as Readonly<Record<string, { direction?: unknown } | null | undefined>>)[what];
  const side = String(config[`${what}_side`] ?? part?.direction).toLowerCase();
  return side === 'left' || side === 'right' ? side === 'left' : undefined;
}

/** The default pad tokens of Transformers' tokenizers. */
const USUAL_PADS = [
  [/^CLIPTokenizer/, '<|endoftext|>'],
  [/^SiglipTokenizer/, '</s>'],
  [/^(Siglip2|Gemma|T5|XLMRoberta)Tokenizer/, '<pad>'],
  [/^BertTokenizer/, '[PAD]'],
] as const;

/**
 * The id that fills rows. `tokenizer_config.json` counts first, then `tokenizer.json`, then the default of the tokenizer's class,
 * then the model's config.
 */
function padId(tokenizer: Tokenizer, { tokenizer: json, config, padTokenId }: TokenizerFiles): number {
  const named = config.pad_token;
  const content =
    typeof named === 'object' && named !== null ? (named as { content?: unknown }).content : named;
  const id = typeof content === 'string' ? tokenizer.token_to_id(content) : undefined;
  if (id !== undefined) return id;
  const padding = (json as { padding?: { pad_id?: unknown } | null }).padding?.pad_id;
  if (typeof padding === 'number') return padding;
  const [, usual] = USUAL_PADS.find(([name]) => name.test(String(config.tokenizer_class))) ?? [];
  return (usual === undefined ? undefined : tokenizer.token_to_id(usual)) ?? padTokenId ?? 0;
}
