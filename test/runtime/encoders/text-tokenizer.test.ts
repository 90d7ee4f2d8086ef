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

it('files that are not a tokenizer throw in the constructor, not on use', () => {
  expect(() => new TextTokenizer({ tokenizer: {}, config: {} })).toThrow();
  expect(() => new TextTokenizer({ tokenizer: { model: { type: 'BPE' } }, config: {} })).toThrow();
});
