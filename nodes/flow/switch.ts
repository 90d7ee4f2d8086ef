import {
  defineMessages,
  defineNode,
  knownOf,
  PatchbayError,
  param,
  port,
  type ReportedProblem,
} from '../sdk/index.ts';

const say = defineMessages({
  'switch.input-missing': {
    en: '*Switch* is set to {choice}, but nothing is connected there. Connect something, or choose the other input.',
    zh: '*切换* 设为 {choice}，但那里没有连接。请连接它，或选择另一个输入。',
  },
});

const unwired = (choice: string): ReportedProblem => ({
  ...say('switch.input-missing', { choice: choice.toUpperCase() }),
  port: choice,
});

export default defineNode({
  title: 'Switch',
  description:
    'Passes on one of two inputs. Nodes that lead only to the other input do not run, so you can keep two variants side by side.',
  keywords: ['if', 'choose', 'branch', 'either', 'toggle', 'compare', 'select', 'flow'],
  inputs: {
    a: port.any({
      help: 'Passed on while A is chosen.',
      title: 'A',
      required: false,
      lazy: true,
      variable: 'value',
    }),
    b: port.any({
      help: 'Passed on while B is chosen.',
      title: 'B',
      required: false,
      lazy: true,
      variable: 'value',
    }),
  },
  params: {
    choice: param.choice({ default: 'a', choices: { a: 'A', b: 'B' }, help: 'The input to pass on.' }),
  },
  outputs: { value: port.any({ help: 'The chosen input.', variable: 'value' }) },
  needs: ({ choice }) => [choice],
  infer: ({ params: { choice }, inputs, report }) => {
    if ((inputs[choice] ?? []).length === 0) report(unwired(choice));
    return { value: knownOf(inputs, choice) };
  },
  run: ({ inputs, params: { choice } }) => {
    const value = inputs[choice];
    if (value === undefined) throw new PatchbayError(unwired(choice));
    return { value };
  },
  messages: say,
  translations: {
    zh: {
      title: '切换',
      description: '传递两个输入中的一个。只通向另一个输入的节点不会运行，因此可以同时保留两种做法。',
      inputs: {
        a: { title: 'A', help: '选择 A 时传递。' },
        b: { title: 'B', help: '选择 B 时传递。' },
      },
      params: {
        choice: { title: '选择', help: '要传递的输入。', choices: { a: 'A', b: 'B' } },
      },
      outputs: {
        value: { title: '值', help: '所选的输入。' },
      },
    },
  },
});
