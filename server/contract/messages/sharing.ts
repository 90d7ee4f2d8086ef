import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about workflows that are shared as one file. */
export const sharingMessage = defineMessages({
  'share.not-zip': {
    en: '{name} is not a shared workflow. It must be a ZIP file with a workflow.json in it.',
    zh: '{name} 不是共享的工作流。它必须是含有 workflow.json 的 ZIP 文件。',
  },
  'share.no-workflow': {
    en: '{name} has no workflow.json in it. Ask for a file that Patchbay made with *Share*.',
    zh: '{name} 中没有 workflow.json。请索取由 Patchbay 的 *共享* 生成的文件。',
  },
  'share.damaged': {
    en: '{name} is damaged, so nothing of it was opened. Download or copy it again.',
    zh: '{name} 已损坏，因此没有打开其中任何内容。请重新下载或复制。',
  },
  'share.unsafe': {
    en: '{name} contains "{entry}", which is not a plain file with a plain name. Nothing of it was opened.',
    zh: '{name} 含有“{entry}”，它不是名称正常的普通文件。没有打开其中任何内容。',
  },
  'share.too-many': {
    en: '{name} contains more than {count} files. Nothing of it was opened.',
    zh: '{name} 含有超过 {count} 个文件。没有打开其中任何内容。',
  },
  'share.too-large': {
    en: '{name} would take more than {megabytes} MB when unpacked. Nothing of it was opened.',
    zh: '{name} 解压后会超过 {megabytes} MB。没有打开其中任何内容。',
  },
  'share.bomb': {
    en: '{name} contains "{entry}", which is far larger than it seems. Nothing of it was opened.',
    zh: '{name} 含有“{entry}”，它比看上去大得多。没有打开其中任何内容。',
  },
});
