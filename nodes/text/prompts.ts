import { defineNode, param, port, type TextItem } from '../sdk/index.ts';

const PLACE = '{}';

/** Lines with something in them, without the blanks around. */
function lines(texts: readonly string[]): string[] {
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** The templates that count; none means the prompt as it is. */
function usable(templates: readonly string[]): string[] {
  const kept = lines(templates);
  return kept.length === 0 ? [PLACE] : kept;
}

/** "cat, dog": one line whose parts between commas are words, not clauses. */
function looksLikeSeveral(line: string): boolean {
  const parts = line.split(/[,;，、；]/).map((part) => part.trim());
  return parts.length > 1 && parts.every((part) => part !== '' && part.split(/\s+/).length <= 2);
}

export default defineNode({
  title: 'Prompts',
  description:
    'Texts to search with or to label by, one a line. Templates put each into a sentence: "cat" with "a photo of a {}" becomes "a photo of a cat".',
  keywords: [
    'text',
    'sentence',
    'words',
    'labels',
    'classes',
    'category',
    'categories',
    'find',
    'template',
    'query',
    'input',
  ],
  inputs: {},
  params: {
    prompts: param.prompts({
      default: ['cat', 'dog'],
      help: 'What to look for or to tell apart, one a line.',
      required: true,
    }),
    templates: param.prompts({
      default: ['{}'],
      help: 'Sentences with {} where the prompt goes, one a line. Zero-shot averages all sentences of one prompt.',
      advanced: true,
    }),
  },
  outputs: {
    texts: port.texts({ help: 'Every prompt in every template; each text knows the prompt it stands for.' }),
  },
  infer: ({ params, report }) => {
    const templates = usable(params.templates);
    for (const template of templates)
      if (!template.includes(PLACE))
        report({
          code: 'prompts.template',
          message: `The template "${template}" has no {} to show where the prompt goes. Write it as "${template} {}", say.`,
          param: 'templates',
          expected: 'a text with {}',
          got: template,
        });
    return { texts: { type: 'texts', count: lines(params.prompts).length * templates.length } };
  },
  run: ({ params, ctx }) => {
    const prompts = lines(params.prompts);
    const [only] = prompts;
    if (prompts.length === 1 && only !== undefined && looksLikeSeveral(only))
      ctx.warn(`"${only.slice(0, 100)}" is one text. If these are several, write one a line.`);
    const items = prompts.flatMap((label) =>
      // A function as replacement: a prompt with `$&` in it is only a text.
      usable(params.templates).map(
        (template): TextItem => ({ kind: 'text', text: template.replaceAll(PLACE, () => label), label }),
      ),
    );
    return { texts: { kind: 'texts', items } };
  },
});
