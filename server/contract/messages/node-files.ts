import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about the files that define nodes, and the folders they are in. */
export const nodeFileMessage = defineMessages({
  'node-file.no-folder': {
    en: 'The folder of nodes {folder} could not be read. Check PATCHBAY_NODES.',
    zh: '无法读取节点文件夹 {folder}。请检查 PATCHBAY_NODES。',
  },
  'node-file.not-loaded': {
    en: 'The node file {file} could not be loaded: {reason}{place?}',
    zh: '无法加载节点文件 {file}：{reason}{place?}',
  },
  'node-file.line': { en: ' (line {line})', zh: '（第 {line} 行）' },
  'node-file.line-of': { en: ' ({file}, line {line})', zh: '（{file}，第 {line} 行）' },
  'node-file.no-definition': {
    en: 'The node file {file} does not define a node. Its default export must be the result of defineNode.',
    zh: '节点文件 {file} 没有定义节点。它的默认导出必须是 defineNode 的结果。',
  },
  'node-file.same-type': {
    en: 'Two node files have the type "{type}". {file} is left out. Give one of them another name.',
    zh: '两个节点文件的类型都是“{type}”，因此不使用 {file}。请为其中一个换一个名称。',
  },
});
