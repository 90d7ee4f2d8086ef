import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about running encoders: inputs that a model cannot read. */
export const encoderMessage = defineMessages({
  'model.tokenizer': {
    en: 'The tokenizer of {model} cannot be used: tokenizer.json is damaged, or of a kind that Patchbay does not know. Download or export it again.',
    zh: '{model} 的分词器无法使用：tokenizer.json 已损坏，或是 Patchbay 不认识的类型。请重新下载或导出。',
  },
  'model.no-preprocess': {
    en: 'Patchbay cannot prepare pictures for the model {model}. {reason} Prepare them with the Preprocess nodes first.',
    zh: 'Patchbay 无法为模型 {model} 预处理图片。{reason}请先用预处理节点处理图片。',
  },
  'model.unknown-input': {
    en: 'The graph of the model needs an input "{input}", and Patchbay does not know what to give it. Export the model with pixel_values and input_ids only.',
    zh: '模型的图需要输入“{input}”，Patchbay 不知道该给它什么。请只以 pixel_values 和 input_ids 为输入导出模型。',
  },
  'model.result-shape': {
    en: 'The model gave a result of {shape}. Patchbay reads vectors (2 axes), tokens (3) and maps (4), so it cannot use this model as an encoder.',
    zh: '模型给出 {shape} 的结果。Patchbay 能读取向量（2 个轴）、图块向量（3 个轴）和特征图（4 个轴），因此不能把这个模型用作编码器。',
  },
  'model.other-dims': {
    en: 'The model {model} gives vectors of {got} numbers, but its files say {expected}: its config.json belongs to another model.',
    zh: '模型 {model} 给出 {got} 维的向量，而它的文件说是 {expected} 维：它的 config.json 属于另一个模型。',
  },
  'model.masked': {
    en: '{model} looks at {tokens} of the {patches} patches of a picture: its export still hides patches, as in training. Export it again with mask_ratio 0.',
    zh: '{model} 只看图片 {patches} 个图块中的 {tokens} 个：导出时仍像训练时一样遮挡图块。请以 mask_ratio 0 重新导出。',
  },
  'encode.on-cpu': {
    en: '{file} does not load on {device} ({reason}), so it runs on the cpu, which is slower. Choose another precision in *Load encoder*, or start Patchbay with --device cpu.',
    zh: '{file} 无法在 {device} 上加载（{reason}），因此在 CPU 上运行，速度较慢。请在 *加载编码器* 中选择另一种精度，或用 --device cpu 启动 Patchbay。',
  },

  'encode.no-class-token': {
    en: '{model} gives one vector per patch and has no class token, so it does not say which vector stands for a picture. Use *Encode tokens*, then *Pool* with the mean.',
    zh: '{model} 为每个图块给出一个向量，没有分类 Token，因此不知道哪个向量代表整张图片。请使用 *编码图块*，然后用 *池化* 取平均值。',
  },
  'encode.no-vector-layer': {
    en: '{model} has no layer {layer} with one vector per picture. It has {layers}.',
    zh: '{model} 没有每张图片一个向量的层 {layer}。它有 {layers}。',
  },
  'encode.no-token-layer': {
    en: '{model} has no layer {layer} with one vector per token. It has {layers}.',
    zh: '{model} 没有每个图块一个向量的层 {layer}。它有 {layers}。',
  },
  'encode.layer-of-tokens': {
    en: 'The layer {layer} of {model} has one vector per token. Use *Encode tokens* for it.',
    zh: '{model} 的层 {layer} 是每个图块一个向量。请对它使用 *编码图块*。',
  },
  'encode.layer-of-vectors': {
    en: 'The layer {layer} of {model} has one vector per picture. Use *Encode pictures* for it.',
    zh: '{model} 的层 {layer} 是每张图片一个向量。请对它使用 *编码图片*。',
  },

  'encode.patch-size': {
    en: '{model} cuts pictures into patches of {side} x {side} pixels, so both sides must divide by {side}, but the pictures have {got}. Resize or crop them to {near}.',
    zh: '{model} 把图片切成 {side} × {side} 像素的图块，因此两边都必须能被 {side} 整除，但图片为 {got}。请把它们缩放或裁剪到 {near}。',
  },
  'encode.latent-size': {
    en: '{model} makes one latent of {side} x {side} pixels, so both sides must divide by {side}, but the pictures have {got}. Resize or crop them to {near}.',
    zh: '{model} 每 {side} × {side} 像素生成一个潜变量，因此两边都必须能被 {side} 整除，但图片为 {got}。请把它们缩放或裁剪到 {near}。',
  },
  'encode.mixed-sizes': {
    en: 'The pictures have different sizes, so their tokens do not fit into one tensor ({first} and {other}). Resize or crop them to one size first.',
    zh: '图片大小不一，它们的图块向量无法放入同一个张量（{first} 和 {other}）。请先缩放或裁剪到同一大小。',
  },
  'encode.memory': {
    en: 'The tokens of {count} {count|picture|pictures}, {tokens} x {dims} numbers each, take {needed} GB, and this machine has {memory} GB. Encode at most {most} {most|picture|pictures} at once, or make them smaller first.',
    zh: '{count} 张图片的图块向量（每张 {tokens} × {dims} 个数）需要 {needed} GB，而这台机器有 {memory} GB。请一次最多编码 {most} 张图片，或先缩小它们。',
  },

  'latents.no-decoder': {
    en: '{model} cannot turn latents into pictures. Choose an autoencoder with its decoder (vae_decoder/model.onnx).',
    zh: '{model} 不能把潜变量变成图片。请选择带解码器（vae_decoder/model.onnx）的自编码器。',
  },
  'latents.other-model': {
    en: '{model} turns only its own latents into pictures, but got {shape} of the layer {layer} of {other}. Give it what *Encode tokens* makes with the same model.',
    zh: '{model} 只能把它自己的潜变量变成图片，得到的却是 {other} 的层 {layer}（{shape}）。请给它 *编码图块* 用同一模型得到的结果。',
  },
  'latents.shape': {
    en: '{model} turns latents into pictures only on their whole grid, with {channels} numbers a place, but got {shape}. Give it what *Encode tokens* makes with the same model.',
    zh: '{model} 只能把完整网格上每处 {channels} 个数的潜变量变成图片，得到的却是 {shape}。请给它 *编码图块* 用同一模型得到的结果。',
  },

  'encode.text-cut': {
    en: 'A text is longer than the {length} tokens that {model} reads, so its end is not read: "{text}".',
    zh: '一段文本超过了 {model} 能读取的 {length} 个 Token，末尾未被读取：“{text}”。',
  },
  'encode.texts-cut': {
    en: '{count} texts are longer than the {length} tokens that {model} reads, so their ends are not read: "{text}" is the first.',
    zh: '{count} 段文本超过了 {model} 能读取的 {length} 个 Token，末尾未被读取；第一段是“{text}”。',
  },
  'encode.unread': { en: 'It could not be read.', zh: '无法读取。' },
});
