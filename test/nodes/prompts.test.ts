import { describe, expect, test } from 'vitest';
import { englishOf, type Said } from '../../nodes/sdk/index.ts';
import prompts from '../../nodes/text/prompts.ts';
import { runPure } from './run-pure.ts';

describe('prompts', () => {
  test('are put into every template and stay the label of each text', async () => {
    const { texts } = await runPure(
      prompts,
      {},
      { prompts: ['cat', ' red dog '], templates: ['a photo of a {}', '{}, the {}'] },
    );
    expect(texts.items).toEqual([
      { kind: 'text', text: 'a photo of a cat', label: 'cat' },
      { kind: 'text', text: 'cat, the cat', label: 'cat' },
      { kind: 'text', text: 'a photo of a red dog', label: 'red dog' },
      { kind: 'text', text: 'red dog, the red dog', label: 'red dog' },
    ]);
  });

  test('give no character a special meaning', async () => {
    const { texts } = await runPure(prompts, {}, { prompts: ['$& $1 {}'], templates: ['<{}>'] });
    expect(texts.items[0]?.text).toBe('<$& $1 {}>');
  });

  test('that are blank are ignored; without a template, the text is the prompt itself', async () => {
    const given = { prompts: ['', '  ', 'cat'], templates: [' '] };
    const { texts } = await runPure(prompts, {}, given, { warn: () => undefined });
    expect(texts.items.map(({ text }) => text)).toEqual(['cat']);
  });

  test.each([
    [['', '  ', 'cat'], '2 empty texts were left out, so *Prompts* gives 1 prompt.'],
    [['cat', '', 'dog'], '1 empty text was left out, so *Prompts* gives 2 prompts.'],
    [['cat', 'dog'], undefined],
  ])('%j: a warning counts the texts that were left out', async (given, expected) => {
    const warnings: string[] = [];
    await prompts.run({
      inputs: {},
      params: { prompts: given, templates: [] },
      ctx: { warn: (said: Said) => warnings.push(englishOf(said)) } as never,
    });
    expect(warnings).toEqual(expected === undefined ? [] : [expected]);
  });

  test.each([
    [['cat,dog'], true],
    [['red cat, big dog'], true],
    [['猫、狗'], true],
    [['a cat, sitting on a mat'], false],
    [['cat, dog', 'bird'], false],
    [['cat'], false],
  ])('%j: whether one line may be meant as several', async (given, doubtful) => {
    const warnings: string[] = [];
    await prompts.run({
      inputs: {},
      params: { prompts: given, templates: [] },
      ctx: { warn: (said: Said) => warnings.push(englishOf(said)) } as never,
    });
    expect(warnings).toEqual(
      doubtful ? [`"${given[0]}" is one text. If you mean several texts, write one per line.`] : [],
    );
  });

  test('a problem names a template without a place for the prompt', () => {
    const problems: string[] = [];
    prompts.infer?.({
      params: { prompts: ['cat'], templates: ['a photo'] },
      inputs: {},
      models: { describe: () => undefined, ids: () => [] },
      report: ({ message }) => problems.push(message),
    });
    expect(problems).toEqual([
      'The template "a photo" has no {}, so it has no place for the prompt. Write for example "a photo {}".',
    ]);
  });
});
