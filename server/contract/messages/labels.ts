import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about label sets. For people, a label is a category. */
export const labelMessage = defineMessages({
  'labels.not-found': {
    en: 'There is no category set "{name}".{hint?} Choose another one, or create it.',
    zh: '没有类别集“{name}”。{hint?}请选择其他类别集，或创建它。',
  },
  'labels.file-not-found': {
    en: 'The file {path} of a category set does not exist. Check the path, or choose a set by its name.',
    zh: '类别集文件 {path} 不存在。请检查路径，或按名称选择类别集。',
  },
  'labels.unreadable': {
    en: 'The category set "{name}" cannot be read: {reason:phrase}. Nothing in its file is changed. Mend the file in the folder "labels" of the data folder, or delete the set.',
    zh: '无法读取类别集“{name}”：{reason:phrase}。其文件没有被更改。请修复数据文件夹的“labels”文件夹中的文件，或删除该类别集。',
  },
  'labels.not-json': { en: 'it is not JSON ({reason})', zh: '它不是 JSON（{reason}）' },
  'labels.not-a-set': {
    en: 'it is not the file of a category set ({reason})',
    zh: '它不是类别集的文件（{reason}）',
  },
  'labels.newer': {
    en: 'it was written by a newer version of Patchbay. Update Patchbay',
    zh: '它由较新版本的 Patchbay 写入，请更新 Patchbay',
  },
  'labels.too-large': {
    en: 'it has more than {megabytes} MB',
    zh: '它超过 {megabytes} MB',
  },
  'labels.name': {
    en: '"{name}" cannot be the name of a category set. Use 1 to {count} characters, without any of / \\ : * ? " < > | and without a dot at the beginning or end.',
    zh: '“{name}”不能作为类别集的名称。请使用 1 到 {count} 个字符，不含 / \\ : * ? " < > |，开头和结尾不能是点。',
  },
  'labels.name-taken': {
    en: 'There is already a category set "{name}". Choose another name.',
    zh: '已有类别集“{name}”。请换一个名称。',
  },
  'labels.no-category': {
    en: 'The category set "{set}" has no category with the id "{id}". It may have been deleted or merged in another window. Load the set again.',
    zh: '类别集“{set}”中没有 id 为“{id}”的类别。它可能已在其他窗口中被删除或合并。请重新加载该类别集。',
  },
  'labels.category-taken': {
    en: 'The category set "{set}" already has a category "{name}". Choose another name, or merge the two.',
    zh: '类别集“{set}”中已有类别“{name}”。请换一个名称，或合并这两个类别。',
  },
  'labels.category-id': {
    en: 'The category set "{set}" already has a category with the id "{id}". Leave the id out.',
    zh: '类别集“{set}”中已有 id 为“{id}”的类别。请不要填写 id。',
  },
  'labels.merge-self': {
    en: 'A category cannot be merged into itself. Choose another one.',
    zh: '类别不能与自身合并。请选择另一个类别。',
  },
  'labels.too-many-categories': {
    en: 'A category set has at most {count} categories. Merge or delete some first.',
    zh: '一个类别集最多有 {count} 个类别。请先合并或删除一些。',
  },
  'labels.too-many': {
    en: 'A category set has at most {count} pictures. Start another set.',
    zh: '一个类别集最多有 {count} 张图片。请另建一个类别集。',
  },
  'labels.picture-gone': {
    en: 'The picture {name} cannot be read. It may have been moved or deleted.',
    zh: '无法读取图片 {name}。它可能已被移动或删除。',
  },
  'labels.unknown-ref': {
    en: 'This server does not know the picture. Run the workflow again, and use the "ref" of its result.',
    zh: '此服务器不认识这张图片。请重新运行工作流，并使用其结果中的“ref”。',
  },
  'labels.cursor': {
    en: 'The cursor is not one of this list. Use the "next" of the page before.',
    zh: '游标不属于这个列表。请使用上一页的“next”。',
  },

  'labels.import-too-large': {
    en: 'The file {path} has more than {megabytes} MB. Divide it into several files, and import them one after the other.',
    zh: '文件 {path} 超过 {megabytes} MB。请把它分成几个文件，依次导入。',
  },
  'labels.import-what': {
    en: 'The import needs "path", or "text" for a file.',
    zh: '导入需要“path”，文件也可以用“text”。',
  },
  'labels.import-folder': {
    en: 'This kind of import needs the "path" of a folder.',
    zh: '这种导入需要一个文件夹的“path”。',
  },
  'labels.import-empty': {
    en: 'No row of {name} has a picture and a category. The first row names the columns, for example "path" and "category".',
    zh: '{name} 中没有含图片和类别的行。第一行是列名，例如“path”和“category”。',
  },
  'labels.import-column': {
    en: 'There is no column "{column}" in {name}. Its columns are {columns:and}.',
    zh: '{name} 中没有“{column}”列。它的列是 {columns:and}。',
  },
  'labels.import-no-picture-column': {
    en: 'No column of {name} has the pictures. Name one of its columns "path", "file_name" or "hash"; now they are {columns:and}.',
    zh: '{name} 中没有图片列。请把其中一列命名为“path”、“file_name”或“hash”；目前的列是 {columns:and}。',
  },
  'labels.import-no-label-column': {
    en: 'No column of {name} has the category. Name one of its columns "category", or say which one it is; now they are {columns:and}.',
    zh: '{name} 中没有类别列。请把其中一列命名为“category”，或指出是哪一列；目前的列是 {columns:and}。',
  },
  'labels.import-quote': {
    en: 'A quote in line {line} of {name} never ends. Check the file.',
    zh: '{name} 第 {line} 行的引号没有结束。请检查文件。',
  },
  'labels.import-line': {
    en: 'Line {line} of {name} is not a JSON object. Check the file.',
    zh: '{name} 的第 {line} 行不是 JSON 对象。请检查文件。',
  },
  'labels.import-no-metadata': {
    en: 'The folder {path} contains no metadata.csv and no metadata.jsonl. Import from subfolders instead, if they name the categories.',
    zh: '文件夹 {path} 中没有 metadata.csv 或 metadata.jsonl。如果类别由子文件夹命名，请改为从子文件夹导入。',
  },
  'labels.import-no-pictures': {
    en: 'The folder {path} contains no pictures in subfolders.',
    zh: '文件夹 {path} 的子文件夹中没有图片。',
  },
  'labels.import-empty-folder': {
    en: 'The folder {path} contains no pictures. Choose another one.',
    zh: '文件夹 {path} 中没有图片。请选择其他文件夹。',
  },
  'labels.import-category': {
    en: 'The category has more than {count} characters, or characters that are not text.',
    zh: '类别超过 {count} 个字符，或含有非文本字符。',
  },
  'labels.import-no-file': {
    en: 'The row names no picture.',
    zh: '这一行没有写明图片。',
  },
  'labels.export-nothing': {
    en: 'No picture of the category set "{set}" with a category can be read, so there is nothing to put into the archive.',
    zh: '类别集“{set}”中没有可读取且带类别的图片，因此压缩包中没有内容。',
  },
});
