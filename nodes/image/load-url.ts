import { defineNode, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load URL',
  description:
    'One picture from the web. It is fetched once and kept, so later runs work offline; addresses of private networks are refused.',
  keywords: ['web', 'http', 'https', 'download', 'fetch', 'link', 'address', 'picture', 'input'],
  inputs: {},
  params: {
    url: param.url({
      help: 'Address of the picture itself, not of a page that shows it.',
      title: 'Address',
      placeholder: 'https://example.com/cat.jpg',
      required: true,
      maxLength: 8000,
    }),
    refetch: param.boolean({
      default: false,
      title: 'Fetch each time',
      help: 'Fetches again on every run, for a picture that changes, such as a webcam.',
      advanced: true,
    }),
  },
  outputs: { images: port.images({ help: 'The picture, as a list of one.', title: 'Image' }) },
  resource: 'io',
  // Nothing tells whether a picture on the web changed without fetching it: the clock stands in for "yes".
  fingerprint: async ({ refetch }) => (refetch ? String(performance.timeOrigin + performance.now()) : 'kept'),
  infer: () => ({ images: { type: 'images', count: 1 } }),
  run: async ({ params, ctx }) => ({
    images: {
      kind: 'images',
      items: [await ctx.images.url(params.url.trim(), { signal: ctx.signal })],
      skipped: [],
    },
  }),
});
