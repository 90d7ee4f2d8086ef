import { describe, expect, it } from 'vitest';
import { TextTokenizer } from '../../../server/runtime/encoders/text-tokenizer.ts';

/**
 * A BPE without merges: each letter is a token, and `_` marks the end of a piece. Expected ids are those of the Rust
 * library.
 */
function lettersOf(normalizer: object | null, cutter: object | null, letters: string): TextTokenizer {
  const pieces = ['?', ...[...letters].flatMap((letter) => [letter, `${letter}_`])];
  const model = {
    type: 'BPE',
    unk_token: '?',
    continuing_subword_prefix: '',
    end_of_word_suffix: '_',
    vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    merges: [],
  };
  const parts = { normalizer, pre_tokenizer: cutter, post_processor: null, decoder: null };
  return new TextTokenizer({ tokenizer: { version: '1.0', added_tokens: [], ...parts, model }, config: {} });
}

const words = { type: 'WhitespaceSplit' };
const strip = { type: 'Sequence', normalizers: [{ type: 'Strip', strip_left: true, strip_right: true }] };
const bytes = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
const bert = { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true };

describe('a tokenizer gives the ids of the Rust library where JavaScript differs:', () => {
  it.each<[string, object | null, object | null, string, string, number[]]>([
    ['a sigma at the end of a word is lowered like any', { type: 'Lowercase' }, words, 'ασςi', 'ΑΣ', [1, 4]],
    ['a final sigma that is given stays', { type: 'Lowercase' }, words, 'ασςi', 'ΣΑΣ ς', [3, 1, 4, 6]],
    ['BERT lowers a sigma so too', bert, words, 'ασς', 'ΑΣ', [1, 4]],
    ['a byte order mark is not stripped', strip, null, 'a\ufeff\u0085', '\ufeffa\ufeff', [3, 1, 4]],
    ['U+0085 is stripped', strip, null, 'a\ufeff\u0085', '\u0085a\u0085', [2]],
    ['a byte order mark parts no words', null, words, 'ab\ufeff\u0085', 'a\ufeffb', [1, 5, 4]],
    ['U+0085 parts words', null, words, 'ab\ufeff\u0085', 'a\u0085b', [2, 4]],
    ['a byte order mark is of the signs before it', null, bytes, '<ï»¿', '<\ufeff', [1, 3, 5, 8]],
  ])('%s', (_rule, normalizer, cutter, letters, text, ids) => {
    expect(lettersOf(normalizer, cutter, letters).ids(text)).toEqual(ids);
  });

  it('the Nmt normaliser is supported', () => {
    const nmt = lettersOf({ type: 'Nmt' }, words, 'ab');
    expect(nmt.ids('a\u0001\u200bb\u2581')).toEqual([2, 4]);
  });
});
