import {
  defineMessages,
  defineNode,
  filledLines,
  inTemplates,
  param,
  port,
  templateProblems,
  usableTemplates,
} from '../sdk/index.ts';

const say = defineMessages({
  'prompts.one-line': {
    en: '"{text}" is one text. If you mean several texts, write one per line.',
    zh: '“{text}”是一段文本。如果想写多段，请每行写一段。',
  },
  'prompts.empty': {
    en: '{count} empty {count|text was|texts were} left out, so *Prompts* gives {kept} {kept|prompt|prompts}.',
    zh: '略去了 {count} 段空文本，因此 *提示词* 给出 {kept} 个提示词。',
  },
});

/** Whether one line looks like a list, such as "cat, dog": every part between commas has one or two words. */
function looksLikeSeveral(line: string): boolean {
  const parts = line.split(/[,;，、；]/).map((part) => part.trim());
  return parts.length > 1 && parts.every((part) => part !== '' && part.split(/\s+/).length <= 2);
}

export default defineNode({
  title: 'Prompts',
  description:
    'Texts to search for or to use as categories, one per line. Templates put each text into a sentence: "cat" with "a photo of a {}" becomes "a photo of a cat".',
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
      help: 'The texts to search for, or the categories, one per line.',
      required: true,
    }),
    templates: param.prompts({
      default: ['{}'],
      help: 'Sentences with {} in the place of the prompt, one per line. Zero-shot averages all sentences of one prompt.',
      advanced: true,
    }),
  },
  outputs: {
    texts: port.texts({
      help: 'Every prompt in every template. Each text also keeps its prompt as category.',
    }),
  },
  infer: ({ params, report }) => {
    for (const problem of templateProblems(params.templates)) report(problem);
    return {
      texts: {
        type: 'texts',
        count: filledLines(params.prompts).length * usableTemplates(params.templates).length,
      },
    };
  },
  run: ({ params, ctx }) => {
    const prompts = filledLines(params.prompts);
    const [only] = prompts;
    const count = params.prompts.length - prompts.length;
    if (count > 0) ctx.warn(say('prompts.empty', { count, kept: prompts.length }));
    if (prompts.length === 1 && only !== undefined && looksLikeSeveral(only))
      ctx.warn(say('prompts.one-line', { text: only.slice(0, 100) }));
    return { texts: { kind: 'texts', items: inTemplates(prompts, params.templates) } };
  },
  messages: say,
  translations: {
    zh: {
      title: '提示词',
      description:
        '用来搜索或作为类别的文本，每行一段。模板把每段文本放进句子：“cat”配上“a photo of a {}”得到“a photo of a cat”。',
      params: {
        prompts: { title: '提示词', help: '要搜索的文本或类别，每行一个。' },
        templates: {
          title: '模板',
          help: '用 {} 表示提示词位置的句子，每行一个。“零样本分类”会把同一提示词的所有句子取平均。',
        },
      },
      outputs: {
        texts: { title: '文本', help: '每个提示词套入每个模板。每段文本都以其提示词作为类别。' },
      },
    },
  },
});
