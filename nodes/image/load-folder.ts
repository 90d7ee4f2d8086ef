import { defineNode, param, port } from '../sdk/index.ts';

export default defineNode({
  title: 'Load folder',
  description:
    'All pictures of a folder, in path order. Pictures in subfolders can take the name of their subfolder as label.',
  keywords: ['directory', 'open', 'pictures', 'photos', 'dataset', 'gallery', 'glob', 'input', 'labels'],
  inputs: {},
  params: {
    path: param.folder({
      help: 'The folder. A relative path starts at the folder of the workflow; "sample:pictures" are the sample pictures.',
      title: 'Folder',
      placeholder: 'photos',
      required: true,
    }),
    recursive: param.boolean({
      default: true,
      title: 'With subfolders',
      help: 'Also takes the pictures of subfolders.',
    }),
    labels: param.boolean({
      default: true,
      title: 'Labels from subfolders',
      help: 'Labels each picture with the name of the subfolder it is in. Pictures outside a subfolder get no label.',
      when: { param: 'recursive', is: [true] },
    }),
    glob: param.text({
      help: 'Takes only pictures whose path matches, such as "*.jpg" or "cats/**". Empty takes all.',
      title: 'Only matching',
      placeholder: '**/*.jpg',
      maxLength: 1000,
      advanced: true,
    }),
    limit: param.integer({
      default: 0,
      min: 0,
      max: 10_000_000,
      help: 'Takes at most this many pictures, the first in path order. 0 takes all.',
      advanced: true,
    }),
  },
  outputs: { images: port.images({ help: 'The pictures found, in path order.' }) },
  resource: 'io',
  fingerprint: ({ path, recursive, glob }, ctx) =>
    ctx.images.fingerprint(path, { recursive, glob: glob || undefined }),
  infer: () => ({ images: { type: 'images' } }),
  run: async ({ params, ctx }) => {
    const { path, recursive, labels, glob, limit } = params;
    const images = await ctx.images.folder(path, {
      recursive,
      labels: recursive && labels,
      glob: glob || undefined,
      limit: limit || undefined,
      signal: ctx.signal,
      onWarn: (message) => ctx.warn(message),
    });
    if (images.items.length === 0)
      ctx.warn(
        glob
          ? `No picture in ${path} matches ${glob}. A pattern is a path below the folder, such as animals/**, or a file name, such as *.jpg.`
          : `There is no picture in ${path}.${recursive ? '' : ' Turn on "With subfolders" to look deeper.'}`,
      );
    return { images };
  },
});
