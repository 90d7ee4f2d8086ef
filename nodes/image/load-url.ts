import { defineNode, param, port, readAs, readingParams, readingTranslations } from '../sdk/index.ts';

export default defineNode({
  title: 'Load URL',
  description:
    'Loads one picture from the web. It is downloaded once and kept, so later runs work offline. Addresses in private networks are refused.',
  keywords: ['web', 'http', 'https', 'download', 'fetch', 'link', 'address', 'image', 'input'],
  inputs: {},
  params: {
    url: param.url({
      help: 'The address of the picture itself, not of a page that shows it.',
      title: 'Address',
      placeholder: 'https://example.com/cat.jpg',
      required: true,
      maxLength: 8000,
    }),
    refetch: param.boolean({
      default: false,
      title: 'Download every time',
      help: 'Downloads the picture again in every run. Use it for a picture that changes, such as a webcam.',
      advanced: true,
    }),
    ...readingParams,
  },
  outputs: { images: port.images({ help: 'The picture, as a list of one.', title: 'Picture' }) },
  resource: 'io',
  // Only a download can tell whether a picture on the web has changed, so the fingerprint is the time and every run
  // downloads.
  fingerprint: async ({ refetch }) => (refetch ? String(performance.timeOrigin + performance.now()) : 'kept'),
  infer: () => ({ images: { type: 'images', count: 1 } }),
  run: async ({ params, ctx }) => ({
    images: {
      kind: 'images',
      items: readAs([await ctx.images.url(params.url.trim(), { signal: ctx.signal })], params),
      skipped: [],
    },
  }),
  translations: {
    zh: {
      title: '加载网址',
      description: '从网络加载一张图片。只下载一次并保留，以后离线也能运行。拒绝访问内网地址。',
      params: {
        url: { title: '网址', help: '图片本身的地址，而不是显示它的网页的地址。' },
        refetch: { title: '每次重新下载', help: '每次运行都重新下载，用于会变化的图片，例如网络摄像头。' },
        ...readingTranslations,
      },
      outputs: {
        images: { title: '图片', help: '这张图片（只有一项的列表）。' },
      },
    },
  },
});
