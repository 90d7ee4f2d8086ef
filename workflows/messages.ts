import { defineMessages } from '../nodes/sdk/messages.ts';

/** Messages about workflow files that cannot be read. */
export const workflowMessage = defineMessages({
  'workflow.too-large': {
    en: 'The file is larger than {megabytes} MB, so it was not read.',
    zh: '文件大于 {megabytes} MB，因此没有读取。',
  },
  'workflow.file-empty': {
    en: 'The file is empty. Choose a workflow saved by Patchbay.',
    zh: '文件是空的。请选择由 Patchbay 保存的工作流。',
  },
  'workflow.not-text': {
    en: 'The file is not a text file. Choose a .json file saved by Patchbay.',
    zh: '文件不是文本文件。请选择由 Patchbay 保存的 .json 文件。',
  },
  'workflow.cut-short': {
    en: 'The file is not valid JSON: it ends too early, at line {line}, column {column}.',
    zh: '文件不是有效的 JSON：它在第 {line} 行第 {column} 列过早结束。',
  },
  'workflow.not-json': {
    en: 'The file is not valid JSON: there is an error at line {line}, column {column}. A comma, a quote or a bracket may be missing, or one may be too many.',
    zh: '文件不是有效的 JSON：第 {line} 行第 {column} 列有误。可能缺少或多了逗号、引号或括号。',
  },
  'workflow.not-plain': {
    en: 'The workflow is not plain JSON, so it was not read.',
    zh: '工作流不是纯 JSON，因此没有读取。',
  },
  'workflow.number': {
    en: 'The workflow contains the number {number}, which JSON cannot hold. Remove it.',
    zh: '工作流含有数值 {number}，而 JSON 不能包含它。请移除它。',
  },
  'workflow.not-data': {
    en: 'The workflow contains a {type}, which JSON cannot hold. Remove it.',
    zh: '工作流含有 {type}，而 JSON 不能包含它。请移除它。',
  },
  'workflow.too-deep': {
    en: 'The workflow is nested more than {levels} levels deep, so it was not read. Save it again from Patchbay, or remove the nested content.',
    zh: '工作流嵌套超过 {levels} 层，因此没有读取。请从 Patchbay 重新保存，或移除嵌套的内容。',
  },
  'workflow.forbidden-key': {
    en: 'The workflow uses the key "{key}"{line?}, which is not allowed. Rename or remove it.',
    zh: '工作流使用了不允许的键“{key}”{line?}。请改名或移除它。',
  },
  'workflow.duplicate-key': {
    en: 'The workflow contains "{key}" twice in one place{line?}. Keep one of them.',
    zh: '工作流在同一处两次出现“{key}”{line?}。请保留其中一个。',
  },
  'workflow.line': { en: ' (line {line})', zh: '（第 {line} 行）' },
  'workflow.format': {
    en: 'This is JSON, but not a Patchbay workflow: it has no "format": "patchbay".',
    zh: '这是 JSON，但不是 Patchbay 工作流：其中没有 "format": "patchbay"。',
  },
  'workflow.comfyui': {
    en: 'This is a workflow of ComfyUI, with {count} {count|node|nodes}. Patchbay has other nodes and cannot open it. Start from a Patchbay template, or build the graph anew.',
    zh: '这是 ComfyUI 的工作流，有 {count} 个节点。Patchbay 的节点不同，无法打开它。请从 Patchbay 的模板开始，或重新搭建。',
  },
  'workflow.version': {
    en: '"version" must be a whole number from 1 to {newest}.',
    zh: '“version”必须是 1 到 {newest} 的整数。',
  },
  'workflow.newer-version': {
    en: 'The workflow was saved by a newer Patchbay (format {version}). This one reads up to format {newest}. Update Patchbay to open it.',
    zh: '工作流由更新的 Patchbay 保存（格式 {version}）。当前版本最高支持格式 {newest}。请更新 Patchbay 后再打开。',
  },
  'workflow.migration': {
    en: 'The workflow says that it has format {version}, but its content does not fit. It was not read.',
    zh: '工作流声称格式为 {version}，但内容不符，因此没有读取。',
  },
  'node.duplicate-id': {
    en: 'Two nodes have the id "{id}". Give one of them another id.',
    zh: '两个节点的 id 都是“{id}”。请为其中一个换一个 id。',
  },
  'workflow.unknown-key': {
    en: '{where} has the unknown {count|key|keys} {keys}. Remove {count|it|them}.',
    zh: '{where} 含有未知的键 {keys}。请移除。',
  },
  'workflow.missing': {
    en: '{where} is missing. It must be {expected}.',
    zh: '缺少 {where}。它必须是{expected}。',
  },
  'workflow.invalid-value': {
    en: '{where} must be {expected}, but is {got}.',
    zh: '{where} 必须是{expected}，现在是{got}。',
  },
  'workflow.too-many': {
    en: '{where} has more than {count} entries, so it was not read. Split the workflow, or put large values into a file.',
    zh: '{where} 超过 {count} 项，因此没有读取。请拆分工作流，或把大量的值放进文件。',
  },
  'workflow.more-problems': {
    en: 'There {count|is|are} {count} more {count|problem|problems} of this kind.',
    zh: '还有 {count} 个这类问题。',
  },
  'value.place': { en: '"{path}"', zh: '“{path}”' },
  'value.file': { en: 'The file', zh: '文件' },
  'value.others': { en: 'others', zh: '其他' },
  'value.text': { en: 'a text', zh: '文本' },
  'value.text-of': { en: 'a text of {count}', zh: '{count} 个字符的文本' },
  'value.list-of': { en: 'a list of {count}', zh: '{count} 项的列表' },
  'value.number': { en: 'a number', zh: '数字' },
  'value.integer': { en: 'a whole number', zh: '整数' },
  'value.boolean': { en: 'true or false', zh: '是或否' },
  'value.list': { en: 'a list', zh: '列表' },
  'value.object': { en: 'an object', zh: '对象' },
  'value.json': { en: 'a JSON value', zh: 'JSON 值' },
  'value.one-of': { en: '{choices:or}', zh: '{choices:or}' },
  'value.no-nul': { en: 'a text without NUL characters', zh: '不含 NUL 字符的文本' },
  'value.not-empty': { en: 'a text that is not empty', zh: '非空文本' },
  'value.short-text': { en: 'a text of at most {count} characters', zh: '至多 {count} 个字符的文本' },
  'value.short-list': {
    en: 'a list of at most {count} {count|entry|entries}',
    zh: '至多 {count} 项的列表',
  },
  'value.long-list': {
    en: 'a list of at least {count} {count|entry|entries}',
    zh: '至少 {count} 项的列表',
  },
  'value.at-most': { en: 'at most {limit}', zh: '至多 {limit}' },
  'value.at-least': { en: 'at least {limit}', zh: '至少 {limit}' },
  'value.empty-list': { en: 'an empty list', zh: '空列表' },
});

/** Templates of messages about workflow files. Readers in another language need them. */
export const WORKFLOW_TEMPLATES = workflowMessage.templates;
