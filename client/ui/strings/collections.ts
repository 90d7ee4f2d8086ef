import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Texts of collections: the list of them, and the field that chooses one. */
export const collections = defineMessages({
  'collections.title': { en: 'Collections', zh: '收藏集' },
  'collections.words': {
    en: 'database vectors embeddings store index library',
    zh: '数据库 向量 存储 索引 collection',
  },
  'collections.help': {
    en: 'A collection keeps vectors with their pictures, categories and columns, so that workflows can search them without encoding again. *Save to collection* adds pictures to one; *Open collection* and *Search collection* read it.',
    zh: '收藏集保存向量及其图片、类别和列，工作流无需重新编码即可搜索。*保存到收藏集* 向其中添加图片；*打开收藏集* 和 *搜索收藏集* 读取它。',
  },
  'collections.none': {
    en: 'There is no collection yet. Connect *Encode pictures* to *Save to collection*, give the collection a name, and run.',
    zh: '还没有收藏集。请把 *编码图片* 连接到 *保存到收藏集*，给收藏集起个名称，然后运行。',
  },
  'collections.facts': {
    en: '{pictures} {pictures|picture|pictures}, {size}, changed {when}',
    zh: '{pictures} 张图片，{size}，更改于 {when}',
  },
  'collections.encoder': {
    en: '{title}: {count} {count|vector|vectors} of {dims} numbers',
    zh: '{title}：{count} 个向量，每个 {dims} 个数',
  },
  'collections.versions': { en: 'Versions', zh: '版本' },
  'collections.showVersions': { en: 'Show the versions of {name}', zh: '显示“{name}”的版本' },
  'collections.version': {
    en: 'Version {version}, {when}: {pictures} {pictures|picture|pictures}',
    zh: '版本 {version}，{when}：{pictures} 张图片',
  },
  'collections.change': {
    en: '{added} added, {changed} changed, {updated} updated, {removed} removed, {size}',
    zh: '添加 {added}，更改 {changed}，更新 {updated}，移除 {removed}，{size}',
  },
  'collections.restored': { en: 'Version {version} restored, {size}', zh: '恢复了版本 {version}，{size}' },
  'collections.restore': { en: 'Restore', zh: '恢复' },
  'collections.restoreVersion': {
    en: 'Restore version {version}: it becomes the newest one, and nothing is lost.',
    zh: '恢复版本 {version}：它成为最新版本，不会丢失任何内容。',
  },
  'collections.restoreAndPause': { en: 'Restore and pause following', zh: '恢复并暂停跟随' },
  'collections.restoreFollowed': {
    en: 'Restore version {version} and pause following: it becomes the newest one, and nothing is lost. New pictures of the folder are not added until you choose *Follow again*.',
    zh: '恢复版本 {version} 并暂停跟随：它成为最新版本，不会丢失任何内容。在选择 *重新跟随* 之前，不会加入文件夹中的新图片。',
  },
  'collections.followPaused': {
    en: 'Does not follow {folders} now, because a version was restored. Following again changes the collection back to what the folder contains.',
    zh: '因为恢复了一个版本，现在不跟随 {folders}。重新跟随会使收藏集再次与文件夹的内容一致。',
  },
  'collections.followAgain': { en: 'Follow again', zh: '重新跟随' },
  'collections.follow': { en: 'Follow folder', zh: '跟随文件夹' },
  'collections.followHelp': {
    en: 'Follows the folders that the run that saved it last loaded. Adds new pictures while Patchbay runs, saves changed ones again, and removes those whose file is gone.',
    zh: '跟随最后保存它的运行所加载的文件夹。Patchbay 运行时加入文件夹中的新图片，重新保存更改过的图片，并移除文件已不存在的图片。',
  },
  'collections.followNamed': { en: 'Let {name} follow its folder', zh: '让“{name}”跟随文件夹' },
  'collections.unfollowNamed': {
    en: 'Let {name} follow its folder no longer',
    zh: '让“{name}”停止跟随文件夹',
  },
  'collections.followCurrent': {
    en: 'Follows {folders}. Everything is in ({when}).',
    zh: '跟随 {folders}。已全部收入（{when}）。',
  },
  'collections.followRunning': {
    en: 'Follows {folders}. New pictures are being added.',
    zh: '跟随 {folders}。正在加入新图片。',
  },
  'collections.choose': { en: 'Choose a collection', zh: '选择收藏集' },
  'collections.placeholder': { en: 'Name of a collection', zh: '收藏集的名称' },
  'collections.short': {
    en: '{pictures} {pictures|picture|pictures}, {encoders:and}',
    zh: '{pictures} 张图片，{encoders:and}',
  },
  'collections.new': { en: 'New collection "{name}"', zh: '新收藏集“{name}”' },
  'collections.isNew': { en: 'A new collection: the run makes it.', zh: '新的收藏集：运行时创建。' },
  'collections.noneToOpen': {
    en: 'There is no collection yet. Make one with *Save to collection*.',
    zh: '还没有收藏集。请用 *保存到收藏集* 创建。',
  },
  'collections.noneToSave': {
    en: 'There is no collection yet. Write a name to make one.',
    zh: '还没有收藏集。写下名称即可创建。',
  },
  'collections.loading': { en: 'Loading the collections', zh: '正在加载收藏集' },
  'collections.missing': {
    en: 'There is no collection "{name}" yet.',
    zh: '还没有收藏集“{name}”。',
  },
}).templates;
