import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about collections. */
export const collectionMessage = defineMessages({
  'collection.name': {
    en: '"{name}" cannot be the name of a collection. Use 1 to {count} characters, without any of / \\ : * ? " < > | and without a dot at the beginning or end.',
    zh: '“{name}”不能作为收藏集的名称。请使用 1 到 {count} 个字符，不含 / \\ : * ? " < > |，开头和结尾不能是点。',
  },
  'collection.name-taken': {
    en: 'There is already a collection "{name}". Choose another name.',
    zh: '已有收藏集“{name}”。请换一个名称。',
  },
  'collection.unreadable': {
    en: 'The collection "{name}" cannot be read: {file} is damaged or missing ({reason}). Restore its folder "collections/{name}" from a backup, or delete the collection and make it again.',
    zh: '无法读取收藏集“{name}”：{file} 已损坏或缺失（{reason}）。请从备份恢复文件夹“collections/{name}”，或删除该收藏集后重新创建。',
  },
  'collection.newer': {
    en: 'The collection "{name}" was written by a newer version of Patchbay. Update Patchbay.',
    zh: '收藏集“{name}”由较新版本的 Patchbay 写入。请更新 Patchbay。',
  },
  'collection.no-engine': {
    en: 'Collections do not work on this computer, because DuckDB cannot be loaded here ({reason}). Everything else works. Use *Save embeddings* and *Load embeddings* instead.',
    zh: '无法加载 DuckDB（{reason}），因此收藏集在这台电脑上不可用，其他功能不受影响。请改用 *保存向量* 和 *加载向量*。',
  },
  'collection.not-finite': {
    en: 'The vector of "{item}" contains {value}, which cannot be compared. Leave this picture out, or encode it again.',
    zh: '“{item}”的向量含有 {value}，无法比较。请去掉这张图片，或重新编码。',
  },
  'collection.disk-full': {
    en: 'The disk is full, so nothing was added to the collection "{name}". Free some space and run again.',
    zh: '磁盘已满，因此没有向收藏集“{name}”添加任何内容。请腾出空间后重新运行。',
  },
});
