import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about pictures, the folders they are read from and the web addresses they are downloaded from. */
export const imageMessage = defineMessages({
  'image.not-found': {
    en: 'Picture {path} was not found. Check the path.{hint?}',
    zh: '没有找到图片 {path}。请检查路径。{hint?}',
  },
  'image.gone': {
    en: 'Picture {name} was not found. The file was moved or deleted.',
    zh: '没有找到图片 {name}。文件已被移动或删除。',
  },
  'image.no-access': {
    en: 'Picture {name} could not be opened. Check that you have permission to read it.',
    zh: '无法打开图片 {name}。请检查是否有读取权限。',
  },
  'image.no-answer': {
    en: 'The drive of picture {name} does not answer. Check its connection, and run again.',
    zh: '图片 {name} 所在的磁盘没有响应。请检查连接后再次运行。',
  },
  'image.read-failed': {
    en: 'Picture {name} could not be read to its end ({fault}). Check the drive, and run again.',
    zh: '无法完整读取图片 {name}（{fault}）。请检查磁盘后再次运行。',
  },
  'image.is-address': {
    en: '{address} is a web address, not a file. Use {node} for web addresses.',
    zh: '{address} 是网址，不是文件。网址请使用 {node}。',
  },
  'image.is-folder': {
    en: '{path} is a folder. Choose a single picture.',
    zh: '{path} 是文件夹。请选择一张图片。',
  },
  'image.not-a-file': {
    en: '{name} is not a regular file, so it cannot be read as a picture.',
    zh: '{name} 不是普通文件，无法作为图片读取。',
  },
  'image.file-too-large': {
    en: '{name} is larger than 1 GB. Patchbay reads picture files up to 1 GB.',
    zh: '{name} 超过 1 GB。Patchbay 最多读取 1 GB 的图片文件。',
  },
  'image.empty': {
    en: 'The picture file is empty. Copy it again.',
    zh: '图片文件是空的。请重新复制。',
  },
  'image.unknown-format': {
    en: 'This file is not a picture that Patchbay can read. It reads {formats:and}.',
    zh: 'Patchbay 无法把此文件作为图片读取。可读取的格式：{formats:and}。',
  },
  'image.heic': {
    en: 'Patchbay does not read HEIC pictures. Export the picture as JPEG.',
    zh: 'Patchbay 不能读取 HEIC 图片。请导出为 JPEG。',
  },
  'image.bmp': {
    en: 'Patchbay does not read BMP pictures. Save the picture as PNG.',
    zh: 'Patchbay 不能读取 BMP 图片。请保存为 PNG。',
  },
  'image.svg': {
    en: 'Patchbay does not read SVG drawings, because one drawing can take minutes. Export it as PNG.',
    zh: 'Patchbay 不能读取 SVG，因为绘制一幅可能需要几分钟。请导出为 PNG。',
  },
  'image.too-many-pixels': {
    en: 'The picture has {size} pixels, more than the {millions} million that Patchbay reads. Make it smaller.',
    zh: '图片有 {size} 像素，超过了 Patchbay 可读取的 {millions} 兆像素。请缩小它。',
  },
  'image.pixel-limit': {
    en: 'The picture has more pixels than Patchbay reads. Make it smaller.',
    zh: '图片的像素超过了 Patchbay 的上限。请缩小它。',
  },
  'image.bomb': {
    en: 'The file claims {size} pixels in only {bytes} bytes. Patchbay refuses it, because such files are made to fill the memory.',
    zh: '文件声称有 {size} 像素，却只有 {bytes} 字节。Patchbay 拒绝读取，因为这类文件是用来占满内存的。',
  },
  'image.channels': {
    en: 'The picture has {count} colour channels, which Patchbay cannot read. Save it as an RGB picture.',
    zh: '图片有 {count} 个颜色通道，Patchbay 无法读取。请保存为 RGB 图片。',
  },
  'image.too-many-scans': {
    en: 'The picture is stored in {scans} passes, which would take too long to decode. Save it again as JPEG or PNG.',
    zh: '图片分 {scans} 遍存储，解码会过久。请重新保存为 JPEG 或 PNG。',
  },
  'image.cut-short': {
    en: 'The picture file ends too early. It may not have been copied completely.',
    zh: '图片文件过早结束，可能没有复制完整。',
  },
  'image.damaged': {
    en: 'The picture file is damaged. Copy or save it again.',
    zh: '图片文件已损坏。请重新复制或保存。',
  },
  'image.result-too-large': {
    en: 'A picture of {size} pixels would become {result}, which is too large. Crop it, or give an exact size.',
    zh: '{size} 像素的图片会变成 {result}，太大了。请裁剪它，或给出确切的大小。',
  },
  'image.deep-levels': {
    en: '{count} {count|picture has|pictures have} levels that do not fit into 8 bits, and {count|comes|come} out nearly black or white: {names}. Choose another way for *Deep greys* where the pictures are loaded.',
    zh: '{count} 张图片的灰度超出 8 位，读出后几乎全黑或全白：{names}。请在加载图片的节点中为 *高位深灰度* 选择另一种方式。',
  },
  'image.same-when-opaque': {
    en: '{count} transparent pictures come out in the single colour {colour}, so they all look the same: {names}. Choose another *Background* where the pictures are loaded.',
    zh: '{count} 张透明图片读出后只有一种颜色 {colour}，看起来全都一样：{names}。请在加载图片的节点中选择另一种 *背景*。',
  },
  'image.broken-link': {
    en: 'The link points to a file that does not exist.',
    zh: '链接指向的文件不存在。',
  },
  'image.circular-link': {
    en: 'The link points to itself. Delete it, or make it again.',
    zh: '链接指向自身。请删除它，或重新创建。',
  },
  'image.name-not-text': {
    en: 'The name is not valid UTF-8, so it cannot be opened. Rename it.',
    zh: '名称不是有效的 UTF-8，因此无法打开。请改名。',
  },
  'image.link-outside': {
    en: 'The link points outside the folders that Patchbay may read.',
    zh: '链接指向 Patchbay 可读取的文件夹之外。',
  },
  'folder.not-found': {
    en: 'Folder {folder} was not found. Check the path.',
    zh: '没有找到文件夹 {folder}。请检查路径。',
  },
  'folder.is-file': {
    en: '{folder} is a file. Choose the folder that contains it.',
    zh: '{folder} 是文件。请选择它所在的文件夹。',
  },
  'folder.no-access': {
    en: 'Folder {folder} could not be opened. Check that you have permission to read it.',
    zh: '无法打开文件夹 {folder}。请检查是否有读取权限。',
  },
  'folder.no-answer': {
    en: 'The drive of folder {folder} does not answer. Check its connection, and run again.',
    zh: '文件夹 {folder} 所在的磁盘没有响应。请检查连接后再次运行。',
  },
  'folder.unread-formats': {
    en: '{count} {count|file has|files have} a format that Patchbay does not read: {formats}.',
    zh: '{count} 个文件的格式 Patchbay 无法读取：{formats}。',
  },
  'folder.passed-over': {
    en: 'Passed over {count} {count|folder|folders} in which programs keep thumbnails, previews or deleted files: {names}. Turn on *Housekeeping folders* to load them.',
    zh: '已略过 {count} 个程序用来存放缩略图、预览或已删除文件的文件夹：{names}。打开 *系统文件夹* 可加载它们。',
  },
  'folder.no-extension': { en: 'no file extension', zh: '没有扩展名' },
  'url.invalid': {
    en: '"{url}" is not a web address. Write it like https://example.com/cat.jpg.',
    zh: '“{url}”不是网址。请写成 https://example.com/cat.jpg 的形式。',
  },
  'url.scheme': {
    en: 'Patchbay downloads pictures from http and https addresses only.',
    zh: 'Patchbay 只从 http 和 https 地址下载图片。',
  },
  'url.credentials': {
    en: 'The address contains a user name or a password. Patchbay does not download from such addresses.',
    zh: '地址中含有用户名或密码。Patchbay 不从这样的地址下载。',
  },
  'url.forbidden': {
    en: '{host} is not on the public internet, so Patchbay downloads nothing from it.',
    zh: '{host} 不在公共互联网上，因此 Patchbay 不从那里下载。',
  },
  'url.status': {
    en: '{host} answered with status {status} and sent no picture. Check the address.',
    zh: '{host} 返回了状态 {status}，没有发送图片。请检查地址。',
  },
  'url.redirects': {
    en: '{url} redirects too many times. Use the address that the picture has in the end.',
    zh: '{url} 重定向次数过多。请使用图片的最终地址。',
  },
  'url.timeout': {
    en: '{host} took too long to send the picture. Try again.',
    zh: '{host} 发送图片的时间过长。请重试。',
  },
  'url.unreachable': {
    en: '{host} could not be reached. Check the address and your network connection.',
    zh: '无法连接 {host}。请检查地址和网络连接。',
  },
  'url.cut-short': {
    en: 'The connection to {host} ended before the whole picture arrived. Try again.',
    zh: '图片尚未传完，与 {host} 的连接就结束了。请重试。',
  },
  'url.too-large': {
    en: 'The file is larger than {megabytes} MB, so Patchbay did not download it.',
    zh: '文件大于 {megabytes} MB，因此 Patchbay 没有下载。',
  },
});
