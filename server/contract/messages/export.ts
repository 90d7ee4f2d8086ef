import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about exporting a part of a workflow as one ONNX file: what cannot be in one graph. */
export const exportMessage = defineMessages({
  'export.precision': {
    en: '{model} is loaded with {precision} weights, whose numbers depend on the processor, so a file could give others. In *Load encoder*, choose "32 bits: exact", or a model that has it.',
    zh: '{model} 以 {precision} 权重加载，其结果取决于处理器，因此导出的文件可能给出不同的数值。请在 *加载编码器* 中选择“32 位：精确”，或选择有此精度的模型。',
  },
  'export.random': {
    en: '{model} draws random numbers, so a file would not give the same numbers again. Choose another model.',
    zh: '{model} 会抽取随机数，因此导出的文件无法给出相同的数值。请选择其他模型。',
  },
  'export.functions': {
    en: 'The graph of {model} defines operators of its own, which cannot be copied into a file. Export the model again with its functions inlined.',
    zh: '{model} 的图定义了自己的算子，无法复制到文件中。请把函数内联后重新导出该模型。',
  },
  'export.opset': {
    en: 'The graph of {model} uses operator set {opset} of ONNX, and a file needs {least} or newer. Export the model again with a newer one.',
    zh: '{model} 的图使用 ONNX 算子集 {opset}，而导出的文件需要 {least} 或更新的版本。请用更新的版本重新导出该模型。',
  },
  'export.batch': {
    en: '{model} always reads {count} pictures at once, and a file reads one. Export the model again with an open batch size.',
    zh: '{model} 每次固定读取 {count} 张图片，而导出的文件每次读取一张。请以可变的批大小重新导出该模型。',
  },
  'export.input': {
    en: 'The graph of {model} needs the input "{input}", which a picture does not give. Export the part for pictures on its own.',
    zh: '{model} 的图需要输入“{input}”，而图片无法提供它。请单独导出它处理图片的部分。',
  },
  'export.name-taken': {
    en: 'The graph of {model} has a value named "{value}", a name that the file needs itself. Rename it in the model.',
    zh: '{model} 的图中有名为“{value}”的值，而导出的文件自己需要这个名称。请在模型中重命名它。',
  },
  'export.no-preprocess': {
    en: '{model} does not say how it needs its pictures, so a file cannot prepare them. {reason}',
    zh: '{model} 没有说明它需要怎样的图片，因此导出的文件无法预处理图片。{reason}',
  },
  'export.dims': {
    en: '{model} gives vectors of {got} numbers, but what comes after it needs {expected}. Choose the model and the base that it was trained with.',
    zh: '{model} 给出 {got} 个数的向量，而后面的部分需要 {expected} 个数。请选择训练时所用的模型和基础。',
  },
  'export.too-large': {
    en: 'The file would be larger than 2 GB, which no ONNX model may be. Use a smaller model, or search in fewer pictures.',
    zh: '文件会超过 2 GB，而 ONNX 模型不允许这么大。请使用更小的模型，或在更少的图片中搜索。',
  },
});
