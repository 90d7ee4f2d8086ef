import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about LoRA adapters: finding their files, and why one cannot be used. */
export const adapterMessage = defineMessages({
  'adapter.not-found': {
    en: 'There is no adapter at {path}. Choose the folder that holds adapter_config.json, or a .safetensors file.',
    zh: '{path} 没有适配器。请选择含有 adapter_config.json 的文件夹，或 .safetensors 文件。',
  },
  'adapter.no-config': {
    en: 'The adapter folder {folder} lacks adapter_config.json, which says the rank and the scale.',
    zh: '适配器文件夹 {folder} 缺少说明秩和缩放的 adapter_config.json。',
  },
  'adapter.no-weights': {
    en: 'The adapter folder {folder} lacks adapter_model.safetensors.',
    zh: '适配器文件夹 {folder} 缺少 adapter_model.safetensors。',
  },
  'adapter.several': {
    en: 'The folder {folder} holds several adapters ({names}). Choose one of them.',
    zh: '文件夹 {folder} 中有多个适配器（{names}）。请选择其中一个。',
  },
  'adapter.none-in-folder': {
    en: 'The folder {folder} holds no adapter: it has neither adapter_config.json nor adapter_model.safetensors.',
    zh: '文件夹 {folder} 中没有适配器：其中没有 adapter_config.json 和 adapter_model.safetensors。',
  },
  'adapter.not-an-adapter': {
    en: '{file} is not an adapter. Choose a .safetensors file, or the folder that holds adapter_config.json.',
    zh: '{file} 不是适配器。请选择 .safetensors 文件，或含有 adapter_config.json 的文件夹。',
  },
  'adapter.pickle': {
    en: '{file} is a pickle. Reading a pickle can run code, so Patchbay does not open it. Save the adapter as safetensors.',
    zh: '{file} 是 pickle 文件。读取 pickle 可能运行代码，因此 Patchbay 不会打开它。请把适配器保存为 safetensors。',
  },
  'adapter.unreadable': {
    en: '{file} could not be read. Check that Patchbay has permission to read it.',
    zh: '无法读取 {file}。请检查 Patchbay 是否有读取权限。',
  },

  'adapter.config-size': {
    en: '{file} is too large to be the config of an adapter.',
    zh: '{file} 太大，不可能是适配器的配置。',
  },
  'adapter.config-not-json': {
    en: '{file} is not JSON, so Patchbay cannot read this adapter.',
    zh: '{file} 不是 JSON，因此 Patchbay 无法读取这个适配器。',
  },
  'adapter.config-invalid': {
    en: '{file} is not a valid LoRA configuration.',
    zh: '{file} 不是有效的 LoRA 配置。',
  },
  'adapter.config-field': {
    en: '{file} is not a valid LoRA configuration: the value of {field} is wrong.',
    zh: '{file} 不是有效的 LoRA 配置：{field} 的值不正确。',
  },
  'adapter.other-method': {
    en: 'The adapter is of the type {type}. Patchbay supports LORA only, with rsLoRA and DoRA.',
    zh: '适配器的类型是 {type}。Patchbay 只支持 LORA，包括 rsLoRA 和 DoRA。',
  },
  'adapter.bias': {
    en: '{file} sets bias to {value}, which Patchbay does not support.',
    zh: '{file} 把 bias 设为 {value}，Patchbay 不支持。',
  },
  'adapter.whole-layers': {
    en: '{file} sets modules_to_save to {layers}: whole layers beside the LoRA, which Patchbay does not support.',
    zh: '{file} 把 modules_to_save 设为 {layers}，即 LoRA 之外的完整层，Patchbay 不支持。',
  },
  'adapter.changed-base': {
    en: '{file} sets init_lora_weights to {value}, which changes the base weight. Save the adapter converted to plain LoRA.',
    zh: '{file} 把 init_lora_weights 设为 {value}，这会改变基础权重。请把适配器转换为普通 LoRA 后保存。',
  },
  'adapter.setting': {
    en: '{file} sets {setting}, which Patchbay does not support.',
    zh: '{file} 设置了 {setting}，Patchbay 不支持。',
  },
  'adapter.complex-pattern': {
    en: 'Patchbay does not support the pattern "{pattern}" of the adapter. Name the layer itself.',
    zh: 'Patchbay 不支持适配器的模式“{pattern}”。请直接写出层的名称。',
  },
  'adapter.invalid-pattern': {
    en: 'The pattern "{pattern}" of the adapter is not a regular expression.',
    zh: '适配器的模式“{pattern}”不是正则表达式。',
  },

  'adapter.unknown-names': {
    en: "{file} has neither kohya's tensor names nor an adapter_config.json beside it, so its scale is not known.",
    zh: '{file} 既没有 kohya 的张量名称，旁边也没有 adapter_config.json，因此不知道它的缩放。',
  },
  'adapter.other-kohya-method': {
    en: 'The adapter holds {tensor}, so it is {method}. Patchbay supports LoRA and DoRA only.',
    zh: '适配器含有 {tensor}，因此它是 {method}。Patchbay 只支持 LoRA 和 DoRA。',
  },
  /** Methods of `adapter.other-kohya-method` that have no name of their own. */
  'adapter.method-locon': { en: 'a convolution LoRA (LoCon)', zh: '卷积 LoRA（LoCon）' },
  'adapter.method-full': { en: 'full weights (not low rank)', zh: '完整权重（非低秩）' },
  'adapter.not-kohya': {
    en: "The adapter holds the tensor {tensor}, which no LoRA file of kohya's scripts has.",
    zh: '适配器含有张量 {tensor}，kohya 脚本的 LoRA 文件中没有这样的张量。',
  },
  'adapter.picture-generator': {
    en: 'The adapter was made for a picture generator ({layers}), not for the projection of a picture encoder.',
    zh: '适配器是为图片生成器（{layers}）制作的，而不是为图片编码器的投影。',
  },
  'adapter.other-prefix': {
    en: 'The tensor {tensor} of the adapter does not begin with {prefix}. The adapter was saved from another model and would change nothing.',
    zh: '适配器的张量 {tensor} 不以 {prefix} 开头。它是从另一个模型保存的，不会起任何作用。',
  },
  'adapter.other-tensor': {
    en: 'The adapter holds {tensor}, which is not a LoRA tensor.',
    zh: '适配器含有 {tensor}，它不是 LoRA 张量。',
  },
  'adapter.several-in-file': {
    en: 'The file holds {count} adapters ({names}). Save the one you want in a file of its own.',
    zh: '文件中有 {count} 个适配器（{names}）。请把您想要的那个单独保存。',
  },
  /** An adapter in the list of `adapter.several-in-file`. */
  'adapter.unnamed': { en: 'one without a name', zh: '没有名称的适配器' },
  'adapter.twice': {
    en: 'The adapter holds {tensors} under two names.',
    zh: '适配器以两个名称含有 {tensors}。',
  },
  'adapter.incomplete': {
    en: 'The adapter is incomplete: {layer} lacks {half}.',
    zh: '适配器不完整：{layer} 缺少 {half}。',
  },
  'adapter.empty': { en: 'The adapter holds no LoRA tensors.', zh: '适配器中没有 LoRA 张量。' },
  'adapter.several-layers': {
    en: 'The adapter changes {count} layers ({layers}). Patchbay adapts the projection of pictures only: use an adapter trained with target_modules ["visual_projection"].',
    zh: '适配器改变 {count} 层（{layers}）。Patchbay 只适配图片投影：请使用以 target_modules ["visual_projection"] 训练的适配器。',
  },
  'adapter.other-layer': {
    en: 'The adapter was made for the layer {layer}, not for the projection of pictures. Use one trained with target_modules ["visual_projection"].',
    zh: '适配器是为层 {layer} 制作的，而不是图片投影。请使用以 target_modules ["visual_projection"] 训练的适配器。',
  },
  'adapter.other-target': {
    en: 'The config of the adapter names {targets}, but its tensors are for {layer}. Correct target_modules in adapter_config.json, or copy the adapter again.',
    zh: '适配器的配置针对 {targets}，但它的张量针对 {layer}。请更正 adapter_config.json 中的 target_modules，或重新复制适配器。',
  },

  'adapter.halves': {
    en: 'The tensors A and B of the adapter for {layer} do not fit each other: A is {a} and B is {b}. A must be r x in, and B out x r.',
    zh: '适配器中 {layer} 的张量 A 和 B 不相符：A 为 {a}，B 为 {b}。A 必须是 r × 输入，B 必须是输出 × r。',
  },
  /** The shape of a tensor without axes, in `adapter.halves`. */
  'adapter.scalar': { en: 'a single number', zh: '单个数' },
  'adapter.magnitudes': {
    en: 'The DoRA magnitudes of the adapter are {shape}, but each of the {outputs} outputs needs one.',
    zh: '适配器的 DoRA 幅度为 {shape}，而 {outputs} 个输出需要各有一个。',
  },
  'adapter.rank': {
    en: 'The config of the adapter says rank {expected} for {layer}, but its tensors have rank {got}.',
    zh: '适配器的配置中 {layer} 的秩为 {expected}，而张量的秩为 {got}。',
  },
  'adapter.no-magnitudes': {
    en: 'The config of the adapter says DoRA, but the magnitudes of {layer} are missing.',
    zh: '按配置适配器是 DoRA，但缺少 {layer} 的幅度。',
  },
  'adapter.unannounced-magnitudes': {
    en: 'The adapter holds DoRA magnitudes of {layer}, but its config does not set use_dora.',
    zh: '适配器含有 {layer} 的 DoRA 幅度，但配置中没有 use_dora。',
  },
  'adapter.alpha': {
    en: 'The tensor {tensor} of the adapter should be a single number.',
    zh: '适配器的张量 {tensor} 应为单个数。',
  },
  'adapter.not-finite': {
    en: 'The tensor {tensor} of the adapter holds values that are not finite numbers (NaN or infinite): its training failed, or the file is damaged.',
    zh: '适配器的张量 {tensor} 含有非有限的数值（NaN 或无穷）：训练失败，或文件已损坏。',
  },
  'adapter.other-base': {
    en: 'The adapter {adapter} was made for a projection from {adapterIn} to {adapterOut} numbers, but this one goes from {modelIn} to {modelOut}. Choose the model it was trained on.',
    zh: '适配器 {adapter} 是为从 {adapterIn} 到 {adapterOut} 维的投影制作的，而这里是从 {modelIn} 到 {modelOut}。请选择训练它时所用的模型。',
  },
});
