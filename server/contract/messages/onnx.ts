import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about problems of ONNX files: their bytes, weights and graphs. */
export const onnxMessage = defineMessages({
  'model.invalid': {
    en: '{file} is not a valid ONNX model: it is damaged, cut short, or another kind of file. Download or export it again.',
    zh: '{file}不是有效的 ONNX 模型：它已损坏、不完整，或是其他类型的文件。请重新下载或导出。',
  },
  /** The name of the file in `model.invalid`, for bytes that come from no file. */
  'model.bytes': { en: 'The model', zh: '这个模型' },

  'model.unsafe': {
    en: 'Patchbay did not load the model {file}. It names "{location}" as a file of its weights, but {reason:phrase}. Weights must be plain files in the folder of the model.',
    zh: 'Patchbay 没有加载模型 {file}。它把“{location}”作为权重文件，但{reason:phrase}。权重必须是模型文件夹中的普通文件。',
  },
  /** The reasons in `model.unsafe`. */
  'unsafe.no-name': { en: 'that is not a file name', zh: '那不是文件名' },
  'unsafe.absolute': { en: 'that is an absolute path', zh: '那是绝对路径' },
  'unsafe.outside': { en: 'that leads out of its folder', zh: '那超出了它的文件夹' },
  'unsafe.missing': { en: 'there is no such file', zh: '没有这个文件' },
  'unsafe.symbolic-link': { en: 'that is a symbolic link', zh: '那是符号链接' },
  'unsafe.not-a-file': { en: 'that is not a plain file', zh: '那不是普通文件' },
  'unsafe.cut-short': {
    en: 'that file has {bytes} bytes and the model needs {needed}, so it is incomplete',
    zh: '该文件有 {bytes} 字节，而模型需要 {needed} 字节，因此不完整',
  },
  'unsafe.lfs-pointer': {
    en: 'that is only a pointer of Git LFS: run "git lfs pull" in its folder, or download the file',
    zh: '那只是 Git LFS 的指针：请在其文件夹中运行“git lfs pull”，或下载该文件',
  },
  'unsafe.too-long': {
    en: 'that file has {bytes} bytes and the model uses only {needed} of them',
    zh: '该文件有 {bytes} 字节，而模型只使用其中 {needed} 字节',
  },
  'unsafe.hard-link': {
    en: 'that is a hard link to a file that may belong elsewhere',
    zh: '那是硬链接，指向可能属于别处的文件',
  },

  'model.weight-unreadable': {
    en: 'The weight "{weight}" of the model cannot be read: {reason:phrase}. Download or export the model again.',
    zh: '无法读取模型的权重“{weight}”：{reason:phrase}。请重新下载或导出模型。',
  },
  /** The reasons in `model.weight-unreadable`. */
  'weight.no-folder': {
    en: 'it should be in another file, but the model itself is not in a file',
    zh: '它应在另一个文件中，但模型本身不在文件中',
  },
  'weight.no-place': {
    en: 'the model states an invalid position in {file} for it',
    zh: '模型给出的它在 {file} 中的位置无效',
  },
  'weight.cut-short': { en: '{file} is too short to hold it', zh: '{file} 太短，其中没有它' },
  'weight.elsewhere': { en: 'it is stored in another file', zh: '它保存在另一个文件中' },
  'weight.type': { en: 'its type is {type}', zh: '它的类型为 {type}' },
  'weight.count': {
    en: 'it has {got} numbers, but its shape needs {expected}',
    zh: '它有 {got} 个数，而它的形状需要 {expected} 个',
  },

  'model.append': {
    en: 'The model cannot be extended: {reason:phrase}. Export it again, or use it as it is.',
    zh: '无法扩展模型：{reason:phrase}。请重新导出，或按原样使用。',
  },
  /** The reasons in `model.append`. */
  'append.taken': { en: 'it already has a value named "{value}"', zh: '它已有名为“{value}”的值' },
  'append.no-value': { en: 'it has no value named "{value}"', zh: '它没有名为“{value}”的值' },
  'append.no-output': {
    en: 'it has no value named "{value}" to give as an output',
    zh: '它没有可输出的名为“{value}”的值',
  },
  'append.output-taken': { en: 'it already gives out "{value}"', zh: '它已经输出“{value}”' },
  'append.other-opset': {
    en: 'it uses operator set {has} of {domain}, and the addition uses {wanted}',
    zh: '它使用 {domain} 的算子集 {has}，而添加的部分使用 {wanted}',
  },
  'append.no-opset': {
    en: 'it does not use the operator set {domain}',
    zh: '它不使用算子集 {domain}',
  },

  'model.part-of-value': {
    en: 'Patchbay cannot compute "{to}" from "{from}" alone: the graph of the model also needs "{value}".',
    zh: 'Patchbay 无法只从“{from}”算出“{to}”：模型的图还需要“{value}”。',
  },
  'model.part-of-constants': {
    en: 'Patchbay cannot compute "{to}" from constants alone: the graph of the model also needs "{value}".',
    zh: 'Patchbay 无法只从常量算出“{to}”：模型的图还需要“{value}”。',
  },
});
