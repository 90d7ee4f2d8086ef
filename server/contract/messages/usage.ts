import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about wrong use of the command line. With `--json` they are problems in its document. */
export const usageMessage = defineMessages({
  /** The text comes from the parser of options. */
  'usage.option': { en: '{reason}', zh: '{reason}' },
  'usage.name-value': {
    en: '{option} needs NAME=VALUE, but "{got}" has no name or no "=".',
    zh: '{option} 需要 NAME=VALUE，而“{got}”没有名称或没有“=”。',
  },
  'usage.whole-number': {
    en: '{option} needs a whole number up to {most}, not "{got}".',
    zh: '{option} 需要不超过 {most} 的整数，而不是“{got}”。',
  },
  'usage.precision': {
    en: '--precision needs one of {choices}, not "{got}".',
    zh: '--precision 需要 {choices} 之一，而不是“{got}”。',
  },
  'usage.token': {
    en: 'The token of {source} needs at least {least} characters. If you give none, Patchbay makes one where it needs one.',
    zh: '{source} 的令牌至少需要 {least} 个字符。如果不提供，Patchbay 会在需要时生成令牌。',
  },
  'usage.token-file': {
    en: 'The file {file} of --token-file could not be read ({reason}).',
    zh: '无法读取 --token-file 的文件 {file}（{reason}）。',
  },
  'usage.two-tokens': {
    en: 'Give the token either with --token or with --token-file, not with both.',
    zh: '请用 --token 或 --token-file 之一提供令牌，不要同时使用。',
  },
  'usage.read-from': {
    en: 'The folder {folder} of --read-from was not found.',
    zh: '没有找到 --read-from 的文件夹 {folder}。',
  },
  'usage.list': {
    en: '{got} is not a JSON list. Write \'["one","two"]\', or one text a line.',
    zh: '{got} 不是 JSON 列表。请写 \'["one","two"]\'，或每行写一个文本。',
  },
  'usage.input': {
    en: 'The workflow has no input "{name}". It has: {names}.',
    zh: '工作流没有输入“{name}”。它有：{names}。',
  },
  'usage.no-inputs': {
    en: 'The workflow has no input "{name}". It has no named inputs.',
    zh: '工作流没有输入“{name}”。它没有命名的输入。',
  },
  'usage.input-path': {
    en: 'Say where it is with --input {input}.',
    zh: '请用 --input {input} 指定它的位置。',
  },
  'usage.node': {
    en: '--set {target} names no node of the workflow. Its nodes are: {names}.',
    zh: '--set {target} 没有指明工作流中的节点。它的节点有：{names}。',
  },
  'usage.json': {
    en: '--set {target} needs JSON, but {got} is not JSON. Write a text in double quotes inside single ones: --set \'{target}="{got}"\'.',
    zh: '--set {target} 需要 JSON，而 {got} 不是 JSON。请把文本写在单引号内的双引号中：--set \'{target}="{got}"\'。',
  },
  'export.nothing': {
    en: 'The workflow answers nothing about a picture or a text that an ONNX file could: it has no Classify, Zero-shot, Top k or Encode pictures.',
    zh: '工作流没有可由 ONNX 文件给出的关于图片或文本的答案：其中没有“分类”“零样本分类”“前 k 名”或“编码图片”。',
  },
  'export.several': {
    en: 'Several nodes could be in the file: {nodes}. Say which with --output NAME; the outputs are {names}.',
    zh: '有多个节点可以导出：{nodes}。请用 --output NAME 指定一个；输出有 {names}。',
  },
  'export.no-output': {
    en: 'The workflow has no output "{name}". It has: {names}.',
    zh: '工作流没有输出“{name}”。它有：{names}。',
  },
  'export.other-output': {
    en: 'The output "{name}" does not come straight from Classify, Zero-shot, Top k or Encode pictures, so an ONNX file cannot give it.',
    zh: '输出“{name}”不是直接来自“分类”“零样本分类”“前 k 名”或“编码图片”，因此 ONNX 文件无法给出它。',
  },
  'export.inactive': {
    en: '{node} is muted or bypassed, so an ONNX file cannot say what it does. Turn it on, or wire around it.',
    zh: '{node} 已停用或被绕过，因此无法导出到 ONNX 文件。请启用它，或绕过它连线。',
  },
  'export.no-input': {
    en: 'Nothing is connected to {input} of {node}.',
    zh: '{node} 的 {input} 没有连接。',
  },
  'export.node': {
    en: '{node} stands before the answer, and an ONNX file cannot do what it does. A file can hold Encode pictures or Encode text, LoRA projection, Normalize, and then Classify, Zero-shot, or Cosine and Top k.',
    zh: '{node} 位于答案之前，而 ONNX 文件无法完成它的工作。文件中可以有“编码图片”或“编码文本”“LoRA 投影”“归一化”，之后是“分类”“零样本分类”，或“余弦相似度”和“前 k 名”。',
  },
  'export.two-encoders': {
    en: '{node} reads its temperature from another Load encoder than the one of the pictures. Connect the same one.',
    zh: '{node} 读取温度所用的“加载编码器”与图片所用的不是同一个。请连接同一个。',
  },
  'export.top-k': {
    en: '{node} leaves out matches ({setting}), and an ONNX file gives all of them with their scores. Export it with --set {target}.',
    zh: '{node} 会去掉一些匹配（{setting}），而 ONNX 文件会给出全部匹配及其得分。请用 --set {target} 导出。',
  },
  'workflow.file-not-found': {
    en: 'There is no workflow file {file}. Check the path, or name a starter: {starters}.',
    zh: '没有工作流文件 {file}。请检查路径，或写出一个模板的名称：{starters}。',
  },
  'workflow.file-not-regular': {
    en: '{path} is not a regular file. Save the workflow as a file, or write - for FILE to read it from stdin.',
    zh: '{path} 不是普通文件。请把工作流存为文件，或用 - 代替文件名，从标准输入读取。',
  },
  'workflow.file-is-folder': {
    en: '{path} is a folder, not a workflow file.',
    zh: '{path} 是文件夹，不是工作流文件。',
  },
  'workflow.file-unreadable': {
    en: 'The workflow file {path} could not be read ({reason}).',
    zh: '无法读取工作流文件 {path}（{reason}）。',
  },
  'usage.system': {
    en: '{path} could not be used ({reason}). Check that it exists, that you have permission, and that the disk is not full or read-only.',
    zh: '无法使用 {path}（{reason}）。请检查它是否存在、是否有权限，以及磁盘是否已满或为只读。',
  },
  /** Any other error. The command line prints no stack unless `PATCHBAY_DEBUG` is set. */
  'usage.ended-by-node': {
    en: 'A node ended the process, so the run has no results. A node must not call process.exit. Let it throw an error instead.',
    zh: '某个节点结束了进程，因此运行没有结果。节点不得调用 process.exit；请让它抛出错误。',
  },
  'usage.internal': {
    en: 'Patchbay ran into an unexpected error: {reason}. Set PATCHBAY_DEBUG=1 to see where.',
    zh: 'Patchbay 遇到意外错误：{reason}。设置 PATCHBAY_DEBUG=1 可查看出错的位置。',
  },
});
