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
  'collection.bad-version': {
    en: '"{version}" is no version. Versions are whole numbers from 1 on; "patchbay collections show NAME" lists them.',
    zh: '“{version}”不是版本。版本是从 1 开始的整数；“patchbay collections show NAME”列出了它们。',
  },
  'collection.no-run': {
    en: 'The collection "{name}" cannot follow a folder, because no run in the list of runs saved it. Run the workflow that saves it once more, then try again.',
    zh: '收藏集“{name}”无法跟随文件夹，因为运行列表中没有保存它的运行。请再运行一次保存它的工作流，然后重试。',
  },
  'collection.no-folder': {
    en: 'The collection "{name}" cannot follow a folder, because the workflow that saved it last has no *Load folder* before *Save to collection*. Load its pictures with *Load folder*, run the workflow, then try again.',
    zh: '收藏集“{name}”无法跟随文件夹，因为最后保存它的工作流在 *保存到收藏集* 之前没有 *加载文件夹*。请用 *加载文件夹* 加载图片并运行工作流，然后重试。',
  },
  'collection.follow-sample': {
    en: 'The collection "{name}" cannot follow its folder, because the run that saved it last loaded the sample pictures ({folder}), which never change. Save the collection once from your own folder, then try again.',
    zh: '收藏集“{name}”无法跟随文件夹，因为最后保存它的运行加载的是示例图片（{folder}），它们不会变化。请从您自己的文件夹保存一次该收藏集，然后重试。',
  },
  'collection.follow-unreadable': {
    en: 'The collection "{name}" does not follow its folder, because {file} is damaged. Delete this file, then let the collection follow its folder again.',
    zh: '收藏集“{name}”没有跟随文件夹，因为 {file} 已损坏。请删除该文件，然后重新开始跟随。',
  },
  'collection.follow-failed': {
    en: 'The run that adds new pictures to "{name}" did not succeed: {reason:phrase}. It runs again when something in the folder changes.',
    zh: '向“{name}”添加新图片的运行没有成功：{reason:phrase}。文件夹有变化时会再次运行。',
  },
  'collection.follow-unread': {
    en: '{count} {count|picture|pictures} could not be read and {count|is|are} not in "{name}": {names:and}. The reason for {first}: {reason:phrase}. All other pictures of the folder are in.',
    zh: '有 {count} 张图片无法读取，没有收入“{name}”：{names:and}。{first} 的原因：{reason:phrase}。文件夹中的其他图片都已收入。',
  },
  'collection.follow-ended': { en: 'It was stopped.', zh: '运行被停止。' },
  'collection.no-server': {
    en: 'No server runs for this data folder, and only a server follows folders. Start it with "patchbay serve", then try again.',
    zh: '此数据文件夹没有正在运行的服务器，而只有服务器才会跟随文件夹。请用“patchbay serve”启动后重试。',
  },
});
