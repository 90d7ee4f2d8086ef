import type { SentencePair } from './sentence-pair.ts';

/** What is said of adapters and the projection they change. */
export const zhAdapterSentences: readonly SentencePair[] = [
  [
    'LoRA projection needs vectors of {a} before its projection; it gets {b}. In *Encode images* choose {c} and the layer "Before projection", or use the identity as base here.',
    '“LoRA 投影”需要 {a} 投影之前的向量，得到的却是 {b}。请在“编码图片”中选择 {c} 和“投影前”的层，或在这里以恒等矩阵为基础。',
  ],
  [
    '{a} has no projection whose weight can be read. Use the identity as base.',
    '{a} 没有可读取权重的投影。请以恒等矩阵为基础。',
  ],
  [
    'There is no adapter at {a}: give the folder that holds {b}, or a .safetensors file.',
    '{a} 没有适配器：请给出含有 {b} 的文件夹，或 .safetensors 文件。',
  ],
  [
    'The adapter folder {a} lacks {b}, which says rank and scale.',
    '适配器文件夹 {a} 缺少说明秩和缩放的 {b}。',
  ],
  ['The adapter folder {a} lacks {b}.', '适配器文件夹 {a} 缺少 {b}。'],
  [
    'The folder {a} holds several adapters ({b}): choose one of them.',
    '文件夹 {a} 中有多个适配器（{b}）：请选择其中一个。',
  ],
  [
    'The folder {a} holds no adapter: {b} and {c} are not in it.',
    '文件夹 {a} 中没有适配器：其中没有 {b} 和 {c}。',
  ],
  [
    '{a} is no adapter: give a .safetensors file, or the folder that holds {b}.',
    '{a} 不是适配器：请给出 .safetensors 文件，或含有 {b} 的文件夹。',
  ],
  [
    '{a} is a pickle, which can run code when it is read, and is not opened: save the adapter as safetensors.',
    '{a} 是 pickle 文件，读取时可能运行代码，因此不会打开：请把适配器保存为 safetensors。',
  ],
  ["{a} is too large to be an adapter's config.", '{a} 太大，不可能是适配器的配置。'],
  ['{a} could not be read; check that it may be.', '无法读取 {a}；请检查是否有读取权限。'],
  ['{a} could not be read.', '无法读取 {a}。'],
  [
    "{a} has neither kohya's tensor names nor an adapter_config.json beside it, so its scale is not known.",
    '{a} 既没有 kohya 的张量名称，旁边也没有 adapter_config.json，因此不知道它的缩放。',
  ],
  ["The adapter's {a} is not one number.", '适配器的 {a} 不是单个数。'],
  [
    "The adapter's tensor {a} holds values that are no numbers (NaN or infinite): its training failed, or the file is damaged.",
    '适配器的张量 {a} 含有非数值（NaN 或无穷）：训练失败，或文件已损坏。',
  ],
  [
    'The adapter {a} was made for a projection from {b} to {c} numbers, and this one goes from {d} to {e}: choose the model it was trained on.',
    '适配器 {a} 是为从 {b} 到 {c} 维的投影制作的，而这里是从 {d} 到 {e}：请选择训练它时所用的模型。',
  ],
  [
    'The adapter is {a} (it holds {b}), and only LoRA and DoRA are computed here.',
    '适配器是{a}（含有 {b}），这里只支持 LoRA 和 DoRA。',
  ],
  ['a convolution LoRA (LoCon)', '卷积 LoRA（LoCon）'],
  ['full weights (not low rank)', '完整权重（非低秩）'],
  [
    "The adapter holds the tensor {a}, which no LoRA file has: it was not made by kohya's scripts.",
    '适配器含有 LoRA 文件中没有的张量 {a}：它不是由 kohya 的脚本制作的。',
  ],
  [
    "The adapter was made for a picture generator ({a}), and not for an image encoder's projection.",
    '适配器是为图像生成器（{a}）制作的，而不是为图片编码器的投影。',
  ],
  ['The adapter is incomplete: {a} lacks {b}.', '适配器不完整：{a} 缺少 {b}。'],
  ['The adapter holds no LoRA tensors.', '适配器中没有 LoRA 张量。'],
  [
    'The adapter changes {a} layers ({b}). Patchbay adapts the image projection only: use an adapter trained with target_modules ["visual_projection"].',
    '适配器改变 {a} 层（{b}）。Patchbay 只适配图片投影：请使用以 target_modules ["visual_projection"] 训练的适配器。',
  ],
  [
    'The adapter was made for the layer {a}, and not for the image projection: use one trained with target_modules ["visual_projection"].',
    '适配器是为层 {a} 制作的，而不是图片投影：请使用以 target_modules ["visual_projection"] 训练的适配器。',
  ],
  [
    "The adapter's tensors of {a} do not fit each other: A is {b} and B is {c}, where A must be r x in and B out x r.",
    '适配器中 {a} 的张量不相符：A 为 {b}，B 为 {c}，而 A 必须是 r x 输入，B 必须是输出 x r。',
  ],
  [
    "The adapter's DoRA magnitudes are {a}, where one for each of the {b} outputs is needed.",
    '适配器的 DoRA 幅度为 {a}，而 {b} 个输出需要各有一个。',
  ],
  ['{a} is not JSON, so this adapter cannot be read.', '{a} 不是 JSON，因此无法读取这个适配器。'],
  [
    'The adapter is of the type {a}, and only LORA (with rsLoRA and DoRA) is computed here.',
    '适配器的类型是 {a}，这里只支持 LORA（包括 rsLoRA 和 DoRA）。',
  ],
  ['{a} is no LoRA configuration: {b} is not what it should be.', '{a} 不是 LoRA 配置：{b} 不正确。'],
  ['{a} sets {b}, which is not computed here.', '{a} 设置了 {b}，这里不支持。'],
  [
    'The adapter\'s pattern "{a}" is too involved: name the layer itself.',
    '适配器的模式“{a}”太复杂：请直接写出层的名称。',
  ],
  ['The adapter\'s pattern "{a}" is no regular expression.', '适配器的模式“{a}”不是正则表达式。'],
  [
    "The adapter's tensor {a} does not begin with {b}: it was saved from another model, and would change nothing.",
    '适配器的张量 {a} 不以 {b} 开头：它是从另一个模型保存的，不会起任何作用。',
  ],
  ['The adapter holds {a}, which is no LoRA tensor.', '适配器含有 {a}，它不是 LoRA 张量。'],
  [
    'The file holds {a} adapters ({b}): save the one you want by itself.',
    '文件中有 {a} 个适配器（{b}）：请单独保存您想要的那个。',
  ],
  ['The adapter holds {a} under two names.', '适配器以两个名称含有 {a}。'],
  [
    "The adapter's config is for {a}, but its tensors are for {b}.",
    '适配器的配置针对 {a}，但它的张量针对 {b}。',
  ],
  [
    "The adapter's config says rank {a} for {b}, and its tensors have rank {c}.",
    '适配器的配置中 {b} 的秩为 {a}，而张量的秩为 {c}。',
  ],
  [
    'The adapter is DoRA by its config, and the magnitudes of {a} are missing.',
    '按配置适配器是 DoRA，但缺少 {a} 的幅度。',
  ],
  [
    'The adapter holds DoRA magnitudes of {a}, and its config does not say use_dora.',
    '适配器含有 {a} 的 DoRA 幅度，但配置中没有 use_dora。',
  ],
  ['its content', '它的内容'],
  ['bias to {a}', 'bias 为 {a}'],
  ['modules_to_save to {a} (whole layers beside the LoRA)', 'modules_to_save 为 {a}（LoRA 之外的完整层）'],
  [
    'init_lora_weights to {a} (it changes the base weight; save the adapter converted to plain LoRA)',
    'init_lora_weights 为 {a}（它会改变基础权重；请把适配器转换为普通 LoRA 后保存）',
  ],
  ['one without a name', '没有名称的适配器'],
];
