import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about uploads, and about files and folders that clients ask the server for. */
export const uploadMessage = defineMessages({
  'upload.too-large': { en: 'A file can have at most {megabytes} MB.', zh: '文件最大为 {megabytes} MB。' },
  'upload.not-one-file': {
    en: 'An upload is one file, in the field "file" of a multipart form.',
    zh: '每次上传一个文件，放在 multipart 表单的“file”字段中。',
  },
  'upload.invalid': {
    en: 'The form is incomplete, or not a multipart form.',
    zh: '表单不完整，或不是 multipart 表单。',
  },
  'upload.type': {
    en: 'This route takes a multipart form with one file, for example: curl -F file=@cat.jpg.',
    zh: '这个接口需要含一个文件的 multipart 表单，例如：curl -F file=@cat.jpg。',
  },
  'upload.missing': {
    en: 'The form has no file in its field "file".',
    zh: '表单的“file”字段中没有文件。',
  },
  'upload.path': {
    en: 'The path of an upload consists of names with "/" between them, such as "photos/cat.jpg".',
    zh: '上传的路径由“/”分隔的名称组成，例如“photos/cat.jpg”。',
  },
  'upload.link': {
    en: '{path} was not stored, because {link} is a link. Uploads do not follow links. Choose another name, or remove the link.',
    zh: '没有存储 {path}，因为 {link} 是链接。上传不会跟随链接。请换一个名称，或删除该链接。',
  },
  'upload.name-too-long': {
    en: 'The name is too long. Disks take at most {count} bytes, and letters outside of English take up to four each.',
    zh: '名称太长。磁盘最多接受 {count} 字节，英文以外的字符每个最多占四字节。',
  },
  'upload.below-file': {
    en: '"{path}" is a file, so nothing can be put below it. Choose another folder.',
    zh: '“{path}”是文件，因此不能在它下面放东西。请选择另一个文件夹。',
  },
  'upload.exists': {
    en: 'Another file is already at "{path}". Choose another name.',
    zh: '“{path}”已有另一个文件。请换一个名称。',
  },
  'upload.no-folder': {
    en: 'There is no folder of uploads with this name.',
    zh: '没有这个名称的上传文件夹。',
  },

  'zip.nothing': {
    en: 'There is no file to download.',
    zh: '没有可下载的文件。',
  },
  'zip.left-out': {
    en: 'These files could not be read, so they are not in this archive:{names}',
    zh: '以下文件无法读取，因此不在这个压缩包中：{names}',
  },

  'folder.not-here': {
    en: 'Folders open only on the computer that Patchbay runs on. Download the files instead.',
    zh: '只能在运行 Patchbay 的电脑上打开文件夹。请改为下载文件。',
  },
  'folder.no-desktop': {
    en: 'No file manager could be opened on this computer. The files are in {path}.',
    zh: '无法在这台电脑上打开文件管理器。文件在 {path}。',
  },

  'file.range': { en: 'The file has no such range.', zh: '文件没有这个范围。' },
  'file.outside-places': {
    en: '"{path}" is outside the folders that you can browse. You can still type its path.',
    zh: '“{path}”在可以浏览的文件夹之外。仍可直接输入它的路径。',
  },
  'picture.not-found': {
    en: 'The server knows no picture with this name. Run the workflow again.',
    zh: '服务器没有这个名称的图片。请再次运行工作流。',
  },
  'picture.changed': {
    en: 'File {name} is no longer a picture.',
    zh: '文件 {name} 已不是图片。',
  },
});
