import type { SentencePair } from './sentence-pair.ts';

/** What is said of a workflow file that cannot be read, and of what it names. */
export const zhWorkflowSentences: readonly SentencePair[] = [
  ['{a} has {b}, which means nothing there. Remove it.', '{a}含有 {b}，它在那里没有意义。请移除它。'],
  ['"{a}" has {b}, which means nothing there. Remove it.', '“{a}”含有 {b}，它在那里没有意义。请移除它。'],
  ['"{a}" is missing; it must be {b}.', '缺少“{a}”；它必须是{b}。'],
  ['"{a}" must be {b}, and is {c}.', '“{a}”必须是{b}，现在是{c}。'],
  ['{a} is missing; it must be {b}.', '缺少{a}；它必须是{b}。'],
  ['{a} must be {b}, and is {c}.', '{a}必须是{b}，现在是{c}。'],
  ['There are {a} more problems of this kind.', '还有 {a} 个这类问题。'],
  [
    'The workflow holds {a}, which a JSON file cannot. Remove it.',
    '工作流含有 JSON 文件不能包含的{a}。请移除它。',
  ],
  ['The file is empty. Choose a workflow saved by Patchbay.', '文件是空的。请选择由 Patchbay 保存的工作流。'],
  [
    'The file is no text, so it is no workflow. Choose a .json file saved by Patchbay.',
    '文件不是文本，因此不是工作流。请选择由 Patchbay 保存的 .json 文件。',
  ],
  [
    'The file is not JSON: it ends too early, at line {a}, column {b}.',
    '文件不是 JSON：它在第 {a} 行第 {b} 列过早结束。',
  ],
  [
    'The file is not JSON: something is wrong at line {a}, column {b}. A comma, a quote or a bracket may be missing or too many.',
    '文件不是 JSON：第 {a} 行第 {b} 列有误。可能缺少或多了逗号、引号或括号。',
  ],
  ['The file is larger than {a} MB, so it was not read.', '文件大于 {a} MB，因此没有读取。'],
  ['The workflow is not plain JSON, so it was not read.', '工作流不是纯 JSON，因此没有读取。'],
  [
    'This is JSON, but not a Patchbay workflow: it does not say "format": "patchbay".',
    '这是 JSON，但不是 Patchbay 工作流：其中没有“format”: “patchbay”。',
  ],
  ['"version" must be a whole number from 1 to {a}.', '“version”必须是 1 到 {a} 的整数。'],
  [
    'The workflow was saved by a newer Patchbay (format {a}); this one reads up to format {b}. Update Patchbay to open it.',
    '工作流由更新的 Patchbay 保存（格式 {a}）；当前版本最高支持格式 {b}。请更新 Patchbay 后再打开。',
  ],
  [
    'The workflow says that it has format {a}, but its content does not. It was not read.',
    '工作流声称格式为 {a}，但内容不符，因此没有读取。',
  ],
  [
    'The workflow is nested more than {a} levels deep, so it was not read. Save it again from Patchbay, or remove what is nested in it.',
    '工作流嵌套超过 {a} 层，因此没有读取。请从 Patchbay 重新保存，或移除其中嵌套的内容。',
  ],
  [
    'The workflow uses the key "{a}"{hint}, which is not allowed. Rename or remove it.',
    '工作流使用了不允许的键“{a}”{hint}。请改名或移除它。',
  ],
  [
    'The workflow says "{a}" twice in one place{hint}. Keep one of them.',
    '工作流在同一处两次出现“{a}”{hint}。请保留其中一个。',
  ],
  [
    "The workflow's input {a} is there twice. Rename or remove one of them.",
    '工作流的输入 {a} 出现了两次。请为其中一个改名或移除。',
  ],
  [
    "The workflow's output {a} is there twice. Rename or remove one of them.",
    '工作流的输出 {a} 出现了两次。请为其中一个改名或移除。',
  ],
  [
    "The workflow's input {a} belongs to the node {b}, which is not in the workflow. Remove it or choose another node.",
    '工作流的输入 {a} 属于节点 {b}，但工作流中没有它。请移除这个输入或选择别的节点。',
  ],
  [
    "The workflow's output {a} belongs to the node {b}, which is not in the workflow. Remove it or choose another node.",
    '工作流的输出 {a} 属于节点 {b}，但工作流中没有它。请移除这个输出或选择别的节点。',
  ],
  [
    'The workflow\'s input {a} sets "{b}" of {c}, which has no such setting.{hint}',
    '工作流的输入 {a} 对应 {c} 的设置“{b}”，但它没有这个设置。{hint}',
  ],
  [
    'The workflow\'s output {a} gives "{b}" of {c}, which has no such output.{hint}',
    '工作流的输出 {a} 对应 {c} 的输出“{b}”，但它没有这个输出。{hint}',
  ],
];

/** Parts of those that vary. */
export const zhWorkflowPhrases: readonly SentencePair[] = [
  ['The file', '文件'],
  ['The body', '请求正文'],
  ['a list', '列表'],
  ['at most {a} characters', '至多 {a} 个字符的文本'],
  ['a text that is not empty', '非空文本'],
  ['no other keys', '没有其他键的对象'],
  ['a JSON value', 'JSON 值'],
  ['the number {a}', '数值 {a}'],
  [' (line {a})', '（第 {a} 行）'],
  ['… ({a} nodes)', '…（{a} 个节点）'],
];
