import { defineNode, param } from '../sdk/index.ts';

export default defineNode({
  title: 'Note',
  description: 'A text on the canvas, to say what a part of the workflow is for. It does nothing when run.',
  keywords: ['comment', 'text', 'remark', 'documentation', 'explain', 'annotation'],
  inputs: {},
  params: {
    text: param.text({
      default: '',
      widget: 'textarea',
      help: 'The text of the note.',
      placeholder: 'What happens here?',
    }),
  },
  outputs: {},
  run: () => ({}),
});
