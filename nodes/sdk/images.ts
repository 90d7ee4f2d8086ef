import type { LabelFolder } from './context.ts';
import { PatchbayError } from './errors.ts';
import type { ModelInfo, ReportedProblem } from './infer.ts';
import { defineMessages } from './messages.ts';
import type {
  ImageItem,
  Images,
  PictureSize,
  Pixels,
  PreprocessSpec,
  PreprocessStep,
  Skipped,
} from './values.ts';
import { nodeTitle } from './words.ts';

const say = defineMessages({
  'preprocess.already-normalized': {
    en: '{node} comes after the pixels were normalised. Put it before the node that normalises them, or connect pictures.',
    zh: '{node} 得到的像素已经归一化。请把它放在归一化节点之前，或从图片开始。',
  },
  'encode.size': {
    en: '{model} reads pictures of {width} x {height} pixels and got {got}. Resize or crop to that size, or use *Preprocess for model* with side 0.',
    zh: '{model} 读取 {width} × {height} 像素的图片，得到的却是 {got}。请缩放或裁剪到这个大小，或使用边长为 0 的 *按模型预处理*。',
  },
  'encode.any-side': { en: 'any', zh: '任意' },
  'image.one-unread': { en: '{path} was not read. {reason}', zh: '{path} 未能读取。{reason}' },
  'image.none-read': {
    en: 'None of the {count} pictures could be read. The first, {path}: {reason}',
    zh: '{count} 张图片都无法读取。第一张 {path}：{reason}',
  },
  'image.no-reason': { en: 'It could not be read.', zh: '无法读取。' },
});

/** Templates of messages about pictures. */
export const IMAGE_TEMPLATES = say.templates;

/**
 * Turns pictures into pixels without any step; pixels are returned unchanged. `exif` rotates photos upright. It has no
 * effect on pixels.
 */
export function asPixels(source: Images | Pixels, exif: boolean): Pixels {
  if (source.kind === 'pixels') return source;
  const { items, skipped } = source;
  return { kind: 'pixels', items, skipped, spec: { exif, steps: [] } };
}

/** The name of the subfolder that a path lies in: the topmost one, the nearest one or the second one; undefined without it. */
export function folderLabel(path: string, from: LabelFolder = 'top'): string | undefined {
  const folders = path.split('/').slice(0, -1);
  return from === 'nearest' ? folders.at(-1) : folders[from === 'top' ? 0 : 1];
}

const changesLevels = (step: PreprocessStep) => step.op === 'rescale' || step.op === 'normalize';

/**
 * Pixels with steps added at the end.
 * @param node the type and title of the node that adds them
 * @throws PatchbayError `preprocess.already-normalized`
 */
export function addSteps(
  node: { readonly type: string; readonly title: string },
  pixels: Pixels,
  steps: readonly PreprocessStep[],
): Pixels {
  if (pixels.spec.steps.some(changesLevels))
    throw new PatchbayError({
      ...say('preprocess.already-normalized', { node: nodeTitle(node.type, node.title) }),
      port: 'images',
    });
  return { ...pixels, spec: { ...pixels.spec, steps: [...pixels.spec.steps, ...steps] } };
}

/** The size of pictures after all steps; undefined if pictures can have different sizes. */
export function endSize({ steps }: Pick<PreprocessSpec, 'steps'>): PictureSize | undefined {
  const last = steps.findLast(({ op }) => op === 'crop' || op === 'resize');
  return last && 'width' in last ? { width: last.width, height: last.height } : undefined;
}

/**
 * Why a model with a fixed picture size cannot read pictures of another size; undefined if it can, or if a size is
 * unknown.
 */
export function sizeMisfit(
  { title, towers }: Pick<ModelInfo, 'title' | 'towers'>,
  given: PictureSize | undefined,
): ReportedProblem | undefined {
  const wanted = towers.image?.reads;
  if (!given || !wanted) return undefined;
  if ((wanted.width ?? given.width) === given.width && (wanted.height ?? given.height) === given.height)
    return undefined;
  const any = say('encode.any-side');
  const got = `${given.width} x ${given.height}`;
  return {
    ...say('encode.size', {
      model: title,
      width: wanted.width ?? any,
      height: wanted.height ?? any,
      got,
    }),
    port: 'images',
    expected: `${wanted.width ?? 'any'} x ${wanted.height ?? 'any'}`,
    got,
  };
}

/**
 * Throws if none of a node's pictures could be read. If some could, the others are only left out.
 * @param skipped all pictures left out so far, including those of `given`
 * @throws PatchbayError `image.one-unread`, `image.none-read`
 */
export function refuseAllUnread(
  given: readonly ImageItem[],
  read: number,
  skipped: readonly Skipped[],
): void {
  const [first] = given;
  if (!first || read > 0) return;
  const { path } = first;
  const reason = skipped.findLast((one) => (one.path ?? one.name) === path)?.reason ?? say('image.no-reason');
  const message =
    given.length === 1
      ? say('image.one-unread', { path, reason })
      : say('image.none-read', { count: given.length, path, reason });
  throw new PatchbayError({ ...message, port: 'images', got: path });
}
