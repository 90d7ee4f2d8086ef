import { defineNode, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load image',
  description:
    'One picture from a file. Use it as the query of a search, or to try a workflow on a single picture.',
  keywords: ['open', 'picture', 'photo', 'file', 'query', 'input', 'jpeg', 'png'],
  inputs: {},
  params: {
    path: param.image({
      help: 'The picture file. A relative path starts at the folder of the workflow.',
      title: 'Picture',
      placeholder: 'cat.jpg',
      required: true,
    }),
  },
  outputs: { images: port.images({ help: 'The picture, as a list of one.', title: 'Image' }) },
  resource: 'io',
  fingerprint: ({ path }, ctx) => ctx.images.fingerprint(path),
  infer: () => ({ images: { type: 'images', count: 1 } }),
  run: async ({ params, ctx }) => ({
    images: { kind: 'images', items: [await ctx.images.file(params.path)], skipped: [] },
  }),
});
