import type { SentencePair } from './sentence-pair.ts';
import { zhAdapterSentences } from './zh-adapter-sentences.ts';
import { zhDeviceSentences } from './zh-device-sentences.ts';
import { zhFilePhrases, zhFileSentences } from './zh-file-sentences.ts';
import { zhHubSentences } from './zh-hub-sentences.ts';
import { zhModelPhrases, zhModelSentences } from './zh-model-sentences.ts';
import { zhNodeSentences } from './zh-node-sentences.ts';
import { zhRequestSentences } from './zh-request-sentences.ts';
import { zhRunnerPhrases, zhRunnerSentences } from './zh-runner-sentences.ts';
import { zhTensorPhrases, zhTensorSentences } from './zh-tensor-sentences.ts';
import { zhWorkflowPhrases, zhWorkflowSentences } from './zh-workflow-sentences.ts';

/** Sentences by the stable code of the error they belong to, or by what they are about where many codes say them. */
export const zhSentences: Readonly<Record<string, readonly SentencePair[]>> = {
  ...zhHubSentences,
  devices: zhDeviceSentences,
  models: zhModelSentences,
  adapters: zhAdapterSentences,
  files: zhFileSentences,
  nodes: zhNodeSentences,
  requests: zhRequestSentences,
  runner: zhRunnerSentences,
  tensors: zhTensorSentences,
  workflows: zhWorkflowSentences,
  'edge.self': [
    ['A wire leads from {a} back to itself.|| Remove it.', '{a} 的连线又回到了它自己。||请移除它。'],
  ],
  'edge.duplicate': [
    [
      'Two equal wires lead from {a} to {b}.|| Remove one of them.',
      '从 {a} 到 {b} 有两条相同的连线。||请移除其中一条。',
    ],
  ],
  'edge.type-mismatch': [
    [
      '{a} takes {b} at {c}, and {d} gives {e}.|| Connect something that gives {f}.',
      '{a} 的 {c} 需要{b}，而 {d} 给出的是{e}。||请连接能给出{f}的节点。',
    ],
  ],
  'edge.unknown-node': [
    [
      'A wire from {a} leads to {b}, which is not in the workflow. Remove the wire.',
      '从 {a} 出发的连线通向 {b}，但工作流中没有它。请移除这条连线。',
    ],
    [
      'A wire to {a} comes from {b}, which is not in the workflow. Remove the wire.',
      '通向 {a} 的连线来自 {b}，但工作流中没有它。请移除这条连线。',
    ],
    [
      'A wire comes from {a}, which is not in the workflow. Remove the wire.',
      '一条连线来自 {a}，但工作流中没有它。请移除这条连线。',
    ],
  ],
  'port.unknown': [
    [
      '{a} has no input called "{b}".{hint} Remove the wire, or connect it to another input.',
      '{a} 没有名为“{b}”的输入。{hint}请移除这条连线，或把它连接到别的输入。',
    ],
    [
      '{a} has no output called "{b}".{hint} Remove the wire, or connect it to another output.',
      '{a} 没有名为“{b}”的输出。{hint}请移除这条连线，或把它连接到别的输出。',
    ],
  ],
  'input.occupied': [
    [
      '{a} of {b} takes one wire and has another already.|| Remove one of them.',
      '{b} 的 {a} 只接受一条连线，并且已经有一条了。||请移除其中一条。',
    ],
  ],
  'input.missing': [
    [
      '{a} needs something at {b}. Connect any result to it.',
      '{a} 的 {b} 还没有输入。请把任意结果连接到它。',
    ],
    [
      '{a} needs {b} at {c}. Connect something that gives {d}.',
      '{a} 的 {c} 需要{b}。请连接能给出{d}的节点。',
    ],
    [
      '{a} needs {b} at {c}, and {d} before it is bypassed and has nothing of that kind to hand through. Make it active again, or connect something else.',
      '{a} 的 {c} 需要{b}，而它前面的 {d} 被旁路，没有这种数据可以传递。请重新启用它，或连接别的节点。',
    ],
    [
      'Switch is set to {a}, but nothing is connected there. Connect it, or choose the other one.',
      '“切换”设为 {a}，但那里没有连接。请连接它，或选择另一个。',
    ],
    [
      'Zero-shot takes its temperature from the model: connect Load encoder to Encoder, or choose how scores become probabilities yourself.',
      '“零样本分类”的温度取自模型：请把“加载编码器”连接到“编码器”，或自行选择得分如何变为概率。',
    ],
    [
      'LoRA projection takes its base weight from the model: connect Load encoder to Encoder, or choose the identity as base.',
      '“LoRA 投影”的基础权重取自模型：请把“加载编码器”连接到“编码器”，或选择恒等矩阵为基础。',
    ],
  ],
  'input.wrong-kind': [
    [
      '{a} takes {b} at {c}, and got {d}. Connect something that gives {e}.',
      '{a} 的 {c} 需要{b}，得到的却是{d}。请连接能给出{e}的节点。',
    ],
  ],
  'workflow.cycle': [
    [
      'A wire from {a} to {b} would close a cycle. A node cannot wait for its own result.',
      '从 {a} 到 {b} 的连线会形成循环。节点不能等待它自己的结果。',
    ],
    [
      'These nodes wait for each other in a cycle: {a}. Remove one of the wires between them.',
      '这些节点循环地互相等待：{a}。请移除它们之间的一条连线。',
    ],
  ],
  'workflow.empty': [
    [
      'The workflow has no active node with a result. Add one, or unmute one.',
      '工作流中没有会给出结果的启用节点。请添加一个，或启用一个已停用的节点。',
    ],
  ],
  'workflow.invalid': [
    ['The workflow cannot run: {a}', '工作流无法运行：{a}'],
    ['The workflow has problems.', '工作流有问题。'],
  ],
  'node.duplicate-id': [
    [
      'Two nodes have the id "{a}". Give one of them another id.',
      '两个节点的 id 都是“{a}”。请为其中一个换一个 id。',
    ],
  ],
  'node.unknown-type': [
    [
      '{a} is a node of the type "{b}", which this Patchbay does not have.{hint} Remove it, mute it, or install what brings it.',
      '{a} 的类型是“{b}”，此 Patchbay 中没有这种节点。{hint}请移除它、停用它，或安装提供它的扩展。',
    ],
  ],
  'node.failed': [['{a} failed: {b}', '{a} 失败：{b}']],
  'node.skipped': [
    ['{a} was skipped: {b} has no result.', '{a} 未运行：{b} 没有结果。'],
    ['{a} was skipped: nothing that needs it can run.', '{a} 未运行：需要它的节点都无法运行。'],
    ['{a} was skipped: {b}, which does the same, has no result.', '{a} 未运行：与它相同的 {b} 没有结果。'],
  ],
  'space.mismatch': [
    [
      '{a} needs two embeddings from one space. {b} gives {c}, {d} gives {e}. Use the same encoder for both.',
      '{a} 需要来自同一空间的两组向量。{b} 给出 {c}，{d} 给出 {e}。请让两者使用同一个编码器。',
    ],
    [
      '{a} needs two embeddings from one space. {b} gives {c}, {d} gives {e}: {f}. Set both branches up the same way.',
      '{a} 需要来自同一空间的两组向量。{b} 给出 {c}，{d} 给出 {e}（{f}）。请把两个分支设置成一样。',
    ],
  ],
  'output.duplicate': [
    [
      '{a} and {b} both write {c}, so that one would replace the other. Give one of them another name.',
      '{a} 和 {b} 都写入 {c}，其中一个会覆盖另一个。请为其中一个换一个名称。',
    ],
  ],
  'param.required': [
    ['{a} needs {b}, and it is empty: choose a folder{hint}.', '{a} 的 {b} 是空的：请选择一个文件夹{hint}。'],
    ['{a} needs {b}, and it is empty: choose a file{hint}.', '{a} 的 {b} 是空的：请选择一个文件{hint}。'],
    [
      '{a} needs {b}, and it is empty: write at least one, one a line.',
      '{a} 的 {b} 是空的：请至少写一个，每行一个。',
    ],
    ['{a} needs {b}, and it is empty: fill it in{hint}.', '{a} 的 {b} 是空的：请填写{hint}。'],
  ],
  'param.file-name': [
    ['{a} cannot be {b}: {c}. Write a name such as "{d}".', '{a} 不能是{b}：{c}。请写一个名称，例如“{d}”。'],
  ],
  'param.unknown': [
    [
      '{a} has no setting called "{b}".{hint} Remove it or rename it.',
      '{a} 没有名为“{b}”的设置。{hint}请移除它或改名。',
    ],
  ],
  'param.wrong-type': [
    ['{a} of {b} must be {c}, and is {d}.{hint}', '{b} 的 {a} 必须是{c}，现在是{d}。{hint}'],
  ],
  'target.unknown': [
    [
      'The workflow has no node with the id {a} to run to.{hint}',
      '工作流中没有 id 为 {a} 的节点，无法运行到那里。{hint}',
    ],
  ],
  'target.muted': [
    [
      '{a} cannot run: it is muted. Unmute it, or run to another node.',
      '{a} 无法运行：它已停用。请启用它，或运行到别的节点。',
    ],
    [
      '{a} cannot run: it needs a node that is muted. Unmute it, or run to another node.',
      '{a} 无法运行：它需要的节点已停用。请启用那个节点，或运行到别的节点。',
    ],
  ],
  'target.empty': [
    [
      'The list of nodes to run to is empty. Name at least one node.',
      '要运行到的节点列表是空的。请至少指定一个节点。',
    ],
  ],
  'input-name.duplicate': [
    [
      "The workflow's input {a} is there twice. Rename or remove one of them.",
      '工作流的输入 {a} 出现了两次。请将其中一个改名或移除。',
    ],
    [
      "The workflow's output {a} is there twice. Rename or remove one of them.",
      '工作流的输出 {a} 出现了两次。请将其中一个改名或移除。',
    ],
  ],
  'input-name.unknown-node': [
    [
      "The workflow's input {a} belongs to the node {b}, which is not in the workflow. Remove it or choose another node.",
      '工作流的输入 {a} 属于节点 {b}，但工作流中没有它。请移除这个输入，或选择别的节点。',
    ],
    [
      "The workflow's output {a} belongs to the node {b}, which is not in the workflow. Remove it or choose another node.",
      '工作流的输出 {a} 属于节点 {b}，但工作流中没有它。请移除这个输出，或选择别的节点。',
    ],
  ],
  'input-name.unknown-field': [
    [
      'The workflow\'s input {a} stands for the setting "{b}" of {c}, which has no such setting.{hint}',
      '工作流的输入 {a} 代表 {c} 的设置“{b}”，但没有这个设置。{hint}',
    ],
    [
      'The workflow\'s output {a} stands for the output "{b}" of {c}, which has no such output.{hint}',
      '工作流的输出 {a} 代表 {c} 的输出“{b}”，但没有这个输出。{hint}',
    ],
  ],
  'model.not-found': [
    ['There is no model called {a}. Did you mean {b}?', '没有名为 {a} 的模型。您是否想要 {b}？'],
    ['There is no model named {a}. Did you mean {b}?', '没有名为 {a} 的模型。您是否想要 {b}？'],
    [
      'There is no model called {a}. Did you mean {b}? To fetch it: the Models panel, or "patchbay models add {c}".',
      '没有名为 {a} 的模型。您是否想要 {b}？如要下载：用“模型”面板，或“patchbay models add {c}”。',
    ],
    [
      'There is no model called {a}. To fetch it: the Models panel, or "patchbay models add {b}".',
      '没有名为 {a} 的模型。如要下载：用“模型”面板，或“patchbay models add {b}”。',
    ],
    ['There is no model called {a}. There are: {b}.', '没有名为 {a} 的模型。现有：{b}。'],
    ['No model is chosen: choose one of {a}.', '没有选择模型：请从 {a} 中选择一个。'],
    [
      'There is no model named {a}: choose one of {b}, or add its folder with "patchbay models add".',
      '没有名为 {a} 的模型：请从 {b} 中选择一个，或用“patchbay models add”添加它的文件夹。',
    ],
  ],
  'model.quarantined': [
    [
      'The model {a} ({b}) is set aside, because it took the process that runs models down twice. Choose another model, or fetch or export this one again; an administrator can remove its entry from quarantine.json in the data folder.',
      '模型 {a}（{b}）已被搁置，因为它两次使运行模型的进程崩溃。请选择别的模型，或重新下载或导出它；管理员可以从数据文件夹的 quarantine.json 中移除它。',
    ],
  ],
  'model.changed': [
    [
      'The files of the model {a} changed while it was in use: run again.',
      '模型 {a} 的文件在使用中发生了变化：请再次运行。',
    ],
  ],
  'encoder.no-image-tower': [
    ['{a} reads no pictures. Choose an encoder that does.', '{a} 不能读取图片。请选择能读取图片的编码器。'],
    ['The model {a} reads no pictures.', '模型 {a} 不能读取图片。'],
    [
      '{a} reads no pictures, so it has no preprocessing for them. Choose an encoder that does.',
      '{a} 不能读取图片，因此没有图片的预处理。请选择能读取图片的编码器。',
    ],
  ],
  'encoder.no-text-tower': [
    [
      '{a} reads no texts. Choose an encoder with a text tower, such as emoji-clip or any CLIP or SigLIP.',
      '{a} 不能读取文本。请选择带文本部分的编码器，例如 emoji-clip 或任意 CLIP、SigLIP。',
    ],
    [
      "{a} cannot read texts: {b}. Put the file into the model's folder, or choose another encoder.",
      '{a} 不能读取文本：{b}。请把该文件放入模型的文件夹，或选择别的编码器。',
    ],
  ],
  'encoder.no-layer': [
    ['{a} has no {b} layer that can be reached. Choose {c}.', '{a} 没有可用的 {b} 层。请选择 {c}。'],
    [
      '{a} shows no tokens of its pictures. Choose an encoder whose hidden state can be reached, such as a ViT or DINOv2.',
      '{a} 不给出图片的图块 Token。请选择能取得隐藏状态的编码器，例如 ViT 或 DINOv2。',
    ],
  ],
  'encoder.no-probability': [
    [
      '{a} does not say how its scores become probabilities. Choose softmax or sigmoid and a scale.',
      '{a} 没有说明得分如何变为概率。请选择 softmax 或 sigmoid，并设置缩放。',
    ],
  ],
  'encoder.untrained-scale': [
    [
      'The files of {a} hold only the scale its training began with ({b}), so the labels are right and their probabilities too even. Most models of this kind end at 100: choose softmax and that scale, or add onnx/model.onnx, which holds the trained one.',
      '{a} 的文件里只有训练开始时的缩放值（{b}），因此标签是对的，但概率过于平均。这类模型大多以 100 结束训练：请选择 softmax 和该缩放值，或添加含有训练后数值的 onnx/model.onnx。',
    ],
  ],
  'pool.no-class-token': [
    [
      'The tokens of {a} have no class token. Choose the mean or the maximum.',
      '{a} 的 Token 中没有类别 Token。请选择平均值或最大值。',
    ],
  ],
  'prompts.template': [
    [
      'The template "{a}" has no {} to show where the prompt goes. Write it as "{b}", say.',
      '模板“{a}”中没有 {}，不知道提示词放在哪里。例如可写成“{b}”。',
    ],
  ],
  'split.shares': [
    [
      'Train and validation together take {a}% of the pictures; at most 100% can be shared out. Lower one of them.',
      '训练和验证共占图片的 {a}%，最多只能分配 100%。请降低其中一个。',
    ],
  ],
  'preprocess.order': [
    [
      '{a} gets pixels that are normalised already. Put it before the node that normalises them, or start from the pictures.',
      '{a} 得到的像素已经标准化。请把它放在标准化节点之前，或从图片开始。',
    ],
  ],
  'image.not-found': [
    ['There is no picture {a}. Check the path.{hint}', '没有图片 {a}。请检查路径。{hint}'],
    ['There is no folder {a}; check the path.', '没有文件夹 {a}；请检查路径。'],
    ['{a} is a file; give the folder it is in.', '{a} 是一个文件；请给出它所在的文件夹。'],
    ['{a} is a folder; give one picture.', '{a} 是一个文件夹；请给出一张图片。'],
    [
      '{a} is a web address, and this takes a file: use Load URL for it.',
      '{a} 是网址，而这里需要文件：请使用“加载网址”。',
    ],
    [
      'The folder {a} could not be opened; check that it may be read.',
      '无法打开文件夹 {a}；请检查是否有读取权限。',
    ],
    ['{a} is gone.', '{a} 已不存在。'],
  ],
  'image.unreadable': [
    ['{a} was not read. {b}', '{a} 未能读取。{b}'],
    ['None of the {a} pictures could be read. The first, {b}: {c}', '{a} 张图片都无法读取。第一张 {b}：{c}'],
    ['The picture cannot be read: {a}.', '无法读取这张图片：{a}。'],
    ['{a} could not be opened; check that it may be read.', '无法打开 {a}；请检查是否有读取权限。'],
    ['It could not be read.', '无法读取。'],
  ],
  'asset.not-found': [
    ['A stored picture is gone; add it again.', '保存的图片已不存在；请重新添加。'],
    ['A stored file is gone; add it again.', '保存的文件已不存在；请重新添加。'],
  ],
  'file.not-found': [
    ['There is no file {a}.', '没有文件 {a}。'],
    ['There is no such folder of uploads.', '没有这个上传文件夹。'],
  ],
  'file.unreadable': [['{a} is no file.', '{a} 不是文件。']],
  'file.unwritable': [
    ['"{a}" could not be written: {b}. Nothing was left behind.', '无法写入“{a}”：{b}。没有留下任何残余。'],
  ],
  network: [
    [
      'The server does not answer. It may have ended: start Patchbay again.',
      '服务器没有响应。它可能已经结束：请重新启动 Patchbay。',
    ],
  ],
  // Why a node ran or did not.
  cache: [
    ['Nothing changed since it last ran.', '自上次运行以来没有变化。'],
    [
      'Nothing changed since it last ran; its result was read from disk.',
      '自上次运行以来没有变化；结果从磁盘读取。',
    ],
    [
      'Another node does the same with the same inputs; it ran once for both.',
      '另一个节点用相同的输入做同样的事；两者只运行了一次。',
    ],
    ['Nothing that needs it had to run.', '需要它的节点都无需运行。'],
    ['No earlier result of it is known.', '没有它以前的结果。'],
    ['Its settings changed.', '它的设置改变了。'],
    ['What comes in changed.', '输入改变了。'],
    ['A file, folder or model that it reads changed.', '它读取的文件、文件夹或模型改变了。'],
    ['The node itself was updated.', '节点本身更新了。'],
    ['It last ran on another device.', '它上次在另一个设备上运行。'],
    ['It runs every time.', '它每次都运行。'],
    ['This run was asked to compute everything anew.', '此次运行要求全部重新计算。'],
    ['Its result was dropped to make room.', '它的结果为腾出空间而被丢弃。'],
  ],
};

/** Parts of sentences that vary, and stand in them for themselves. */
export const zhPhrases: readonly SentencePair[] = [
  ...zhModelPhrases,
  ...zhFilePhrases,
  ...zhRunnerPhrases,
  ...zhTensorPhrases,
  ...zhWorkflowPhrases,
  [' Did you mean "{a}"?', '您是否想要“{a}”？'],
  [' Did you mean {a}?', '您是否想要 {a}？'],
  [
    ' Nobody publishes {a} as ONNX: make it with "{b}", then add that folder.',
    '没有人以 ONNX 发布 {a}：请用“{b}”生成，然后添加那个文件夹。',
  ],
  [', such as "{a}"', '，例如“{a}”'],
  ['anything', '任意数据'],
  ['it gave no reason', '没有给出原因'],
  ['nothing', '空'],
  ['a number', '数字'],
  ['a whole number', '整数'],
  ['true or false', '是或否'],
  ['a text', '文本'],
  ['one of its choices', '选项之一'],
  ['a list of texts', '文本列表'],
  ['a list of numbers', '数字列表'],
  ['an object', '对象'],
  ['a text of {a} characters', '{a} 个字符的文本'],
  ['a list of {a}', '{a} 项的列表'],
  ['a list of at least {a}', '至少 {a} 项的列表'],
  ['at least {a}', '至少 {a}'],
  ['at most {a}', '至多 {a}'],
  ['one of {a}', '{a} 之一'],
  ['names are relative to the output folder', '名称是相对于输出文件夹的'],
  [
    'names stay inside the output folder, so none of it may be ".."',
    '名称必须留在输出文件夹内，因此任何部分都不能是“..”',
  ],
  ['it ends in a slash, which is the name of a folder', '它以斜杠结尾，那是文件夹的名称'],
  ['the file is empty', '文件是空的'],
  ['it is in no picture format that can be read here', '不是这里能读取的图片格式'],
  ['decoding takes too long', '解码时间过长'],
  ['it has too many pixels', '像素过多'],
  ['the file ends too early; it may not have been copied completely', '文件过早结束，可能没有复制完整'],
  ['the file is damaged', '文件已损坏'],
];
