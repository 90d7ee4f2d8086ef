type Part = Readonly<Record<string, unknown>>;

/** What the pieces of a text are cut by where a ByteLevel is told to cut by itself: GPT-2's, as the Rust library has it. */
const GPT2_WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

const replace = (pattern: object, content: string): Part => ({ type: 'Replace', pattern, content });
/** JavaScript lowers a Σ by where it stands in its word, Rust never does. Lowered before, it is left alone. */
const SIGMA = replace({ String: 'Σ' }, 'σ');
/** What the normaliser of neural machine translation takes away, and what it takes for a space. */
const NMT = [
  replace({ Regex: String.raw`[\x{1}-\x{8}\x{b}\x{e}-\x{1f}\x{7f}\x{8f}\x{9f}]` }, ''),
  replace(
    { Regex: String.raw`[\t\n\f\r\x{1680}\x{200b}-\x{200f}\x{2028}\x{2029}\x{2581}\x{feff}\x{fffd}]` },
    ' ',
  ),
];

/**
 * A `tokenizer.json` in words that the JavaScript library understands as the Rust library does: there white space is Unicode's
 * (U+0085 is one, U+FEFF is none), and every letter is lowered by itself.
 */
export function asRustReadsIt(tokenizer: object): object {
  const { normalizer, pre_tokenizer: cutter } = tokenizer as Part;
  return {
    ...tokenizer,
    ...(isPart(normalizer) && { normalizer: rewritten(normalizer, 'normalizers', normalizing) }),
    ...(isPart(cutter) && { pre_tokenizer: rewritten(cutter, 'pretokenizers', cutting) }),
  };
}

/** Letters lowered one by one, as the Rust library's Lowercase does. */
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
