import { defineNode, knownOf, PatchbayError, param, port } from '../sdk/index.ts';

const unwired = (choice: string) => ({
  code: 'input.missing',
  message: `Switch is set to ${choice.toUpperCase()}, but nothing is connected there. Connect it, or choose the other one.`,
  port: choice,
});

export default defineNode({
  title: 'Switch',
  description:
    'Passes one of two inputs on. What leads only to the other one does not run, so that two ways of working can be kept side by side.',
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
    choice: param.choice({ default: 'a', choices: { a: 'A', b: 'B' }, help: 'Which input to pass on.' }),
  },
  outputs: { value: port.any({ help: 'The input chosen.', variable: 'value' }) },
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
});
