import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about things that were deleted and can be restored. */
export const trashMessage = defineMessages({
  'trash.not-found': {
    en: 'The trash has nothing with the id {id}. It may have been restored, or deleted for good.',
    zh: '回收站中没有 id 为 {id} 的项目。它可能已被恢复，或已被永久删除。',
  },
  'trash.uploads-taken': {
    en: 'The uploaded folder "{name}" cannot be restored, because there is another one with this name. Delete that one first.',
    zh: '无法恢复上传的文件夹“{name}”，因为已有同名的文件夹。请先删除那个文件夹。',
  },
  'trash.model-taken': {
    en: 'The model {name} cannot be restored, because it was downloaded again or is being downloaded. Delete that one first, or keep it.',
    zh: '无法恢复模型 {name}，因为它已被重新下载或正在下载。请先删除新的模型，或保留它。',
  },
  'trash.labels-taken': {
    en: 'The category set "{name}" cannot be restored, because there is another one with this name. Rename or delete that one first.',
    zh: '无法恢复类别集“{name}”，因为已有同名的类别集。请先重命名或删除那个类别集。',
  },
  'trash.collection-taken': {
    en: 'The collection "{name}" cannot be restored, because there is another one with this name. Rename or delete that one first.',
    zh: '无法恢复收藏集“{name}”，因为已有同名的收藏集。请先重命名或删除那个收藏集。',
  },
  'trash.record-taken': {
    en: '"{name}" cannot be restored, because it exists. Reload the list.',
    zh: '无法恢复“{name}”，因为它已经存在。请刷新列表。',
  },
  'trash.in-use': {
    en: 'The files of "{name}" are in use, so the system does not allow moving them ({reason}). Close the program that uses them, and try again.',
    zh: '“{name}”的文件正在使用，系统不允许移动（{reason}）。请关闭使用它们的程序，然后重试。',
  },
  'trash.unreadable': {
    en: '"{name}" cannot be restored, because {file} in the trash is damaged.',
    zh: '无法恢复“{name}”，因为回收站中的 {file} 已损坏。',
  },
  'trash.server-runs': {
    en: 'A server uses this data folder. Restore "{name}" in the studio under "Recently deleted", or stop the server and try again.',
    zh: '有服务器正在使用这个数据文件夹。请在界面的“最近删除”中恢复“{name}”，或停止服务器后重试。',
  },
  'usage.trash-yes': {
    en: 'Emptying the trash cannot be undone. Add --yes to do it without a terminal.',
    zh: '清空回收站无法撤销。没有终端时，请加上 --yes。',
  },
});
