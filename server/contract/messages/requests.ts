import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about requests that the server refuses. */
export const requestMessage = defineMessages({
  'request.path': { en: 'The address is not well-formed.', zh: '地址格式不正确。' },
  'request.not-found': {
    en: 'Nothing has this address. GET /api/docs lists all addresses.',
    zh: '这个地址没有内容。可用的地址见 GET /api/docs。',
  },
  'request.method': { en: '{path} does not take {method}.', zh: '{path} 不接受 {method}。' },
  'request.type': {
    en: 'This route takes JSON. Send it with "Content-Type: application/json".',
    zh: '这个接口需要 JSON。请以“Content-Type: application/json”发送。',
  },
  'request.encoding': {
    en: 'The server does not take compressed bodies. Send the JSON as it is.',
    zh: '不接受压缩的请求正文。请直接发送 JSON。',
  },
  'request.too-large': {
    en: 'A JSON body has at most {megabytes} MB. Upload files with POST /api/assets.',
    zh: 'JSON 正文最大为 {megabytes} MB。请用 POST /api/assets 上传文件。',
  },
  'request.too-complex': {
    en: 'The body has more than {count} values.',
    zh: '请求正文超过 {count} 个值。',
  },
  'request.not-utf8': { en: 'The body is not UTF-8 text.', zh: '请求正文不是 UTF-8 文本。' },
  'request.not-json': { en: 'The body is not JSON: {reason}.', zh: '请求正文不是 JSON：{reason}。' },
  'request.nul': {
    en: 'A text of the request contains the character NUL, which cannot be stored. Remove it.',
    zh: '请求中的文本含有无法存储的 NUL 字符。请移除它。',
  },
  'request.changing': {
    en: 'The folder is in use or being changed. Try again.',
    zh: '文件夹正在使用或被更改。请重试。',
  },
  'request.slow': {
    en: 'The body of the request came too slowly. Send it again.',
    zh: '请求正文传输太慢。请重新发送。',
  },
  'request.cursor': {
    en: 'This list has no such cursor. Use the "next" of the page before. The first page needs no cursor.',
    zh: '这个列表没有该游标。请使用上一页的“next”；第一页不需要游标。',
  },
  'request.idempotency-key': {
    en: 'An Idempotency-Key has 1 to 200 visible ASCII characters.',
    zh: 'Idempotency-Key 由 1 到 200 个可见的 ASCII 字符组成。',
  },
  'request.watch': {
    en: 'run:watch needs a runId, a text without NUL characters. afterSeq is a whole number from 0 on.',
    zh: 'run:watch 需要 runId，即不含 NUL 字符的文本；afterSeq 是从 0 开始的整数。',
  },
  'request.unwatch': {
    en: 'run:unwatch needs a runId, a text without NUL characters.',
    zh: 'run:unwatch 需要 runId，即不含 NUL 字符的文本。',
  },
  'request.too-many-watched': {
    en: 'One client can watch at most {count} runs at once.',
    zh: '一个客户端最多同时跟踪 {count} 个运行。',
  },

  // The same messages as for workflow files, with the same values; see `asRequest`.
  'request.too-deep': {
    en: 'The body is nested more than {levels} levels deep, so it was not read.',
    zh: '请求正文嵌套超过 {levels} 层，因此没有读取。',
  },
  'request.forbidden-key': {
    en: 'The body uses the key "{key}"{line?}, which is not allowed. Rename or remove it.',
    zh: '请求正文使用了不允许的键“{key}”{line?}。请改名或移除它。',
  },
  'request.duplicate-key': {
    en: 'The body contains "{key}" twice in one place{line?}. Keep one of them.',
    zh: '请求正文在同一处两次出现“{key}”{line?}。请保留其中一个。',
  },
  'request.unknown-key': {
    en: '{where} has the unknown {count|key|keys} {keys}. Remove {count|it|them}.',
    zh: '{where} 含有未知的键 {keys}。请移除。',
  },
  'request.missing': {
    en: '{where} is missing. It must be {expected}.',
    zh: '缺少 {where}。它必须是{expected}。',
  },
  'request.invalid-value': {
    en: '{where} must be {expected}, but is {got}.',
    zh: '{where} 必须是{expected}，现在是{got}。',
  },
  'request.too-many': {
    en: '{where} has more than {count} entries, so it was not read. Split the workflow, or put large values into a file.',
    zh: '{where} 超过 {count} 项，因此没有读取。请拆分工作流，或把大量的值放进文件。',
  },
  'request.more-problems': {
    en: 'There {count|is|are} {count} more {count|problem|problems} of this kind.',
    zh: '还有 {count} 个这类问题。',
  },
  'request.body': { en: 'The body', zh: '请求正文' },

  'access.host': {
    en: 'This server does not answer to this name. Call it by its address, or start it with --allow-host NAME.',
    zh: '服务器不以这个名称应答。请用它的地址访问，或用 --allow-host NAME 启动它。',
  },
  'access.origin': {
    en: 'Pages of other sites cannot use this server.',
    zh: '其他网站的页面不能使用这个服务器。',
  },
  'access.site': {
    en: 'Other sites cannot load anything from this server.',
    zh: '其他网站不能从这个服务器加载内容。',
  },
  'access.token': {
    en: 'This server needs its token. Send "Authorization: Bearer TOKEN", or open the address that it printed when it started.',
    zh: '服务器需要令牌。请发送“Authorization: Bearer TOKEN”，或打开它启动时显示的地址。',
  },

  'server.busy': {
    en: 'The server is busy reading requests. Try again soon.',
    zh: '服务器正忙于读取请求。请稍后重试。',
  },
  'server.stopping': {
    en: 'The server is stopping. Run {id} continues when it starts again: GET /api/runs/{id}.',
    zh: '服务器正在停止。运行 {id} 会在它再次启动后继续：GET /api/runs/{id}。',
  },
  'server.internal': {
    en: 'An error occurred inside the server. Its log has the details.',
    zh: '服务器内部出错。详情见它的日志。',
  },

  'run.not-found': { en: 'There is no run "{id}".', zh: '没有运行“{id}”。' },
  'run.input': {
    en: 'The workflow has no input "{name}". It has: {names}.',
    zh: '工作流没有输入“{name}”。它有：{names}。',
  },
  'run.no-inputs': {
    en: 'The workflow has no input "{name}". It has no named inputs.',
    zh: '工作流没有输入“{name}”。它没有命名的输入。',
  },
  'run.idempotency-conflict': {
    en: 'This Idempotency-Key was used for another request. Use a new one.',
    zh: '这个 Idempotency-Key 已用于另一个请求。请使用新的。',
  },
  'run.not-waiting': {
    en: 'The run is no longer waiting, so it cannot be moved to the front.',
    zh: '这个运行已不在等待，因此不能移到最前。',
  },
  'run.not-over': { en: 'The run has not ended. Cancel it first.', zh: '运行尚未结束。请先取消它。' },
  'run.internal': {
    en: 'The run ended because of an error inside the server. The log of the server has the details.',
    zh: '运行因服务器内部出错而结束。详情见服务器的日志。',
  },
  'queue.full': {
    en: '{count} runs are waiting already. Wait until some have ended, or clear the queue.',
    zh: '已有 {count} 个运行在等待。请等待其中一些完成，或清空队列。',
  },

  'workflow.not-found': { en: 'There is no workflow "{id}".', zh: '没有工作流“{id}”。' },
  'workflow.read-only': {
    en: 'A template cannot be changed. Save it as a workflow of your own.',
    zh: '模板不能修改。请另存为您自己的工作流。',
  },

  'embeddings.no-asset': {
    en: 'No uploaded file has this hash. Upload it first.',
    zh: '没有哈希为此值的已上传文件。请先上传。',
  },
  'embeddings.picture-form': {
    en: 'A picture must be "data:image/png;base64,..." or the "asset:HASH" of an uploaded file.',
    zh: '图片必须是“data:image/png;base64,...”，或已上传文件的“asset:HASH”。',
  },
  'embeddings.address': {
    en: 'This text is an address or a path, and no picture is read from there. Send the picture as "data:image/png;base64,...", or as the "asset:HASH" of an uploaded file. To embed the text itself, send an object with the key "text".',
    zh: '这个文本是地址或路径，不会从那里读取图片。请以“data:image/png;base64,...”或已上传文件的“asset:HASH”发送图片。要编码文本本身，请发送带有“text”键的对象。',
  },
  'embeddings.text-length': {
    en: 'A text has at most {most} characters, and this one has {count}.',
    zh: '文本最多 {most} 个字符，这个有 {count} 个。',
  },
  'embeddings.modality': {
    en: 'The request says "modality": "{modality}", and this input is of another kind. Remove "modality", or send only such inputs.',
    zh: '请求中写了"modality": "{modality}"，而这个输入是另一种。请去掉“modality”，或只发送这种输入。',
  },
  'embeddings.not-a-picture': {
    en: 'This is not a JPEG, PNG, WebP, GIF, TIFF or AVIF picture.',
    zh: '这不是 JPEG、PNG、WebP、GIF、TIFF 或 AVIF 图片。',
  },
  'embeddings.dimensions': {
    en: 'The vectors of {model} have {dims} numbers and cannot be cut to {wanted}.',
    zh: '{model} 的向量有 {dims} 维，不能截为 {wanted} 维。',
  },
});
