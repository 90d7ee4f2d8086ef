import type { SentencePair } from './sentence-pair.ts';

/** What the server says of a request that it does not carry out. */
export const zhRequestSentences: readonly SentencePair[] = [
  ['The address is not well-formed.', '地址格式不正确。'],
  ['{a} does not take {b}.', '{a} 不接受 {b}。'],
  [
    'There is nothing at this address. GET /api/docs lists what there is.',
    '这个地址没有内容。可用的地址见 GET /api/docs。',
  ],
  ['"{a}" may not be read.', '没有读取“{a}”的权限。'],
  ['"{a}" is not there.', '“{a}”不存在。'],
  [
    'An upload is one file, as the field "file" of a multipart form.',
    '每次上传一个文件，放在 multipart 表单的“file”字段中。',
  ],
  ['The form is cut short or no form.', '表单不完整，或不是表单。'],
  [
    'This route wants a multipart form with one file: curl -F file=@cat.jpg.',
    '这个接口需要含一个文件的 multipart 表单：curl -F file=@cat.jpg。',
  ],
  ['The form has no file in its field "file".', '表单的“file”字段中没有文件。'],
  ['The file has no such range.', '文件没有这个范围。'],
  [
    'The path of an upload is names with "/" between them, such as "photos/cat.jpg".',
    '上传的路径由“/”分隔的名称组成，例如“photos/cat.jpg”。',
  ],
  ['The server is busy reading requests. Try again soon.', '服务器正忙于读取请求。请稍后重试。'],
  ['The workflow has no input "{a}". It has no named inputs.', '工作流没有输入“{a}”。它没有命名的输入。'],
  ['The workflow has no input "{a}". It has: {b}.', '工作流没有输入“{a}”。它有：{b}。'],
  ['The body has more than {a} values.', '请求正文超过 {a} 个值。'],
  ['The body is not JSON: {a}.', '请求正文不是 JSON：{a}。'],
  ['The body must be an object.', '请求正文必须是对象。'],
  ['The body is not valid.', '请求正文无效。'],
  ['The body is no UTF-8 text.', '请求正文不是 UTF-8 文本。'],
  ['The query is not valid.', '查询参数无效。'],
  [
    'A JSON body has at most {a} MB. Upload files with POST /api/assets.',
    'JSON 正文最大为 {a} MB。请用 POST /api/assets 上传文件。',
  ],
  [
    'This route wants JSON: "Content-Type: application/json".',
    '这个接口需要 JSON：“Content-Type: application/json”。',
  ],
  ['Compressed bodies are not accepted. Send the JSON as it is.', '不接受压缩的请求正文。请直接发送 JSON。'],
  ['There is no run "{a}".', '没有运行“{a}”。'],
  ['There is no workflow "{a}".', '没有工作流“{a}”。'],
  ['There is no asset "{a}".', '没有保存的文件“{a}”。'],
  ['The workflow has {a} problems.', '工作流有 {a} 个问题。'],
  [
    '{a} runs wait already. Wait for some, or clear the queue.',
    '已有 {a} 个运行在等待。请等待其中一些完成，或清空队列。',
  ],
  ['The run does not wait any more.', '这个运行已不在等待。'],
  ['The run has not ended. Cancel it first.', '运行尚未结束。请先取消它。'],
  [
    'A starter cannot be changed. Save it as a workflow of your own.',
    '自带的工作流不能修改。请另存为您自己的工作流。',
  ],
  [
    'This server does not answer under that name. Call it by its address, or start it with --allow-host NAME.',
    '服务器不以这个名称应答。请用它的地址访问，或用 --allow-host NAME 启动它。',
  ],
  ['Pages of other sites may not use this server.', '其他网站的页面不能使用这个服务器。'],
  [
    'This server wants its token: "Authorization: Bearer TOKEN", or open the address that it printed at its start.',
    '服务器需要令牌：“Authorization: Bearer TOKEN”，或打开它启动时显示的地址。',
  ],
  ['That is no name of a stored file.', '这不是已保存文件的名称。'],
  [
    'The cursor is none of this list. Use the "next" of the page before, or none for the first page.',
    '这个列表没有该游标。请使用上一页的“next”；第一页不需要游标。',
  ],
  [
    'The workflow was saved elsewhere meanwhile; its revision is now {a}. Load it again, or save yours as a new one.',
    '工作流已在别处保存，现在的版本为 {a}。请重新加载，或把您的另存为新的工作流。',
  ],
];
