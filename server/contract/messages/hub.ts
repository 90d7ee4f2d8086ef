import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about the model hub: finding, downloading and deleting models, and the network in between. */
export const hubMessage = defineMessages({
  'hub.advice-mirror': {
    en: 'Check your network connection and try again. Where huggingface.co is blocked, as in mainland China, set HF_ENDPOINT to a mirror (HF_ENDPOINT=https://hf-mirror.com) and restart Patchbay.',
    zh: '请检查网络后重试。在无法访问 huggingface.co 的地方（例如中国大陆），请用 HF_ENDPOINT 指定镜像（HF_ENDPOINT=https://hf-mirror.com），然后重新启动 Patchbay。',
  },
  'hub.advice-endpoint': {
    en: 'Check your network connection, and check that HF_ENDPOINT ({endpoint}) is right.',
    zh: '请检查网络，并确认 HF_ENDPOINT（{endpoint}）正确。',
  },
  'hub.hint-meant': { en: ' Did you mean {names:or}?', zh: '您是否想要 {names:or}？' },
  'hub.hint-recipe': {
    en: ' Nobody publishes {model} as ONNX. Make it with "python models/recipes/export.py {source} {model}", then add its folder.',
    zh: '没有人以 ONNX 发布 {model}。请用“python models/recipes/export.py {source} {model}”制作，然后添加它的文件夹。',
  },

  'hub.repo-id': {
    en: '"{text}" is not a repository. Write OWNER/NAME as on its page, for example {example}.{hint?}',
    zh: '“{text}”不是仓库。请按其页面写成 OWNER/NAME，例如 {example}。{hint?}',
  },
  'hub.nothing-named': {
    en: 'No model and no folder is named {model}.{hint?}',
    zh: '没有名为 {model} 的模型或文件夹。{hint?}',
  },
  'hub.revision': {
    en: '"{revision}" is not a revision. Write a branch, a tag or a commit.',
    zh: '“{revision}”不是版本。请写分支、标签或提交。',
  },
  'hub.no-repo': {
    en: 'Repository {repo} was not found at {host}, or it is private. Check the spelling: OWNER/NAME. A private repository needs a token in HF_TOKEN.{hint?}',
    zh: '在 {host} 没有找到仓库 {repo}，或者它是私有的。请检查拼写：OWNER/NAME。私有仓库需要在 HF_TOKEN 中给出令牌。{hint?}',
  },
  'hub.no-repo-for-token': {
    en: 'Repository {repo} was not found at {host}, or the token in HF_TOKEN has no access to it. Check the spelling: OWNER/NAME.{hint?}',
    zh: '在 {host} 没有找到仓库 {repo}，或者 HF_TOKEN 中的令牌无权访问它。请检查拼写：OWNER/NAME。{hint?}',
  },
  'hub.no-revision': {
    en: '{repo} does not have this revision. Its branches and tags are listed at {page}.',
    zh: '{repo} 没有这个版本。它的分支和标签见 {page}。',
  },
  'hub.no-file': {
    en: '{repo} does not contain {file}. Its files are listed at {page}.',
    zh: '{repo} 中没有{file}。它的文件见 {page}。',
  },
  'hub.file-list': { en: 'the list of files of {repo}', zh: '{repo} 的文件列表' },
  'hub.no-graph': {
    en: '{repo} contains no ONNX file of an encoder (onnx/model.onnx or onnx/vision_model.onnx). Look for the same model under onnx-community or Xenova, or export it with models/recipes/export.py.{hint?}',
    zh: '{repo} 中没有编码器的 ONNX 文件（onnx/model.onnx 或 onnx/vision_model.onnx）。请在 onnx-community 或 Xenova 下寻找同一模型，或用 models/recipes/export.py 导出。{hint?}',
  },
  'hub.no-precision': {
    en: '{repo} has no {precision} files. Choose {precisions:or}.',
    zh: '{repo} 没有 {precision} 文件。请选择 {precisions:or}。',
  },
  'hub.no-complete-precision': {
    en: '{repo} has no precision with all of its ONNX files. Export the model with models/recipes/export.py.',
    zh: '{repo} 没有一种精度包含所有的 ONNX 文件。请用 models/recipes/export.py 导出模型。',
  },

  'hub.gated': {
    en: '{repo} requires you to accept its licence. Accept it at {page}, put a token of your account in HF_TOKEN (or run "hf auth login"), and restart Patchbay.',
    zh: '{repo} 需要先接受其许可证。请在 {page} 接受，在 HF_TOKEN 中给出您账号的令牌（或运行“hf auth login”），然后重新启动 Patchbay。',
  },
  'hub.gated-for-token': {
    en: 'The token in HF_TOKEN has no access to {repo}. Accept its licence at {page} with the account of this token.',
    zh: 'HF_TOKEN 中的令牌无权访问 {repo}。请用该令牌的账号在 {page} 接受其许可证。',
  },
  'hub.token': {
    en: '{host} does not accept the token in HF_TOKEN. Create a new token, or remove this one.',
    zh: '{host} 不接受 HF_TOKEN 中的令牌。请新建一个，或去掉它。',
  },
  'hub.refused': {
    en: '{host} answered the request for {file} with status {status}. Try again later. {advice}',
    zh: '{host} 对{file}的请求返回了状态 {status}。请稍后重试。{advice}',
  },
  'hub.offline': {
    en: '{repo} is not on this machine, and HF_HUB_OFFLINE forbids downloads. Remove HF_HUB_OFFLINE, or download the model on another machine and copy its folder here.',
    zh: '{repo} 不在这台机器上，而 HF_HUB_OFFLINE 禁止下载。请去掉 HF_HUB_OFFLINE，或在另一台机器上下载后把它的文件夹复制过来。',
  },
  'hub.endpoint': {
    en: 'HF_ENDPOINT is "{value}", which is not a web address. Write it like https://hf-mirror.com.',
    zh: 'HF_ENDPOINT 是“{value}”，不是网址。请写成 https://hf-mirror.com 的形式。',
  },
  'hub.unreachable': {
    en: '{host} could not be reached ({reason}). {advice}',
    zh: '无法连接 {host}（{reason}）。{advice}',
  },
  'hub.interrupted': {
    en: '{model} could not be downloaded. {reason} The part that has arrived is kept, so trying again continues from there. {advice}',
    zh: '无法下载 {model}。{reason}已下载的部分会保留，重试时从那里继续。{advice}',
  },
  'hub.failed': {
    en: '{model} could not be downloaded: {reason:phrase}. Try again.',
    zh: '无法下载 {model}：{reason:phrase}。请重试。',
  },

  'hub.disk-full': {
    en: 'The disk of the data folder is full. The part that has arrived is kept. Free some space and try again, or choose another data folder with PATCHBAY_DATA.',
    zh: '数据文件夹所在的磁盘已满。已下载的部分会保留。请腾出空间后重试，或用 PATCHBAY_DATA 选择另一个数据文件夹。',
  },
  'hub.no-space': {
    en: '{model} needs {needed} more, and the disk of {folder} has {free} free. Free some space, or choose another data folder with PATCHBAY_DATA.',
    zh: '{model} 还需要 {needed}，而 {folder} 所在的磁盘只剩 {free}。请腾出空间，或用 PATCHBAY_DATA 选择另一个数据文件夹。',
  },
  'hub.not-writable': {
    en: '{model} could not be written ({reason}). Make the data folder writable, or choose another one with PATCHBAY_DATA.',
    zh: '无法写入 {model}（{reason}）。请使数据文件夹可写，或用 PATCHBAY_DATA 选择另一个。',
  },
  'hub.too-large': {
    en: 'The disk of the data folder cannot hold files as large as those of this model (FAT32 allows 4 GB). Choose a data folder on another disk with PATCHBAY_DATA.',
    zh: '数据文件夹所在的磁盘不支持这个模型那么大的文件（FAT32 最多 4 GB）。请用 PATCHBAY_DATA 选择另一个磁盘上的数据文件夹。',
  },
  'hub.exists': {
    en: '{folder} exists, and Patchbay did not download it, so it was left as it is. Move or delete it, and try again.',
    zh: '{folder} 已存在且不是由 Patchbay 下载的，因此没有改动它。请移走或删除它，然后重试。',
  },
  'hub.not-fetched': {
    en: 'Patchbay did not download {model}, so it cannot delete it.',
    zh: '{model} 不是由 Patchbay 下载的，因此无法删除。',
  },
  'hub.busy': {
    en: '{model} is being downloaded. Stop the download, then delete the model.',
    zh: '{model} 正在下载。请先停止下载，然后再删除。',
  },
  'hub.in-use': {
    en: '{model} is in use, so the system does not allow deleting its files. Stop the runs that use it, and try again.',
    zh: '{model} 正在使用，系统不允许删除它的文件。请停止使用它的运行，然后重试。',
  },
  'hub.no-download': {
    en: 'This download was not found. It may have ended.',
    zh: '没有找到这个下载。它可能已经结束。',
  },

  'hub.hash': {
    en: '{file} of {repo} arrived {times} times with other bytes than the hub promises, so it was thrown away. The network or the mirror changes files on the way. Try another network, or another mirror in HF_ENDPOINT.',
    zh: '{repo} 的 {file} 下载了 {times} 次，内容都与模型库承诺的不符，因此已丢弃。网络或镜像在途中改动了文件。请换一个网络，或在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.other-file': {
    en: '{host} offers a {file} of {repo} that differs from the known one. Try another mirror in HF_ENDPOINT.',
    zh: '{host} 提供的 {repo} 的 {file} 与已知的不同。请在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.no-hash': {
    en: '{host} does not give the hash and the size of {file} of {repo}, so it was not downloaded. Try another mirror in HF_ENDPOINT.',
    zh: '{host} 没有给出 {repo} 的 {file} 的哈希和大小，因此没有下载。请在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.listing': {
    en: '{host} does not list the files of {repo} as a model hub does. Try another mirror in HF_ENDPOINT.',
    zh: '{host} 没有像模型库那样列出 {repo} 的文件。请在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.encoding': {
    en: '{host} sends its files in the encoding "{encoding}", which Patchbay did not ask for. Try another mirror in HF_ENDPOINT.',
    zh: '{host} 发送的文件使用了 Patchbay 未要求的编码“{encoding}”。请在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.redirect-invalid': {
    en: '{host} redirects to "{location}", which is not a web address. Try again later, or another mirror in HF_ENDPOINT.',
    zh: '{host} 重定向到“{location}”，那不是网址。请稍后重试，或在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.redirect-unsafe': {
    en: '{host} redirects to {location}, which is less safe. Patchbay downloaded nothing. Try another mirror in HF_ENDPOINT.',
    zh: '{host} 重定向到安全性更低的 {location}。Patchbay 没有下载任何内容。请在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.redirect-loop': {
    en: '{host} redirects in circles. Try again later, or another mirror in HF_ENDPOINT.',
    zh: '{host} 循环重定向。请稍后重试，或在 HF_ENDPOINT 中换一个镜像。',
  },
  'hub.pieces': {
    en: 'Reading {file} of {repo} in parts takes too many requests.',
    zh: '分段读取 {repo} 的 {file} 需要的请求太多。',
  },

  'hub.proxy-address': {
    en: '{variable} is not the address of an HTTP proxy. Write it like http://127.0.0.1:3128. Patchbay does not support other kinds, such as socks5; most proxy programs offer an HTTP port too.',
    zh: '{variable} 不是 HTTP 代理的地址。请写成 http://127.0.0.1:3128 的形式。Patchbay 不支持 socks5 等其他类型；这类程序大多也提供 HTTP 端口。',
  },
  'hub.proxy-login': {
    en: 'The proxy {proxy} in HTTP_PROXY or HTTPS_PROXY needs a name and a password. Write them into the variable, http://NAME:PASSWORD@{proxy}, and restart Patchbay.',
    zh: 'HTTP_PROXY 或 HTTPS_PROXY 中的代理 {proxy} 需要用户名和密码。请写进该变量（http://NAME:PASSWORD@{proxy}），然后重新启动 Patchbay。',
  },
  'hub.proxy-refused': {
    en: 'The proxy {proxy} in HTTP_PROXY or HTTPS_PROXY does not allow access to the hub (status {status}). Allow it there, or add the hub to NO_PROXY if it can be reached without a proxy.',
    zh: 'HTTP_PROXY 或 HTTPS_PROXY 中的代理 {proxy} 不允许访问模型库（状态 {status}）。请在代理中放行；如果无需代理即可访问，请把模型库写进 NO_PROXY。',
  },
  'hub.proxy-unreachable': {
    en: 'The proxy {proxy} in HTTP_PROXY or HTTPS_PROXY could not be reached ({reason}). Start it, or remove the variable and restart Patchbay.',
    zh: '无法连接 HTTP_PROXY 或 HTTPS_PROXY 中的代理 {proxy}（{reason}）。请启动它，或去掉该变量后重新启动 Patchbay。',
  },

  'hub.not-the-file': {
    en: '{host} sent something other than the file. A login page or a proxy may be in between.',
    zh: '{host} 返回的不是文件。中间可能有登录页或代理。',
  },
  'hub.not-a-hub': {
    en: '{host} does not answer as a model hub does. A login page or a proxy may be in between.',
    zh: '{host} 的回应不像模型库。中间可能有登录页或代理。',
  },
  'hub.more-than-file': { en: '{host} sent more than the file.', zh: '{host} 发送的内容多于文件。' },
  'hub.more-than-piece': {
    en: '{host} sent more than the requested part.',
    zh: '{host} 发送的内容多于所请求的部分。',
  },
  'hub.more-than-expected': { en: '{host} sent more than it should.', zh: '{host} 发送的内容过多。' },
  'hub.stalled': { en: '{host} stopped sending.', zh: '{host} 不再发送内容。' },
  'hub.silent': { en: '{host} does not answer.', zh: '{host} 没有响应。' },
  'hub.cut': { en: 'The connection to {host} was cut.', zh: '与 {host} 的连接中断。' },
  'hub.no-connection': { en: 'The connection to {host} failed.', zh: '无法建立与 {host} 的连接。' },
  'hub.server-busy': { en: '{host} is busy (status {status}).', zh: '{host} 繁忙（状态 {status}）。' },
  'hub.ends-early': { en: '{file} ends early.', zh: '{file} 过早结束。' },
  'hub.file-changed': { en: '{file} changed while it was read.', zh: '{file} 在读取期间发生了变化。' },
});
