import type { ReportedProblem } from './infer.ts';
import { defineMessages } from './messages.ts';
import type { TextItem } from './values.ts';

const PLACE = '{}';

const say = defineMessages({
  'prompts.template': {
    en: 'The template "{template}" has no {place}, so it has no place for the prompt. Write for example "{example}".',
    zh: '模板“{template}”中没有 {place}，不知道提示词放在哪里。例如可写成“{example}”。',
  },
});

/** Templates of messages about sentences with a place for a prompt. */
export const PROMPT_TEMPLATES = say.templates;

/** Lines that are not empty, without spaces around them. */
export function filledLines(texts: readonly string[]): string[] {
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** The templates to use. If there are none, the prompt itself is the text. */
export function usableTemplates(templates: readonly string[]): string[] {
  const kept = filledLines(templates);
  return kept.length === 0 ? [PLACE] : kept;
}

/** A problem for each template without a place for the prompt. */
export function templateProblems(templates: readonly string[]): ReportedProblem[] {
  return usableTemplates(templates)
    .filter((template) => !template.includes(PLACE))
    .map((template) => ({
      ...say('prompts.template', { template, place: PLACE, example: `${template} ${PLACE}` }),
      param: 'templates',
      expected: 'a text with {}',
      got: template,
    }));
}

/** Every prompt in every template. Each text keeps its prompt as category. */
export function inTemplates(prompts: readonly string[], templates: readonly string[]): TextItem[] {
  return prompts.flatMap((label) =>
    // A function, because in a replacement text, `replaceAll` would give `$&` a special meaning.
    usableTemplates(templates).map(
      (template): TextItem => ({ kind: 'text', text: template.replaceAll(PLACE, () => label), label }),
    ),
  );
}
