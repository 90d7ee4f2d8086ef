import { Tokenizer } from '@huggingface/tokenizers';
import { asRustReadsIt, lowered } from './tokenizer-json.ts';

/** How a family's text model wants its rows filled up. */
export interface TextShape {
  /** Every row has this many ids: longer texts are cut, keeping the special tokens around them. */
  readonly length: number;
  /** `real`: 1 for tokens and 0 for padding. `ones`: 1 everywhere, for models trained to attend to padding. */
  readonly mask: 'real' | 'ones';
}

/** B rows of ids and their mask, row-major, B x length. */
export interface TokenizedTexts {
  readonly inputIds: BigInt64Array;
  readonly attentionMask: BigInt64Array;
}

/** What is read from the JSON files of a tokenizer; everything may be missing. */
export interface TokenizerFiles {
  readonly tokenizer: object;
  readonly config: Readonly<Record<string, unknown>>;
  /** `text_config.pad_token_id` of the model, where the tokenizer names no pad token. */
  readonly padTokenId?: number;
  /** Tokenizer classes whose models know lower-case texts only, though tokenizer.json does not say so. */
  readonly lowercase?: RegExp;
}

/** Texts to ids, equal to Transformers' fast tokenizers: `tokenizer.json` decides, padding and cutting are ours. */
export class TextTokenizer {
  readonly #tokenizer: Tokenizer;
  readonly #padId: number;
  readonly #lowercase: boolean;
  readonly #padsLeft: boolean;

  /** @throws whatever the files make the library throw; the caller says which model it was. */
  constructor(files: TokenizerFiles) {
    this.#tokenizer = new Tokenizer(asRustReadsIt(files.tokenizer), files.config);
    this.#padId = padId(this.#tokenizer, files);
    const { tokenizer_class: name, do_lower_case: lower, padding_side: side } = files.config;
    this.#lowercase = lower === true || (typeof name === 'string' && files.lowercase?.test(name) === true);
    this.#padsLeft = side === 'left';
    // A vocabulary that cannot encode is found here and not in the middle of a run.
    this.ids('a');
  }

  /** Ids of one text with its special tokens, neither cut nor padded. */
  ids(text: string): number[] {
    return this.#tokenizer.encode(this.#cased(text)).ids;
  }

  #cased(text: string): string {
    return this.#lowercase ? lowered(text) : text;
  }

  /** Ids cut to `length` as Transformers does: the text loses its end, special tokens stay. */
  cut(text: string, length: number): number[] {
    const full = this.ids(text);
    if (full.length <= length) return full;
    const bare = this.#tokenizer.encode(this.#cased(text), { add_special_tokens: false }).ids;
    const special = full.length - bare.length;
    const before = prefixLength(full, bare);
    const kept = bare.slice(0, Math.max(0, length - special));
    return [...full.slice(0, before), ...kept, ...full.slice(before + bare.length)].slice(0, length);
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

/** Where `bare` begins inside `full`. */
function prefixLength(full: readonly number[], bare: readonly number[]): number {
  for (let start = 0; start + bare.length <= full.length; start++) {
    if (bare.every((id, i) => full[start + i] === id)) return start;
  }
  return 0;
}

/** What Transformers' tokenizers pad with where no file names it. */
const USUAL_PADS = [
  [/^CLIPTokenizer/, '<|endoftext|>'],
  [/^SiglipTokenizer/, '</s>'],
  [/^(Siglip2|Gemma|T5|XLMRoberta)Tokenizer/, '<pad>'],
  [/^BertTokenizer/, '[PAD]'],
] as const;

/**
 * The id rows are filled up with: what `tokenizer_config.json` names, then `tokenizer.json`, then what its class is known for,
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
