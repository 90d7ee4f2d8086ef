import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about models and operations that ONNX Runtime loads and runs. */
export const sessionMessage = defineMessages({
  'model.file-not-found': {
    en: 'Model file {file} was not found. Check the path, or add the model again.',
    zh: '没有找到模型文件 {file}。请检查路径，或重新添加模型。',
  },
  'model.not-loaded': {
    en: 'The model {file} could not be loaded: {reason}. It may be damaged, incomplete or made for another runtime. Download or export it again.',
    zh: '无法加载模型 {file}：{reason}。它可能已损坏或不完整，或是为其他运行时制作的。请重新下载或导出。',
  },
  'model.failed': {
    en: 'The model {file} could not be run: {reason}.',
    zh: '无法运行模型 {file}：{reason}。',
  },
  'model.output-type': {
    en: 'The model returns {type} numbers, which Patchbay cannot use. Export it with float32 outputs.',
    zh: '模型给出 {type} 类型的数值，Patchbay 无法使用。请以 float32 输出重新导出。',
  },
  'operation.not-loaded': {
    en: 'ONNX Runtime could not load the operation "{name}": {reason}. Start Patchbay with --device cpu.',
    zh: 'ONNX Runtime 无法加载运算“{name}”：{reason}。请用 --device cpu 启动 Patchbay。',
  },
  'operation.failed': {
    en: 'ONNX Runtime could not compute the operation "{name}": {reason}.',
    zh: 'ONNX Runtime 无法计算运算“{name}”：{reason}。',
  },
  'runtime.closed': {
    en: 'Patchbay shut down before this work was finished. Start it and run again.',
    zh: 'Patchbay 在工作完成之前关闭。请启动它并再次运行。',
  },
});
