import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TextTokenizer } from '../../../server/runtime/encoders/text-tokenizer.ts';
import { describeOracles } from './oracle-cases.ts';

for (const family of ['clip', 'siglip']) {
  describeOracles(family, (root) => {
    const json = (name: string) => JSON.parse(readFileSync(`${root.path}${family}/${name}.json`, 'utf8'));
    const open = (config = json('tokenizer_config')) =>
      new TextTokenizer({ tokenizer: json('tokenizer'), config });

    it('gives the published ids for every text', () => {
      const tokenizer = open();
      const pairs: [string, number[]][] = json('tokens');
      expect(pairs.length).toBeGreaterThan(50);
      for (const [text, ids] of pairs) expect(tokenizer.ids(text), JSON.stringify(text)).toEqual(ids);
    });

    it('a cut text keeps its special tokens and loses its end', () => {
      const tokenizer = open();
      const pairs: [string, number[]][] = json('tokens');
      const [text, ids] = pairs.reduce((longest, pair) =>
        pair[1].length > longest[1].length ? pair : longest,
      );
      const cut = tokenizer.cut(text, 10);
      expect(cut).toEqual([...ids.slice(0, 9), ids.at(-1)]);
      expect(tokenizer.cut('', 10)).toEqual(tokenizer.ids(''));
    });

    it('the mask says which ids are real, unless the model attends to all', () => {
      const tokenizer = open();
      const { length } = tokenizer.ids('a photo');
      const shape = { length: length + 3, mask: 'real' } as const;
      const { inputIds, attentionMask } = tokenizer.batch(['a photo'], shape);
      expect([...attentionMask].map(Number)).toEqual([...Array(length).fill(1), 0, 0, 0]);
      expect(inputIds.length).toBe(length + 3);
      const all = tokenizer.batch(['a photo'], { ...shape, mask: 'ones' });
      expect([...all.attentionMask].every((bit) => bit === 1n)).toBe(true);
    });

    it('the pad id is the default of the tokenizer’s class where no file names one', () => {
      const { pad_token: named, ...config } = json('tokenizer_config');
      const [all, without] = [open(), open(config)].map(
        (tokenizer) => tokenizer.batch(['a'], { length: 9, mask: 'real' }).inputIds,
      );
      expect(named).toBeDefined();
      expect(without).toEqual(all);
    });

    it('the pad id comes from the config, else from tokenizer.json, else from the model', () => {
      const { pad_token: _, tokenizer_class: __, ...config } = json('tokenizer_config');
      const tokenizer = json('tokenizer');
      const padOf = (tokenizer: object, padTokenId?: number) => {
        const { inputIds } = new TextTokenizer({ tokenizer, config, padTokenId }).batch([''], {
          length: 40,
          mask: 'real',
        });
        return Number(inputIds.at(-1));
      };
      expect(padOf({ ...tokenizer, padding: { pad_id: 2 } }, 7)).toBe(2);
      expect(padOf(tokenizer, 7)).toBe(7);
      expect(padOf(tokenizer)).toBe(0);
    });
  });
}

describeOracles('siglip2', (root) => {
  const json = (name: string) => JSON.parse(readFileSync(`${root.path}siglip2/${name}.json`, 'utf8'));
  const { padding_side: _, ...unsaid } = json('tokenizer_config');
  const rows = (changes: object, parts: object = {}) => {
    const tokenizer = new TextTokenizer({
      tokenizer: { ...json('tokenizer'), ...parts },
      config: { ...unsaid, ...changes },
    });
    const row = (text: string, length: number) =>
      Array.from(tokenizer.batch([text], { length, mask: 'ones' }).inputIds, Number);
    return [row('a cat', 8), row('a cat and a dog on a mat in the house', 6)];
  };
  // Transformers 5.18, AutoTokenizer on this folder, padding="max_length", truncation=True.
  const ids = [287, 405, 287, 305, 1];
  const begin = [287, 405, 287, 305, 381, 1];
  const end = [382, 392, 300, 457, 291, 1];
  const [left, right] = [
    [0, 0, 0, ...ids],
    [...ids, 0, 0, 0],
  ];

  it('a side that no file names is the default of the tokenizer’s class', () => {
    expect(rows({})).toEqual([left, begin]);
    expect(rows({ tokenizer_class: 'Siglip2Tokenizer' })).toEqual([left, begin]);
    expect(rows({ tokenizer_class: 'GemmaTokenizerFast' })).toEqual([left, begin]);
    expect(rows({ tokenizer_class: 'PreTrainedTokenizerFast' })).toEqual([right, begin]);
  });

  it('a side comes from the config, else from tokenizer.json', () => {
    const padding = { pad_id: 0, direction: 'Left' };
    expect(rows({ padding_side: 'right' })).toEqual([right, begin]);
    expect(rows({}, { padding: { ...padding, direction: 'Right' } })).toEqual([right, begin]);
    expect(rows({ tokenizer_class: 'PreTrainedTokenizerFast' }, { padding })).toEqual([left, begin]);
    expect(rows({ padding_side: 'right' }, { padding })).toEqual([right, begin]);
  });

  it('a text loses its start where a file says so', () => {
    expect(rows({ truncation_side: 'left' })).toEqual([left, end]);
    const truncation = { direction: 'Left', max_length: 64, strategy: 'LongestFirst', stride: 0 };
    expect(rows({}, { truncation })).toEqual([left, end]);
    expect(rows({ truncation_side: 'right' }, { truncation })).toEqual([left, begin]);
  });
});

it('files that are not a tokenizer throw in the constructor, not on use', () => {
  expect(() => new TextTokenizer({ tokenizer: {}, config: {} })).toThrow();
  expect(() => new TextTokenizer({ tokenizer: { model: { type: 'BPE' } }, config: {} })).toThrow();
});
