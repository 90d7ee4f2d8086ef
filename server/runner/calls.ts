import { asMessage, type ImageItem, type ImageService, PatchbayError } from '../../nodes/sdk/index.ts';
import { resultMessage } from '../contract/messages/results.ts';
import { validate } from '../engine/validate.ts';
import { chooseDevice, type DeviceChoice } from '../runtime/index.ts';
import type { Calls } from './messages.ts';
import { hashFiles, picturesIn } from './picture-files.ts';
import type { World } from './world.ts';

/** What the handler of a call receives in addition to the request. */
export interface CallContext {
  readonly world: World;
  readonly signal: AbortSignal;
  /** Tells the supervisor that the call is making progress. */
  readonly alive: () => void;
}

type Answer<K extends keyof Calls> = (
  ask: Calls[K]['ask'],
  context: CallContext,
) => Promise<Calls[K]['answer']>;

/** Makes a thumbnail, at most `maxEdge` pixels wide and high, as the bytes of an image file. */
export const thumbnail: Answer<'thumbnail'> = ({ picture, maxEdge }, { world, signal }) =>
  world.borrow(async ({ images }) => {
    const item = await images.file(picture);
    const original = await images.export(item, { format: 'original' });
    // PNG keeps transparency. A photograph is about ten times smaller as JPEG.
    const format = original.extension === 'jpg' ? 'jpeg' : 'png';
    const { bytes } = await images.export(item, { format, maxEdge });
    return { bytes, type: `image/${format}` };
  }, signal);

/** Hashes pictures; see {@link hashFiles}. */
export const hashes: Answer<'hashes'> = (paths, { world, signal, alive }) =>
  world.borrow(({ images }) => hashFiles(images, paths, { signal, alive }), signal);

/** Lists the pictures of a folder; see {@link picturesIn}. */
export const pictures: Answer<'pictures'> = ({ folder, labelFolder }, { world, signal }) =>
  world.borrow(({ images }) => picturesIn(images, folder, labelFolder, signal), signal);

const BATCH_SIZE = 8;

/** Calls `work` with the items of pictures, by their paths or bytes. Bytes can be read only until `work` has ended. */
async function withPictures<T>(
  images: readonly (string | Uint8Array)[],
  { world, pictures }: { readonly world: World; readonly pictures: ImageService },
  work: (items: readonly ImageItem[]) => Promise<T>,
): Promise<T> {
  const lent = images.map((picture) =>
    typeof picture === 'string' ? undefined : world.runtime.lend(picture),
  );
  try {
    const items = images.map((picture, at) =>
      typeof picture === 'string' ? pictures.file(picture) : lent[at]!.item,
    );
    return await work(await Promise.all(items));
  } finally {
    for (const one of lent) one?.release();
  }
}

/** Embeds texts and pictures: all texts first, then all pictures. One unreadable picture fails the whole request. */
export const embed: Answer<'embed'> = ({ model, texts = [], images = [] }, { world, signal, alive }) =>
  world.borrow(async ({ encoders, images: pictures }) => {
    const encoder = await encoders.open(model);
    const options = { signal, onProgress: alive, batchSize: BATCH_SIZE };
    const parts: Float32Array[] = [];
    let dims = 0;
    if (texts.length > 0) {
      const items = texts.map((text) => ({ kind: 'text', text }) as const);
      const { tensor } = await encoders.encodeTexts(encoder, { kind: 'texts', items }, options);
      parts.push((await tensor.toHost()).data);
      dims = tensor.dims[1] ?? 0;
    }
    if (images.length > 0) {
      const found = await withPictures(images, { world, pictures }, (items) =>
        encoders.encodeImages(
          encoder,
          { kind: 'images', items, skipped: [] },
          { ...options, layer: 'embedding' },
        ),
      );
      const [bad] = found.skipped;
      if (bad)
        throw new PatchbayError(
          resultMessage('result.picture-unreadable', { name: bad.name, reason: asMessage(bad.reason) }),
        );
      parts.push((await found.tensor.toHost()).data);
      dims = found.tensor.dims[1] ?? 0;
    }
    const vectors = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let offset = 0;
    for (const part of parts) {
      vectors.set(part, offset);
      offset += part.length;
    }
    return { dims, vectors };
  }, signal);

/** Lists all models. A model that cannot be used has a `problem`. */
export const models: Answer<'models'> = async (_, { world }) => {
  await world.runtime.models.refresh();
  return world.runtime.models
    .list()
    .map(
      ({
        id,
        title,
        family,
        precision,
        precisions,
        towers,
        preprocess,
        probability,
        folder,
        problem,
        checked,
      }) => ({
        ...{ id, title, family, towers },
        ...(precision !== undefined && { precision, precisions }),
        ...(preprocess !== undefined && { preprocess }),
        ...(probability !== undefined && { probability }),
        ...(folder !== undefined && { folder }),
        ...(problem !== undefined && { problem }),
        ...(checked && { checked }),
      }),
    );
};

/** Checks the files of a model, and runs it to check its numbers. */
export const verify: Answer<'verify'> = async (id, { world }) => {
  await world.runtime.models.refresh();
  const report = await world.runtime.models.verify(id);
  const checks = report.checks.map(({ message, ...check }) => ({ ...check, ...asMessage(message) }));
  return { ...report, checks };
};

/** Lists the devices that work on this machine, and names the one in use. */
export function devices(choice: DeviceChoice, cacheFile: string): Answer<'devices'> {
  return async (_, { world }) => {
    const chosen = world.runtime.services.device;
    // With a forced device, the runtime has tried only that device.
    const { reports } = choice === 'auto' ? world.runtime : await chooseDevice('auto', { cacheFile });
    return { chosen, devices: reports };
  };
}

/** Lists all problems of a workflow, using the current list of models. */
export const check: Answer<'validate'> = async (workflow, { world }) => {
  await world.refresh();
  const { models, services } = world.runtime;
  const { collections } = services.models;
  const options = {
    models: { ...models.catalogue(), ...(collections && { collections }) },
    labelSets: services.labelSets,
  };
  return validate(workflow, world.registry, options).problems;
};
