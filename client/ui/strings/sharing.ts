import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Texts about what leaves the studio, and about what a workflow from elsewhere misses here. */
export const sharing = defineMessages({
  'share.title': { en: 'Share', zh: '共享' },
  'share.copyAs': { en: 'Copy to run it elsewhere', zh: '复制，以便在别处运行' },
  'share.form.shell': { en: 'Command line', zh: '命令行' },
  'share.form.curl': { en: 'curl', zh: 'curl' },
  'share.form.python': { en: 'Python', zh: 'Python' },
  'share.form.typescript': { en: 'TypeScript', zh: 'TypeScript' },
  'share.form.powershell': { en: 'PowerShell', zh: 'PowerShell' },
  'share.copied': {
    en: 'Copied for {form}, with the present inputs.',
    zh: '已按当前输入复制为 {form} 形式。',
  },
  'share.setToken': {
    en: 'It reads the token of this server from PATCHBAY_TOKEN.',
    zh: '它从 PATCHBAY_TOKEN 读取此服务器的令牌。',
  },
  'share.inFolder': {
    en: 'Run it in the folder of Patchbay.',
    zh: '请在 Patchbay 的文件夹中运行。',
  },
  'share.notCopied': { en: 'Could not be copied: {reason}', zh: '无法复制：{reason}' },
  'share.notSaved': {
    en: 'The workflow must be saved first, and that did not work. {problem}',
    zh: '必须先保存工作流，但没有成功。{problem}',
  },
  'share.asFile': { en: 'As a file', zh: '作为文件' },
  'share.withFiles': { en: 'With its pictures', zh: '连同图片' },
  'share.withoutFiles': { en: 'Without pictures', zh: '不含图片' },
  'share.written': { en: 'What the last run saved (ZIP)', zh: '上次运行保存的内容（ZIP）' },
  'share.extent': { en: '{count} {total|file|files}, {size}', zh: '{count} 个文件，{size}' },
  'share.noFiles': { en: 'samples only', zh: '仅示例图片' },
  'share.sets': {
    en: '{count} category {count|set|sets}',
    zh: '{count} 个类别集',
  },
  'share.setRenamed': {
    en: 'Its category set "{name}" is called "{as}" here, because you have another one of that name.',
    zh: '其中的类别集“{name}”在此名为“{as}”，因为您已有另一个同名的类别集。',
  },
  'share.counting': { en: 'counting', zh: '正在计数' },
  'share.opening': { en: 'Opening {name} ...', zh: '正在打开“{name}”……' },
  'share.opened': {
    en: 'Opened {name}. Its pictures are in the uploads.',
    zh: '已打开“{name}”。它的图片在“已上传”中。',
  },
  'share.zip': { en: 'Download as ZIP', zh: '下载为 ZIP' },
  'share.showFolder': { en: 'Open folder', zh: '打开文件夹' },

  'missing.title': { en: 'Where are these files?', zh: '这些文件在哪里？' },
  'missing.help': {
    en: 'This workflow reads files that are not on this computer. Choose where they are here. Others beside them are then found, too.',
    zh: '此工作流读取的文件不在这台电脑上。请选择它们在这里的位置，旁边的其他文件也会随之找到。',
  },
  'missing.banner': {
    en: 'This workflow reads {count} {count|folder or file that is|folders and files that are} not on this computer.',
    zh: '此工作流读取的 {count} 个文件夹或文件不在这台电脑上。',
  },
  'missing.find': { en: 'Find them', zh: '查找' },
  'missing.skip': { en: 'Skip', zh: '跳过' },
  'missing.later': { en: 'Leave as it is', zh: '保持原样' },
  'missing.chooseFolder': { en: 'Choose folder', zh: '选择文件夹' },
  'missing.chooseFile': { en: 'Choose file', zh: '选择文件' },
  'missing.forbidden': {
    en: 'Patchbay may not read this folder here.',
    zh: 'Patchbay 在这里无权读取此文件夹。',
  },

  'command.share': { en: 'Share with its pictures', zh: '连同图片共享' },
  'command.copyAs.shell': { en: 'Copy as command line', zh: '复制为命令行' },
  'command.copyAs.curl': { en: 'Copy as curl', zh: '复制为 curl' },
  'command.copyAs.python': { en: 'Copy as Python', zh: '复制为 Python' },
  'command.copyAs.typescript': { en: 'Copy as TypeScript', zh: '复制为 TypeScript' },
  'command.copyAs.powershell': { en: 'Copy as PowerShell', zh: '复制为 PowerShell' },
  'words.share': { en: 'export zip send friend pictures', zh: '导出 发送 压缩 share zip' },
  'words.copyAs': { en: 'script api http code headless', zh: '脚本 代码 接口 script api' },
}).templates;
