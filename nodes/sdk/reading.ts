import { PatchbayError } from './errors.ts';
import { defineMessages } from './messages.ts';
import { param } from './params.ts';
import type { ImageItem, ReadOptions } from './values.ts';

const say = defineMessages({
  'reading.colour': {
    en: '"{colour}" is not a colour. Write it with six digits, such as #f0f0f0.',
    zh: '“{colour}”不是颜色。请写六位数字，例如 #f0f0f0。',
  },
});

/** Templates of messages about how pictures are read. */
export const READING_TEMPLATES = say.templates;

/** Params of nodes that load pictures: how much of a picture is decoded, what shows behind transparent parts, and how deep levels are read. */
export const readingParams = {
  decode: param.choice({
    default: 'exact',
    title: 'Decoding',
    choices: {
      exact: 'Exact: every pixel, as Pillow',
      fast: 'Fast: large JPEGs at a reduced size',
    },
    help: 'Fast decoding saves most of the time that photos of a camera or phone take, and changes vectors very little (cosine above 0.999 for CLIP). Pictures near the size that a model reads are decoded exactly.',
    advanced: true,
  }),
  background: param.choice({
    // Workflows that were saved before this param existed keep their meaning; the studio starts new nodes with white.
    default: 'pillow',
    initial: 'white',
    title: 'Background',
    choices: {
      white: 'White',
      black: 'Black',
      colour: 'A colour',
      pillow: 'As Pillow: drop transparency',
    },
    help: 'What shows behind transparent parts. Dropping transparency shows hidden colours, often black; models from Python code were mostly fed so.',
    advanced: true,
  }),
  backgroundColour: param.text({
    default: '#808080',
    title: 'Background colour',
    help: 'Red, green and blue as six digits, such as #f0f0f0.',
    maxLength: 7,
    when: { param: 'background', is: ['colour'] },
    advanced: true,
  }),
  levels: param.choice({
    default: 'pillow',
    title: 'Deep greys',
    choices: {
      pillow: 'As Pillow: cut to 8 bits',
      bits: 'By bits: 1, 255, 1023, 4095 ... is white',
      stretch: 'Stretch: lowest is black, highest is white',
    },
    help: 'How pictures with more than 8 bits are read, such as scans, microscope pictures and elevation maps.',
    advanced: true,
  }),
} as const;

/** Chinese texts of {@link readingParams}. */
export const readingTranslations = {
  decode: {
    title: '解码',
    help: '快速解码省去相机和手机照片的大部分解码时间，向量变化很小（CLIP 的余弦相似度高于 0.999）。接近模型输入尺寸的图片仍按原样解码。',
    choices: { exact: '精确：解码每个像素，与 Pillow 相同', fast: '快速：大的 JPEG 以缩小的尺寸解码' },
  },
  background: {
    title: '背景',
    help: '透明部分后面显示什么。丢弃透明度会露出隐藏的颜色，往往是黑色；Python 代码通常这样给模型提供图片。',
    choices: { white: '白色', black: '黑色', colour: '指定颜色', pillow: '与 Pillow 相同：丢弃透明度' },
  },
  backgroundColour: { title: '背景颜色', help: '用六位数字写出红、绿、蓝，例如 #f0f0f0。' },
  levels: {
    title: '高位深灰度',
    help: '如何读取超过 8 位的图片，例如扫描件、显微镜图片和高程图。',
    choices: {
      pillow: '与 Pillow 相同：截为 8 位',
      bits: '按位数：1、255、1023、4095…… 为白',
      stretch: '拉伸：最低为黑，最高为白',
    },
  },
} as const;

/**
 * Items that are read as the params say.
 * @throws PatchbayError `reading.colour`
 */
export function readAs(
  items: readonly ImageItem[],
  params: {
    readonly background: keyof typeof readingTranslations.background.choices;
    readonly backgroundColour: string;
    readonly levels: keyof typeof readingTranslations.levels.choices;
    readonly decode: keyof typeof readingTranslations.decode.choices;
  },
): readonly ImageItem[] {
  const background = colourOf(params);
  const levels = params.levels === 'pillow' ? undefined : params.levels;
  const decode = params.decode === 'exact' ? undefined : params.decode;
  if (background === undefined && levels === undefined && decode === undefined) return items;
  const read: ReadOptions = {
    ...(background && { background }),
    ...(levels && { levels }),
    ...(decode && { decode }),
  };
  return items.map((item) => ({ ...item, read }));
}

function colourOf({ background, backgroundColour }: { background: string; backgroundColour: string }) {
  if (background === 'pillow') return undefined;
  if (background === 'white') return '#ffffff';
  if (background === 'black') return '#000000';
  const colour = backgroundColour.trim().toLowerCase();
  if (!/^#[0-9a-f]{6}$/.test(colour))
    throw new PatchbayError({ ...say('reading.colour', { colour }), param: 'backgroundColour' });
  return colour;
}
