import type { SentencePair } from './sentence-pair.ts';

/** What is said of models, of their files and of what they read and give. */
export const zhModelSentences: readonly SentencePair[] = [
  // Of licences only what is a sentence; their names stay.
  ['{a}; trained on art under {b}, see NOTICE', '{a}；训练所用图画的许可证为 {b}，见 NOTICE'],
  ['{a}; trained on art under {b} and {c}, see NOTICE', '{a}；训练所用图画的许可证为 {b} 和 {c}，见 NOTICE'],
  [
    '{a}; trained on art under {b}, {c}, {d} and {e}, see NOTICE',
    '{a}；训练所用图画的许可证为 {b}、{c}、{d} 和 {e}，见 NOTICE',
  ],
  ['{a} licence: research only', '{a} 许可证：仅限研究'],
  ['The model {a} cannot be used: {b}.', '模型 {a} 无法使用：{b}。'],
  ['its files could not be read', '无法读取它的文件'],
  ['{a} is missing', '缺少 {a}'],
  ['{a} is missing.', '缺少 {a}。'],
  ['{a}.onnx or onnx/{b}.onnx', '{a}.onnx 或 onnx/{b}.onnx'],
  ['onnx/model.onnx or onnx/vision_model.onnx', 'onnx/model.onnx 或 onnx/vision_model.onnx'],
  ['{a} is no file of a sensible size', '{a} 的大小不合理'],
  ['{a} is not JSON', '{a} 不是 JSON'],
  ['{a} is not a JSON object', '{a} 不是 JSON 对象'],
  ['There is no model called {a}. Did you mean {b}?', '没有名为 {a} 的模型。您是否想要 {b}？'],
  ['There is no model in {a}: {b}', '{a} 中没有模型：{b}'],
  [
    "a model's folder holds its graph, onnx/model.onnx or onnx/vision_model.onnx, and the .json files beside it.",
    '模型的文件夹应包含它的图 onnx/model.onnx 或 onnx/vision_model.onnx，以及旁边的 .json 文件。',
  ],
  [
    'There already is a model named {a} ({b}): rename the new folder.',
    '已有名为 {a} 的模型（{b}）：请为新文件夹改名。',
  ],
  ['built in', '内置'],
  [
    'the model gives out only the scores of its classes (logits), and the vector before them is not found in its file. Export it without its classifier',
    '模型只给出各类别的得分（logits），文件中找不到之前的向量。请导出不带分类器的版本',
  ],
  ['the model gives out {a}, and no float vectors among it', '模型给出 {a}，其中没有浮点向量'],
  [
    'its file draws random numbers, so one picture would give other results each time. Export it without them: a masked autoencoder with mask_ratio 0 and its "noise" as an input, an autoencoder with latent_parameters for its output',
    '它的文件会抽取随机数，同一张图片每次结果都不同。请导出不带随机数的版本：掩码自编码器用 mask_ratio 0 并以“noise”为输入，自编码器以 latent_parameters 为输出',
  ],
  [
    'it reads pictures as lists of patches of any shape (NaFlex), which is not supported: take the variant of the model for one size, such as siglip2-base-patch16-224',
    '它把图片读成任意形状的图块列表（NaFlex），不受支持：请改用固定大小的版本，例如 siglip2-base-patch16-224',
  ],
  [
    'the model takes {a}, and no pictures as N x 3 x H x W floats',
    '模型接受 {a}，其中没有 N x 3 x H x W 浮点形式的图片',
  ],
  [
    'its decoder does not make pictures (N x 3 x H x W) of latents (N x C x h x w)',
    '它的解码器不能把潜变量（N x C x h x w）变成图片（N x 3 x H x W）',
  ],
  [
    '{a} could not be loaded: {b}. It may be damaged or cut short, or made for another runtime: fetch or export it again.',
    '无法加载 {a}：{b}。它可能已损坏或不完整，或是为其他运行时制作的：请重新下载或导出。',
  ],
  ['{a} could not be run: {b}.', '无法运行 {a}：{b}。'],
  [
    'The model gives out {a} numbers, which Patchbay cannot use. Export it with float32 outputs.',
    '模型给出 {a} 类型的数值，Patchbay 无法使用。请以 float32 输出重新导出。',
  ],
  [
    'The model gave a result of {a}, and vectors, tokens or a map are needed: it is no encoder of a kind Patchbay reads.',
    '模型给出 {a} 的结果，而需要的是向量、Token 或特征图：它不是 Patchbay 能读取的编码器。',
  ],
  [
    'The model wants an input "{a}", which Patchbay does not know how to give: export it with pixel_values and input_ids only.',
    '模型需要输入“{a}”，Patchbay 不知道如何给出：请只以 pixel_values 和 input_ids 为输入导出。',
  ],
  [
    'There is no model file at {a}. Check the path, or add the model again.',
    '{a} 没有模型文件。请检查路径，或重新添加模型。',
  ],
  [
    'The model {a} does not say how pictures are prepared for it. Prepare them with the Preprocess nodes first.',
    '模型 {a} 没有说明如何预处理图片。请先用预处理节点处理图片。',
  ],
  [
    'The model {a} does not say how pictures are prepared for it: {b}. Prepare them with the Preprocess nodes first.',
    '模型 {a} 没有说明如何预处理图片：{b}。请先用预处理节点处理图片。',
  ],
  [
    'The model {a} gives vectors of {b} numbers where its files say {c}: its config.json belongs to another model.',
    '模型 {a} 给出 {b} 维的向量，而它的文件说是 {c} 维：它的 config.json 属于另一个模型。',
  ],
  [
    "The model {a} reads pictures of {b} pixels and was given {c}: prepare them with the model's own preprocessing.",
    '模型 {a} 读取 {b} 像素的图片，得到的却是 {c}：请用该模型自己的预处理。',
  ],
  [
    '{a} cuts pictures into patches of {b} pixels, so both sides must divide by {c}, and it was given {d}: resize or crop to {e}.',
    '{a} 把图片切成 {b} 像素的图块，因此两边都必须能被 {c} 整除，得到的却是 {d}：请缩放或裁剪到 {e}。',
  ],
  [
    '{a} makes one latent of {b} pixels, so both sides must divide by {c}, and it was given {d}: resize or crop to {e}.',
    '{a} 每 {b} 像素生成一个潜变量，因此两边都必须能被 {c} 整除，得到的却是 {d}：请缩放或裁剪到 {e}。',
  ],
  [
    '{a} looks at {b} of the {c} patches of a picture: it was exported with the masking it was trained with. Export it again with mask_ratio 0.',
    '{a} 只看图片 {c} 个图块中的 {b} 个：导出时保留了训练用的遮挡。请以 mask_ratio 0 重新导出。',
  ],
  [
    'The tokenizer of {a} cannot be used: tokenizer.json is damaged or of a kind that is not known. Fetch or export it again.',
    '{a} 的分词器无法使用：tokenizer.json 已损坏或类型未知。请重新下载或导出。',
  ],
  ['The model {a} cannot read text: {b}.', '模型 {a} 不能读取文本：{b}。'],
  [
    'The model {a} reads no text: choose one with a text tower, such as a CLIP or SigLIP model.',
    '模型 {a} 不能读取文本：请选择带文本部分的模型，例如 CLIP 或 SigLIP。',
  ],
  [
    'A text is longer than the {a} tokens that {b} reads, and the end is not read: "{c}".',
    '一段文本超过了 {b} 能读取的 {a} 个 Token，末尾未被读取：“{c}”。',
  ],
  [
    '{n} texts are longer than the {a} tokens that {b} reads, and the end is not read: "{c}" is the first.',
    '{n} 段文本超过了 {b} 能读取的 {a} 个 Token，末尾未被读取；第一段是“{c}”。',
  ],
  [
    'The tokens of {a} pictures, {b} numbers each, take {c} GB, and this machine has {d} GB: encode at most {e} pictures at once, or make them smaller first.',
    '{a} 张图片的 Token（每张 {b} 个数）需要 {c} GB，而这台机器有 {d} GB：请一次最多编码 {e} 张图片，或先缩小它们。',
  ],
  [
    'The pictures have different sizes, so their tokens do not fit into one tensor ({a} and {b}): resize or crop them to one size first.',
    '图片大小不一，它们的 Token 无法放入同一个张量（{a} 和 {b}）：请先缩放或裁剪到同一大小。',
  ],
  [
    'The layer {a} of {b} cannot be reached as {c}: its file {d}.',
    '{b} 的层 {a} 无法作为{c}取得：它的文件{d}。',
  ],
  ['one vector a picture', '每张图片一个向量'],
  ['one vector a token', '每个 Token 一个向量'],
  ['gives {a}', '给出 {a}'],
  ['gives no layers of that kind, only {a}', '没有这种层，只有 {a}'],
  [
    '{a} makes no pictures of latents: choose an autoencoder with its decoder (vae_decoder/model.onnx).',
    '{a} 不能把潜变量变成图片：请选择带解码器（vae_decoder/model.onnx）的自编码器。',
  ],
  [
    '{a} makes no pictures of latents. Choose an autoencoder with its decoder, such as a Stable Diffusion VAE or TAESD.',
    '{a} 不能把潜变量变成图片。请选择带解码器的自编码器，例如 Stable Diffusion VAE 或 TAESD。',
  ],
  [
    '{a} makes pictures of its own latents only, and gets the {b} of {c}. Give it what Encode tokens makes with the same model.',
    '{a} 只能还原它自己的潜变量，得到的却是 {c} 的 {b}。请给它“编码 Token”用同一模型得到的结果。',
  ],
  [
    '{a} makes pictures of its own latents only, {b} numbers a place, and was given {c} of the {d} of {e}: give it the tokens that Encode tokens makes with the same model.',
    '{a} 只能还原它自己的潜变量（每处 {b} 个数），得到的却是 {e} 的 {d}（{c}）：请给它“编码 Token”用同一模型得到的 Token。',
  ],
  [
    '{a} gives latents of pictures and no single vector. Use Encode tokens, and Pool for one vector a picture.',
    '{a} 给出图片的潜变量，而不是单个向量。请使用“编码 Token”，再用“池化”得到每张图片一个向量。',
  ],
  [
    '{a} cannot be used as {b}: {c}. Choose auto or one of those.',
    '{a} 不能以 {b} 使用：{c}。请选择“自动”或其中之一。',
  ],
  ['{a} cannot be used as {b}: {c}. Choose auto.', '{a} 不能以 {b} 使用：{c}。请选择“自动”。'],
  ['it has no variants', '它没有其他精度'],
  ['there is {a}', '现有 {a}'],
  ['{a} shows no tokens of its pictures. {b}', '{a} 不给出图片的 Token。{b}'],
  [
    '{a} has no tokens that can be compared with texts: that takes a CLIP, whose own projection every patch can go through. {b}',
    '{a} 没有可与文本比较的 Token：那需要 CLIP，它自己的投影可用于每个图块。{b}',
  ],
  ['The layers of {a} cannot be reached one by one. {b}', '{a} 的各层无法逐一取得。{b}'],
  ['{a} has no layer {b} that can be reached: it has {c}.', '{a} 没有可用的第 {b} 层：它有{c}。'],
  [
    '{a} has no layer {b} that can be reached: it has layers {c} to {d}, or {e} to {f} counted from the end.',
    '{a} 没有可用的第 {b} 层：它有第 {c} 至 {d} 层，或从末尾数的 {e} 至 {f}。',
  ],
  [
    'It gives one vector a picture and nothing before it. Choose a ViT, CLIP or DINOv2, or export the model with last_hidden_state.',
    '它每张图片只给出一个向量，取不到之前的内容。请选择 ViT、CLIP 或 DINOv2，或导出带 last_hidden_state 的模型。',
  ],
  ['It has its last layer ({a}).', '它有最后一层（{a}）。'],
  ['It has its last layer ({a}), {b}.', '它有最后一层（{a}），以及{b}。'],
  ['It has tokens in the space of its embedding ({a}).', '它有位于嵌入空间的 Token（{a}）。'],
  ['It has {a}.', '它有{a}。'],
  [
    'The tokens of {a} lie on no grid, so they cannot be shown on a picture. Choose an encoder that cuts pictures into patches, such as a ViT, DINOv2 or CLIP.',
    '{a} 的 Token 不在网格上，无法显示在图片上。请选择会把图片切成图块的编码器，例如 ViT、DINOv2 或 CLIP。',
  ],
  [
    'Some of the vectors hold numbers that are not finite, so they have no principal components: the model overflowed. Choose a more exact precision, or another layer.',
    '部分向量含有非有限的数值，因此没有主成分：模型溢出了。请选择更高的精度或另一层。',
  ],
  ['It failed in a way that was not foreseen.', '出现了意料之外的失败。'],
  ['{a}, so how to prepare pictures for it is not known.', '{a}，因此不知道如何为它预处理图片。'],
  ['It cannot read texts: {a}.', '它不能读取文本：{a}。'],
  ['Its list of hashes names {a}, which is outside the folder.', '它的哈希列表中有文件夹之外的 {a}。'],
  [
    '{a} is not the file it should be: its sha256 differs. Fetch it again.',
    '{a} 不是应有的文件：sha256 不符。请重新下载。',
  ],
  ['{a} gave {b} numbers where the files say {c}.', '{a} 给出 {b} 个数，而文件说是 {c} 个。'],
  ['{a} gave values that are no numbers.', '{a} 给出了非数值。'],
  ['A blank picture', '一张空白图片'],
  ['A place of a blank picture', '空白图片的一处'],
  [
    '{a} reads pictures of {b} pixels and was given {c}: resize or crop to that, or use Preprocess as model with side 0.',
    '{a} 读取 {b} 像素的图片，得到的却是 {c}：请缩放或裁剪到该大小，或使用边长为 0 的“按模型预处理”。',
  ],
  [
    '{a} makes pictures of its own latents only, and gets latents of {b}. Give it what Encode tokens makes with the same model.',
    '{a} 只能还原它自己的潜变量，得到的却是 {b} 的潜变量。请给它“编码 Token”用同一模型得到的结果。',
  ],
  ['There is no model called {a}. {b}', '没有名为 {a} 的模型。{b}'],
  ['Did you mean {a}?', '您是否想要 {a}？'],
  ['Did you mean {a}? {b}', '您是否想要 {a}？{b}'],
  [
    'To fetch it: the Models panel, or "patchbay models add {a}".',
    '如要下载：用“模型”面板，或“patchbay models add {a}”。',
  ],
  ['There are: {a}.', '现有：{a}。'],
  [
    'There is no folder {a}. Check the path, or name a repository of the hub as OWNER/NAME.',
    '没有文件夹 {a}。请检查路径，或以 OWNER/NAME 的形式写出模型库中的仓库。',
  ],
  ['{a} was not added: it is built in.', '{a} 不是添加的：它是内置的。'],
  [
    '{a} was not added: it is found in {b}; take its folder away there.',
    '{a} 不是添加的：它位于 {b}；请在那里移走它的文件夹。',
  ],
  ['It is built in.', '它是内置的。'],
  ['They are in {a}.', '它们位于 {a}。'],
  ['It has no files.', '它没有文件。'],
  ['Nothing is known to compare with.', '没有可比较的已知内容。'],
  ['{a} files are as they should be.', '{a} 个文件都正确。'],
  ['{a} gave {b} finite numbers.', '{a}给出 {b} 个有限数值。'],
  ['A text', '一段文本'],
  [
    'The layer {a} of {b} cannot be reached as {c}: its file {d}.{hint}',
    '{b} 的层 {a} 无法作为{c}取得：它的文件{d}。{hint}',
  ],
];

/** Lists of the layers that a model has, and why two spaces differ. */
export const zhModelPhrases: readonly SentencePair[] = [
  ['layers {a} to {b}', '第 {a} 至 {b} 层'],
  ['the layers {a}', '第 {a} 层'],
  ['tokens in the space of its embedding ({a})', '位于嵌入空间的 Token（{a}）'],
  ['tokens in the space of its embedding ({a}), {b}', '位于嵌入空间的 Token（{a}）、{b}'],
  ['they come from different encoders', '来自不同的编码器'],
  ['they come from different versions of one encoder', '来自同一编码器的不同版本'],
  ['one is the {a} and the other the {b} of the encoder', '一个是编码器的 {a}，另一个是 {b}'],
  ['one is pooled by {a} and the other by {b}', '一个的池化方式为 {a}，另一个为 {b}'],
  ['they were projected differently', '投影方式不同'],
  ['one has {a} numbers a vector and the other {b}', '一个的向量有 {a} 维，另一个有 {b} 维'],
  [
    'only one of them, or each with another, went through an adapter',
    '只有一个经过适配器，或两者的适配器不同',
  ],
  ['their adapters have different strengths', '适配器的强度不同'],
  [' {a} is a layer of tokens: use Encode tokens.', '{a} 是 Token 的层：请使用“编码 Token”。'],
  [' {a} is one vector a picture: use Encode images.', '{a} 是每张图片一个向量：请使用“编码图片”。'],
  ['none yet', '暂无'],
  ['{a} ({b}, projection {c})', '{a}（{b}，投影 {c}）'],
  ['{a} ({b}, adapter {c} x {d})', '{a}（{b}，适配器 {c} x {d}）'],
  ['{a} ({b}, projection {c}, adapter {d} x {e})', '{a}（{b}，投影 {c}，适配器 {d} x {e}）'],
  ['projection {a}', '投影 {a}'],
  ['adapter {a} x {b}', '适配器 {a} x {b}'],
  ['its latents, as the last layer', '作为最后一层的潜变量'],
  ['its last layer ({a})', '最后一层（{a}）'],
];
