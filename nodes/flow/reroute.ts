import { defineNode, knownOf, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Reroute',
  description: 'A point on a wire that keeps the canvas tidy. It passes its value on unchanged.',
  keywords: ['wire', 'pass', 'point', 'bend', 'dot', 'tidy', 'junction'],
  inputs: { value: port.any({ help: 'Any value.', variable: 'value' }) },
  params: {},
  outputs: { value: port.any({ help: 'The same value.', variable: 'value' }) },
  infer: ({ inputs }) => ({ value: knownOf(inputs, 'value') }),
  run: ({ inputs: { value } }) => ({ value }),
  translations: {
    zh: {
      title: '转接点',
      description: '连线上的一个点，让画布保持整洁。值原样通过。',
      inputs: {
        value: { title: '值', help: '任意值。' },
      },
      outputs: {
        value: { title: '值', help: '同一个值。' },
      },
    },
  },
});
