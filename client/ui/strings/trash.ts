import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Texts about deleting, undoing it, and the list of what was deleted. */
export const trash = defineMessages({
  'trash.title': { en: 'Recently deleted', zh: '最近删除' },
  'trash.help': {
    en: 'What you delete stays here for {days} days. It uses disk space until then.',
    zh: '删除的内容会在这里保留 {days} 天，期间仍占用磁盘空间。',
  },
  'trash.empty': {
    en: 'The trash is empty. Runs, workflows, uploaded folders, models, category sets and collections that you delete stay here for {days} days, and you can restore them.',
    zh: '回收站是空的。您删除的运行、工作流、上传的文件夹、模型、类别集和收藏集会在这里保留 {days} 天，并且可以恢复。',
  },
  'trash.words': { en: 'trash bin undelete restore recover', zh: '回收站 恢复 还原 trash' },
  'trash.run': { en: 'Run', zh: '运行' },
  'trash.workflow': { en: 'Workflow', zh: '工作流' },
  'trash.uploads': { en: 'Uploaded folder', zh: '上传的文件夹' },
  'trash.asset': { en: 'Uploaded file', zh: '上传的文件' },
  'trash.model': { en: 'Model', zh: '模型' },
  'trash.labels': { en: 'Category set', zh: '类别集' },
  'trash.collection': { en: 'Collection', zh: '收藏集' },
  'trash.files': { en: '{count} {count|file|files} ({size})', zh: '{count} 个文件（{size}）' },
  'trash.noFiles': { en: 'no files', zh: '没有文件' },
  'trash.versions': { en: '{count} {count|version|versions}', zh: '{count} 个版本' },
  'trash.deleted': { en: 'deleted {when}', zh: '删除于 {when}' },
  'trash.left': { en: '{count} {count|day|days} left', zh: '还剩 {count} 天' },
  'trash.restore': { en: 'Restore', zh: '恢复' },
  'trash.restoreNamed': { en: 'Restore {name}', zh: '恢复“{name}”' },
  'trash.restored': { en: 'Restored "{name}".', zh: '已恢复“{name}”。' },
  'trash.purge': { en: 'Delete {name} for good', zh: '永久删除“{name}”' },
  'trash.purgeSure': {
    en: 'Delete "{name}" for good: {extent}? You cannot undo this.',
    zh: '要永久删除“{name}”（{extent}）吗？此操作无法撤销。',
  },
  'trash.purgeYes': { en: 'Delete for good', zh: '永久删除' },
  'trash.emptyAll': { en: 'Delete all for good', zh: '全部永久删除' },
  'trash.emptySure': {
    en: 'Delete all {count} entries for good, with {files} {files|file|files} ({size})? You cannot undo this.',
    zh: '要永久删除全部 {count} 项（{files} 个文件，{size}）吗？此操作无法撤销。',
  },
  'trash.emptyYes': {
    en: 'Delete {count} {count|entry|entries} for good',
    zh: '永久删除 {count} 项',
  },
  'trash.total': {
    en: '{count} {count|entry|entries}, {size}',
    zh: '{count} 项，{size}',
  },

  'trash.undo': { en: 'Undo', zh: '撤销' },
  'trash.gone': { en: 'Deleted "{name}".', zh: '已删除“{name}”。' },
  'trash.goneWith': {
    en: 'Deleted "{name}" and its {count} {count|file|files}.',
    zh: '已删除“{name}”及其 {count} 个文件。',
  },

  'trash.canRestore': {
    en: 'You can restore it for {days} days under "Recently deleted".',
    zh: '{days} 天内可以在“最近删除”中恢复。',
  },
  'trash.askRun': {
    en: 'Delete this run of "{name}" with its results?',
    zh: '要删除“{name}”的这次运行及其结果吗？',
  },
  'trash.askRunFiles': {
    en: 'Delete this run of "{name}" with its results and the {count} {count|file|files} ({size}) that it wrote?',
    zh: '要删除“{name}”的这次运行、它的结果和它写入的 {count} 个文件（{size}）吗？',
  },
  'trash.askWorkflow': {
    en: 'Delete "{name}" and {count|its|all its} {count} saved {count|version|versions}?',
    zh: '要删除“{name}”及其全部 {count} 个已保存的版本吗？',
  },
  'trash.askUploads': {
    en: 'Delete the uploaded folder "{name}" and its {count} {count|file|files} ({size})?',
    zh: '要删除上传的文件夹“{name}”及其 {count} 个文件（{size}）吗？',
  },
  'trash.askAsset': {
    en: 'Delete the uploaded file "{name}" ({size})?',
    zh: '要删除上传的文件“{name}”（{size}）吗？',
  },
  'trash.askModel': {
    en: 'Delete {name} and its {count} {count|file|files} ({size})?',
    zh: '要删除“{name}”及其 {count} 个文件（{size}）吗？',
  },
  'trash.askLabels': {
    en: 'Delete the category set "{name}" with everything that it says about your pictures? The pictures stay.',
    zh: '要删除类别集“{name}”以及其中对图片的全部分类吗？图片本身会保留。',
  },
  'trash.askCollection': {
    en: 'Delete the collection "{name}" with all its vectors and versions ({size})? The pictures stay.',
    zh: '要删除收藏集“{name}”及其全部向量和版本（{size}）吗？图片本身会保留。',
  },
  'trash.usedBy': {
    en: '{count} saved {count|workflow uses|workflows use} it and will stop working: {names}.',
    zh: '{count} 个已保存的工作流正在使用它，将无法运行：{names}。',
  },
  'trash.more': { en: 'and {count} more', zh: '以及另外 {count} 个' },
  'trash.yesRun': { en: 'Delete run', zh: '删除运行' },
  'trash.yesRunFiles': {
    en: 'Delete run and its {count} {count|file|files}',
    zh: '删除运行及其 {count} 个文件',
  },
  'trash.yesWorkflow': { en: 'Delete workflow', zh: '删除工作流' },
  'trash.yesUploads': {
    en: 'Delete folder and its {count} {count|file|files}',
    zh: '删除文件夹及其 {count} 个文件',
  },
  'trash.yesAsset': { en: 'Delete file ({size})', zh: '删除文件（{size}）' },
  'trash.yesModel': { en: 'Delete model ({size})', zh: '删除模型（{size}）' },
  'trash.yesLabels': { en: 'Delete category set', zh: '删除类别集' },
  'trash.yesCollection': { en: 'Delete collection', zh: '删除收藏集' },
  'trash.partSure': {
    en: 'Delete the downloaded part of {name} ({size})? A new download starts from the beginning.',
    zh: '要删除“{name}”已下载的部分（{size}）吗？重新下载将从头开始。',
  },
  'trash.partYes': { en: 'Delete downloaded part ({size})', zh: '删除已下载的部分（{size}）' },
}).templates;
