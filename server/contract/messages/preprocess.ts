import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about preparing pictures for a model: the order of steps, and configs that Patchbay cannot follow. */
export const preprocessMessage = defineMessages({
  'preprocess.step-order': {
    en: 'The {step} step comes after the pixel values were rescaled or normalised. Put resizing and cropping first.',
    zh: '{step}步骤位于像素值缩放或标准化之后。请把缩放和裁剪放在前面。',
  },
  'preprocess.open-size': {
    en: 'The model prepares pictures of different shapes in different sizes, and a file needs one size. Use a model that crops its pictures, or resizes them to one size.',
    zh: '该模型会把形状不同的图片预处理成不同的大小，而导出的文件需要一个固定大小。请使用会裁剪图片或缩放到固定大小的模型。',
  },
  'preprocess.open-padding': {
    en: 'The model crops pictures to more than it resized them to, which a file cannot do for pictures of any size. Use a model that resizes to at least the size of its crop.',
    zh: '该模型裁剪的大小超过了缩放后的大小，导出的文件无法对任意大小的图片这样做。请使用缩放后不小于裁剪大小的模型。',
  },
  'preprocess.resize': { en: 'resize', zh: '缩放' },
  'preprocess.crop': { en: 'crop', zh: '裁剪' },

  'preprocess.unsupported': {
    en: 'The setting "{field}" of the preprocessor config is {value}, but {expected:phrase}.',
    zh: '预处理配置的设置“{field}”为 {value}，但{expected:phrase}。',
  },
  'preprocess.expected-object': { en: 'it must be a JSON object', zh: '它必须是 JSON 对象' },
  'preprocess.expected-processor': { en: 'Patchbay knows only {names}', zh: 'Patchbay 只支持 {names}' },
  'preprocess.expected-type': {
    en: 'without a processor type Patchbay cannot tell what the sizes mean',
    zh: '没有处理器类型，Patchbay 无法得知尺寸的含义',
  },
  'preprocess.expected-no-step': { en: 'Patchbay does not support this step', zh: 'Patchbay 不支持这个步骤' },
  'preprocess.expected-channels-first': {
    en: 'models in Patchbay need "channels_first"',
    zh: 'Patchbay 中的模型需要“channels_first”',
  },
  'preprocess.expected-shortest-edge': {
    en: 'this processor needs a "shortest_edge"',
    zh: '这个处理器需要“shortest_edge”',
  },
  'preprocess.expected-share': {
    en: 'it must be above 0 and at most 1',
    zh: '它必须大于 0 且不超过 1',
  },
  'preprocess.expected-width-height': {
    en: 'it must give a width and a height',
    zh: '它必须给出宽度和高度',
  },
  'preprocess.expected-pixels': {
    en: 'it must be from 1 to {most} pixels',
    zh: '它必须是 1 到 {most} 像素',
  },
  'preprocess.expected-size': {
    en: 'it must give a shortest edge, or a height and a width',
    zh: '它必须给出最短边，或高度和宽度',
  },
  'preprocess.expected-filter': {
    en: 'it must be a filter of Pillow, a number from 0 to 5',
    zh: '它必须是 Pillow 的一种滤波器，即 0 到 5 的一个数',
  },
  'preprocess.expected-positive': { en: 'it must be a number above 0', zh: '它必须是大于 0 的数' },
  'preprocess.expected-channels': {
    en: 'it must give one number each for red, green and blue',
    zh: '它必须为红、绿、蓝各给出一个数',
  },
  'preprocess.expected-not-zero': { en: 'it must not contain 0', zh: '它不能含有 0' },
  'preprocess.expected-boolean': { en: 'it must be true or false', zh: '它必须是 true 或 false' },
  'preprocess.expected-crop-mode': {
    en: 'Patchbay supports only "squash", and "center" with equal sides',
    zh: 'Patchbay 只支持“squash”，以及边长相等时的“center”',
  },
});
