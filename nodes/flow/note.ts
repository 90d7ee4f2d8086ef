import { defineNode, param } from '../sdk/index.ts';

export default defineNode({
  title: 'Note',
  description: 'A text on the canvas that explains a part of the workflow. It does nothing in a run.',
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
  translations: {
    zh: {
      title: '便签',
      description: '画布上的一段文本，解释工作流的某一部分。运行时不做任何事。',
      params: {
        text: { title: '文本', help: '便签的文本。', placeholder: '这里做了什么？' },
      },
    },
  },
});
