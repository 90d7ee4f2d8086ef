import { defineNode, knownOf, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Reroute',
  description: 'A point that a wire passes through unchanged, to keep the canvas tidy.',
  keywords: ['wire', 'pass', 'point', 'bend', 'dot', 'tidy', 'junction'],
  inputs: { value: port.any({ help: 'Anything.', variable: 'value' }) },
  params: {},
  outputs: { value: port.any({ help: 'The same, unchanged.', variable: 'value' }) },
  infer: ({ inputs }) => ({ value: knownOf(inputs, 'value') }),
  run: ({ inputs: { value } }) => ({ value }),
});
