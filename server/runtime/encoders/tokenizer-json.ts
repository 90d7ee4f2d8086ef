type Part = Readonly<Record<string, unknown>>;

/** The pattern with which a ByteLevel pre-tokenizer splits text: the one of GPT-2, as in the Rust library. */
const GPT2_WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const replace = (pattern: object, content: string): Part => ({ type: 'Replace', pattern, content });
/** JavaScript lowers a Σ at the end of a word to ς, Rust always to σ. Replacing it first makes both agree. */
const SIGMA = replace({ String: 'Σ' }, 'σ');
/** The characters that the Nmt normaliser removes, and those that it replaces by a space. */
const NMT = [
  replace({ Regex: String.raw`[\x{1}-\x{8}\x{b}\x{e}-\x{1f}\x{7f}\x{8f}\x{9f}]` }, ''),
  replace(
    { Regex: String.raw`[\t\n\f\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]` },
    ' ',
  ),
];

/**
 * Rewrites a `tokenizer.json` so that the JavaScript library gives the same results as the Rust library. Rust has its
 * own definition of white space (U+0085 counts, U+FEFF does not) and lowers each letter separately.
 */
export function asRustReadsIt(tokenizer: object): object {
  const { normalizer, pre_tokenizer: cutter } = tokenizer as Part;
  return {
    ...tokenizer,
    ...(isPart(normalizer) && { normalizer: rewritten(normalizer, 'normalizers', normalizing) }),
    ...(isPart(cutter) && { pre_tokenizer: rewritten(cutter, 'pretokenizers', cutting) }),
  };
}

/** Lowers letters one by one, like Lowercase in the Rust library. */
export const lowered = (text: string): string => text.replaceAll('Σ', 'σ').toLowerCase();

function rewritten(part: Part, list: string, by: (part: Part) => readonly Part[]): Part {
  const flat = (one: Part): readonly Part[] => {
    const inside = one[list];
    return one.type === 'Sequence' && Array.isArray(inside) ? inside.filter(isPart).flatMap(flat) : by(one);
  };
  const parts = flat(part);
  return parts.length === 1 ? parts[0]! : { type: 'Sequence', [list]: parts };
}

function normalizing(part: Part): readonly Part[] {
  switch (part.type) {
    case 'Lowercase':
      return [SIGMA, part];
    case 'BertNormalizer':
      return part.lowercase === false ? [part] : [SIGMA, part];
    case 'Strip':
      return [
        ...(part.strip_left === false ? [] : [replace({ Regex: String.raw`\A\s+` }, '')]),
        ...(part.strip_right === false ? [] : [replace({ Regex: String.raw`\s+\z` }, '')]),
      ];
    case 'Nmt':
      return NMT;
    default:
      return [part];
  }
}

function cutting(part: Part): readonly Part[] {
  const cut = (regex: string, behavior: string, invert: boolean): Part => ({
    type: 'Split',
    pattern: { Regex: regex },
    behavior,
    invert,
  });
  if (part.type === 'WhitespaceSplit') return [cut(String.raw`\s+`, 'Removed', false)];
  const byItself = part.type === 'ByteLevel' && part.use_regex !== false && part.add_prefix_space !== true;
  return byItself ? [cut(GPT2_WORDS, 'Isolated', false), { ...part, use_regex: false }] : [part];
}

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
