import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about files of classifiers: why one cannot be used. */
export const classifierMessage = defineMessages({
  'classifier.format': {
    en: '{file} is not a classifier of Patchbay. Choose a .safetensors file that *Save classifier* wrote.',
    zh: '{file} 不是 Patchbay 的分类器。请选择由 *保存分类器* 写入的 .safetensors 文件。',
  },
  'classifier.onnx': {
    en: '{file} is an ONNX model, which Patchbay writes for other programs. Choose the .safetensors file of the classifier.',
    zh: '{file} 是 Patchbay 为其他程序写入的 ONNX 模型。请选择该分类器的 .safetensors 文件。',
  },
  'classifier.metadata': {
    en: '{file} does not say its categories and the origin of its vectors, or says them in a damaged way. Save the classifier again.',
    zh: '{file} 没有说明类别和向量来源，或者这些信息已损坏。请重新保存分类器。',
  },
  'classifier.no-numbers': {
    en: '{file} lacks the numbers "{tensor}" of the classifier. Save the classifier again.',
    zh: '{file} 缺少分类器的数值“{tensor}”。请重新保存分类器。',
  },
  'classifier.shape': {
    en: 'In {file}, "{tensor}" has the shape {shape}, but {categories} {categories|category needs|categories need} {expected}. Save the classifier again.',
    zh: '{file} 中“{tensor}”的形状是 {shape}，但 {categories} 个类别需要 {expected}。请重新保存分类器。',
  },
  'classifier.dims': {
    en: '{file} is for vectors of {expected} numbers, but its weights have {dims} for each category. Save the classifier again.',
    zh: '{file} 用于 {expected} 个数的向量，但每个类别的权重有 {dims} 个数。请重新保存分类器。',
  },
  'classifier.not-finite': {
    en: 'The numbers "{tensor}" of {file} contain {value}, which is not finite. Save the classifier again.',
    zh: '{file} 的数值“{tensor}”含有非有限值 {value}。请重新保存分类器。',
  },
  'classifier.too-large': {
    en: '{file} holds {count} numbers, more than any classifier needs (at most {limit}).',
    zh: '{file} 含有 {count} 个数，超过分类器的需要（最多 {limit} 个）。',
  },
});
