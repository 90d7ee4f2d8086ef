import { describe, expect, test } from 'vitest';
import prompts from '../../nodes/text/prompts.ts';
import { runPure } from './run-pure.ts';

describe('prompts', () => {
  test('are put into every template and keep the word they stand for', async () => {
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

  test('are only texts: nothing in them is a pattern', async () => {
    const { texts } = await runPure(prompts, {}, { prompts: ['$& $1 {}'], templates: ['<{}>'] });
    expect(texts.items[0]?.text).toBe('<$& $1 {}>');
  });

  test('that are blank are no prompts, and no template is the prompt itself', async () => {
    const { texts } = await runPure(prompts, {}, { prompts: ['', '  ', 'cat'], templates: [' '] });
    expect(texts.items.map(({ text }) => text)).toEqual(['cat']);
  });

  test('a template without a place for the prompt is a problem that names it', () => {
    const problems: string[] = [];
    prompts.infer?.({
      params: { prompts: ['cat'], templates: ['a photo'] },
      inputs: {},
      models: { describe: () => undefined, ids: () => [] },
      report: ({ message }) => problems.push(message),
    });
    expect(problems).toEqual([
      'The template "a photo" has no {} to show where the prompt goes. Write it as "a photo {}", say.',
    ]);
  });
});
