import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about models: finding them, adding them, and why the files of one cannot be used. */
export const modelMessage = defineMessages({
  'model.none-chosen': {
    en: 'No model is chosen. Choose one of {models}.',
    zh: '没有选择模型。请从 {models} 中选择一个。',
  },
  'model.not-blocked': {
    en: 'No model with the id {model} is blocked.',
    zh: '没有 id 为 {model} 的模型被禁用。',
  },
  'model.list-unread': {
    en: 'The list of models could not be read. The server tries again; the problem is in its log.',
    zh: '无法读取模型列表。服务器会重试；问题记录在它的日志中。',
  },
  'model.no-folder': {
    en: 'There is no folder {path}. Check the path, or name a repository of the hub as OWNER/NAME.',
    zh: '没有文件夹 {path}。请检查路径，或以 OWNER/NAME 的形式写出模型库中的仓库。',
  },
  'model.none-in-folder': {
    en: 'There is no model in {folder}. The folder of a model holds its graph (onnx/model.onnx or onnx/vision_model.onnx) and its .json files.',
    zh: '{folder} 中没有模型。模型的文件夹应包含它的图（onnx/model.onnx 或 onnx/vision_model.onnx）和它的 .json 文件。',
  },
  'model.exists': {
    en: 'There is already a model named {model}, in {folder}. Rename the new folder.',
    zh: '已有名为 {model} 的模型，位于 {folder}。请为新文件夹改名。',
  },
  'model.exists-built-in': {
    en: 'There is already a model named {model}; it is built in. Rename the new folder.',
    zh: '已有名为 {model} 的模型，它是内置的。请为新文件夹改名。',
  },
  'model.not-added': {
    en: '{model} was not added, so it cannot be removed. Its folder is in {folder}; delete it there.',
    zh: '{model} 不是添加的，因此无法移除。它的文件夹位于 {folder}；请在那里删除。',
  },
  'model.built-in': {
    en: '{model} is built in, so it cannot be removed.',
    zh: '{model} 是内置的，因此无法移除。',
  },
  'model.changed': {
    en: 'The files of the model {model} changed during the run. Run again.',
    zh: '模型 {model} 的文件在运行期间发生了变化。请再次运行。',
  },

  // The main message of a model that cannot be used. It contains one of the reasons below.
  'model.unusable': {
    en: 'The model {model} cannot be used. {reason}',
    zh: '模型 {model} 无法使用。{reason}',
  },
  'model.precision-unusable': {
    en: 'The {precision} files of the model {model} cannot be used. {reason}',
    zh: '模型 {model} 的 {precision} 文件无法使用。{reason}',
  },
  'model.files-unreadable': { en: 'Its files could not be read.', zh: '无法读取它的文件。' },
  'model.no-graph': {
    en: 'It has no graph: {files:or} is missing.',
    zh: '它没有图：缺少 {files:or}。',
  },
  'model.config-size': {
    en: '{file} is not a file, or is larger than {megabytes} MB.',
    zh: '{file} 不是文件，或大于 {megabytes} MB。',
  },
  'model.config-not-json': { en: '{file} is not JSON.', zh: '{file} 不是 JSON。' },
  'model.config-not-object': { en: '{file} is not a JSON object.', zh: '{file} 不是 JSON 对象。' },
  'model.only-logits': {
    en: 'Its graph gives only the scores of its classes (logits), and Patchbay does not find the vector before them. Export it without its classifier.',
    zh: '它的图只给出各类别的得分（logits），Patchbay 找不到之前的向量。请导出不带分类器的版本。',
  },
  'model.not-a-file': {
    en: '{file} is not a plain file. Replace it with the file of the model.',
    zh: '{file} 不是普通文件。请换成模型的文件。',
  },
  'model.lfs-pointer': {
    en: '{file} is only a pointer of Git LFS, because the clone did not download its large files. Run "git lfs pull" in the folder of the model, or download the file.',
    zh: '{file} 只是 Git LFS 的指针，因为克隆时没有取得大文件。请在模型的文件夹中运行“git lfs pull”，或下载该文件。',
  },
  'model.no-vectors': {
    en: 'Its graph gives {outputs}, but no float vectors.',
    zh: '它的图给出 {outputs}，但没有浮点向量。',
  },
  'model.no-outputs': { en: 'Its graph has no outputs.', zh: '它的图没有输出。' },
  'model.random': {
    en: 'Its graph draws random numbers, so one picture would give other results each time. Export it without them: a masked autoencoder with mask_ratio 0 and "noise" as an input, an autoencoder with latent_parameters as its output.',
    zh: '它的图会抽取随机数，同一张图片每次结果都不同。请导出不带随机数的版本：掩码自编码器用 mask_ratio 0 并以“noise”为输入，自编码器以 latent_parameters 为输出。',
  },
  'model.any-patches': {
    en: 'It reads pictures as lists of patches of any shape (NaFlex), which Patchbay does not support. Use the variant of the model for one size, such as siglip2-base-patch16-224.',
    zh: '它把图片读成任意形状的图块列表（NaFlex），Patchbay 不支持。请改用固定大小的版本，例如 siglip2-base-patch16-224。',
  },
  'model.no-picture-input': {
    en: 'Its graph takes {inputs}, but no pictures as N x 3 x H x W floats.',
    zh: '它的图接受 {inputs}，但不接受 N × 3 × H × W 浮点形式的图片。',
  },
  /** One input in the list of `model.no-picture-input`. */
  'model.input': { en: '{name} ({axes} {axes|axis|axes})', zh: '{name}（{axes} 个轴）' },
  'model.no-inputs': { en: 'Its graph has no inputs.', zh: '它的图没有输入。' },
  'model.no-picture-decoder': {
    en: 'Its decoder does not turn latents (N x C x h x w) into pictures (N x 3 x H x W).',
    zh: '它的解码器不能把潜变量（N × C × h × w）变成图片（N × 3 × H × W）。',
  },

  // Parts that a usable model can lack.
  'model.no-tokenizer': { en: 'tokenizer.json is missing.', zh: '缺少 tokenizer.json。' },
  'model.no-preprocessor-config': {
    en: 'preprocessor_config.json is missing.',
    zh: '缺少 preprocessor_config.json。',
  },
});

/** Results of the checks of a model. */
export const checkMessage = defineMessages({
  'check.built-in': { en: 'It is built in.', zh: '它是内置的。' },
  'check.files': { en: 'Its files are in {folder}.', zh: '它的文件位于 {folder}。' },
  'check.no-files': { en: 'It has no files to compare.', zh: '它没有可比较的文件。' },
  'check.no-hashes': {
    en: 'No hashes are known to compare its files with.',
    zh: '没有可与它的文件比较的已知哈希。',
  },
  'check.equal': {
    en: '{count} {count|file has|files have} the expected sha256.',
    zh: '{count} 个文件的 sha256 与预期相符。',
  },
  'check.outside': {
    en: 'Its list of hashes names {path}, which is outside the folder.',
    zh: '它的哈希列表中有文件夹之外的 {path}。',
  },
  'check.missing': { en: '{path} is missing.', zh: '缺少 {path}。' },
  'check.other-hash': {
    en: '{path} is not the expected file: its sha256 differs. Download it again.',
    zh: '{path} 不是预期的文件：sha256 不符。请重新下载。',
  },
  'check.other-size': {
    en: '{tried} gave {got} numbers, but the files say {expected}.',
    zh: '{tried}给出 {got} 个数，而文件说是 {expected} 个。',
  },
  'check.not-finite': {
    en: '{tried} gave values that are not finite numbers.',
    zh: '{tried}给出了非有限的数值。',
  },
  'check.finite': {
    en: '{tried} gave {count} finite {count|number|numbers}.',
    zh: '{tried}给出 {count} 个有限的数值。',
  },
  /** The inputs that were tried. */
  'check.picture': { en: 'A blank picture', zh: '一张空白图片' },
  'check.place': { en: 'One place of a blank picture', zh: '空白图片的一处' },
  'check.text': { en: 'A text', zh: '一段文本' },
  'check.no-preprocess': {
    en: 'Patchbay cannot prepare pictures for this model. {reason}',
    zh: 'Patchbay 无法为这个模型预处理图片。{reason}',
  },
  'check.no-texts': {
    en: 'The model cannot read texts: {reason:phrase}.',
    zh: '模型不能读取文本：{reason:phrase}。',
  },
  'check.failed': { en: 'The check itself failed unexpectedly.', zh: '检查本身意外失败。' },
});
