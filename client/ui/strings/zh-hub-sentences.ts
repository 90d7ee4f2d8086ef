import type { SentencePair } from './sentence-pair.ts';

const MIRROR =
  'Check the network and try again; where huggingface.co cannot be reached, as in China, name a mirror in HF_ENDPOINT (HF_ENDPOINT=https://hf-mirror.com) and start Patchbay again.';
const ZH_MIRROR =
  '请检查网络后重试；在无法访问 huggingface.co 的地方（例如中国大陆），请用 HF_ENDPOINT 指定镜像（HF_ENDPOINT=https://hf-mirror.com），然后重新启动 Patchbay。';

/** Sentences of the hub client, by the stable code of the error they belong to. */
export const zhHubSentences: Readonly<Record<string, readonly SentencePair[]>> = {
  'hub.advice': [
    [MIRROR, ZH_MIRROR],
    [
      'Check the network, and that HF_ENDPOINT ({a}) is right.',
      '请检查网络，并确认 HF_ENDPOINT（{a}）正确。',
    ],
  ],
  'hub.disk-full': [
    [
      'The disk of the data folder is full. What was fetched is kept: free some space and try again, or choose another data folder with PATCHBAY_DATA.',
      '数据文件夹所在的磁盘已满。已下载的部分会保留：请腾出空间后重试，或用 PATCHBAY_DATA 选择另一个数据文件夹。',
    ],
    [
      '{a} needs {b} more, and the disk of {c} has {d} free: free some space, or choose another data folder with PATCHBAY_DATA.',
      '{a} 还需要 {b}，而 {c} 所在的磁盘只剩 {d}：请腾出空间，或用 PATCHBAY_DATA 选择另一个数据文件夹。',
    ],
  ],
  'hub.too-large': [
    [
      'The disk of the data folder takes no files as large as those of this model (FAT32 ends at 4 GB): choose a data folder on another disk with PATCHBAY_DATA.',
      '数据文件夹所在的磁盘不支持这么大的文件（FAT32 最多 4 GB）：请用 PATCHBAY_DATA 选择另一个磁盘上的数据文件夹。',
    ],
  ],
  'hub.proxy': [
    [
      '{a} is no address of an HTTP proxy: write it like http://127.0.0.1:3128. Other kinds, such as socks5, are not spoken; most such programs offer an HTTP port too.',
      '{a} 不是 HTTP 代理的地址：请写成 http://127.0.0.1:3128 的形式。不支持 socks5 等其他类型；这类程序大多也提供 HTTP 端口。',
    ],
    [
      'The proxy {a}, which HTTP_PROXY or HTTPS_PROXY names, wants a name and a password: write them into the variable, {b}, and start Patchbay again.',
      'HTTP_PROXY 或 HTTPS_PROXY 指定的代理 {a} 需要用户名和密码：请写进该变量（{b}），然后重新启动 Patchbay。',
    ],
    [
      'The proxy {a}, which HTTP_PROXY or HTTPS_PROXY names, does not let through to the hub (status {b}): allow it there, or name the hub in NO_PROXY if it is reached without one.',
      'HTTP_PROXY 或 HTTPS_PROXY 指定的代理 {a} 不允许访问模型库（状态 {b}）：请在代理中放行；如果无需代理即可访问，请把模型库写进 NO_PROXY。',
    ],
    [
      'The proxy {a}, which HTTP_PROXY or HTTPS_PROXY names, cannot be reached ({b}): start it, or take the variable away and start Patchbay again.',
      '无法连接 HTTP_PROXY 或 HTTPS_PROXY 指定的代理 {a}（{b}）：请启动它，或去掉该变量后重新启动 Patchbay。',
    ],
  ],
  'hub.encoding': [
    [
      '{a} sends its files encoded as "{b}", which was not asked for. Try another mirror in HF_ENDPOINT.',
      '{a} 发送的文件使用了未要求的编码“{b}”。请在 HF_ENDPOINT 中换一个镜像。',
    ],
  ],
  'hub.unreachable': [['{a} cannot be reached ({b}). {c}', '无法连接 {a}（{b}）。{c}']],
  'hub.interrupted': [
    [
      '{a} could not be fetched: {b}. What is here is kept, so trying again goes on from there. {c}',
      '无法下载 {a}：{b}。已下载的部分会保留，重试时从那里继续。{c}',
    ],
  ],
  'hub.gated': [
    [
      '{a} wants its licence accepted: accept it at {b}, then give a token of your account in HF_TOKEN (or with "hf auth login") and start Patchbay again.',
      '{a} 需要先接受其许可证：请在 {b} 接受，然后在 HF_TOKEN 中给出您账号的令牌（或使用“hf auth login”），再重新启动 Patchbay。',
    ],
    [
      '{a} is not open to the token that was given: accept its licence at {b} with the account of that token.',
      '给出的令牌无权访问 {a}：请用该令牌的账号在 {b} 接受其许可证。',
    ],
  ],
  'hub.meant': [
    ['{a} Did you mean {b}?', '{a}您是否想要 {b}？'],
    ['{a} Did you mean {b} or {c}?', '{a}您是否想要 {b} 或 {c}？'],
    ['{a} Did you mean {b} or {c} or {d}?', '{a}您是否想要 {b}、{c} 或 {d}？'],
    [
      '{a} Nobody publishes {b} as ONNX: make it with "python models/recipes/export.py {c} {d}", then add that folder.',
      '{a}没有人以 ONNX 发布 {b}：请用“python models/recipes/export.py {c} {d}”制作，然后添加该文件夹。',
    ],
  ],
  'hub.no-repo': [
    [
      'There is no {a} at {b}, or it is private: then a token in HF_TOKEN opens it. Check the spelling: it is written owner/name.{hint}',
      '{b} 上没有 {a}，或者它是私有的：那样需要在 HF_TOKEN 中给出令牌。请检查拼写：写法为“所有者/名称”。{hint}',
    ],
    [
      'There is no {a} at {b} that the token in HF_TOKEN may see. Check the spelling: it is written owner/name.{hint}',
      'HF_TOKEN 中的令牌在 {b} 上看不到 {a}。请检查拼写：写法为“所有者/名称”。{hint}',
    ],
  ],
  'hub.no-revision': [
    [
      '{a} has no such revision: look at {b} for its branches and tags.',
      '{a} 没有这个版本：请在 {b} 查看它的分支和标签。',
    ],
  ],
  'hub.no-graph': [
    [
      '{a} holds no ONNX graph of an encoder (onnx/model.onnx or onnx/vision_model.onnx). Look for the same model under onnx-community or Xenova, or export it with models/recipes/export.py.{hint}',
      '{a} 中没有编码器的 ONNX 图（onnx/model.onnx 或 onnx/vision_model.onnx）。请在 onnx-community 或 Xenova 下寻找同一模型，或用 models/recipes/export.py 导出。{hint}',
    ],
  ],
  'hub.no-precision': [['{a} has no {b}: choose one of {c}.', '{a} 没有 {b}：请从 {c} 中选择。']],
  'hub.hash': [
    [
      '{a} of {b} came {c} times with bytes that are not those the hub promises, so it was thrown away. The network or the mirror changes files on the way: try another network, or another mirror in HF_ENDPOINT.',
      '{b} 的 {a} 下载了 {c} 次，内容都与模型库承诺的不符，因此已丢弃。网络或镜像在途中改动了文件：请换一个网络，或在 HF_ENDPOINT 中换一个镜像。',
    ],
  ],
  'hub.offline': [
    [
      '{a} is not on this machine, and HF_HUB_OFFLINE forbids the network. Take HF_HUB_OFFLINE away, or fetch it where there is a network and copy its folder here.',
      '{a} 不在这台机器上，而 HF_HUB_OFFLINE 禁止使用网络。请去掉 HF_HUB_OFFLINE，或在有网络的地方下载后把它的文件夹复制过来。',
    ],
  ],
  'hub.repo-id': [
    [
      '"{a}" is no repository: write owner/name as on its page, like {b}.{hint}',
      '“{a}”不是仓库：请按其页面写成“所有者/名称”，例如 {b}。{hint}',
    ],
  ],
  'hub.busy': [
    [
      '{a} is being fetched at the moment: cancel that, and delete it then.',
      '{a} 正在下载：请先停止下载，然后再删除。',
    ],
  ],
  'hub.exists': [
    [
      '{a} is there and was not fetched by Patchbay, so it was left alone. Move or delete it, and try again.',
      '{a} 已存在且不是由 Patchbay 下载的，因此没有改动它。请移走或删除它，然后重试。',
    ],
  ],
  'hub.failed': [
    ['{a} could not be fetched. Try again.', '无法下载 {a}。请重试。'],
    ['{a} could not be fetched: {b}. Try again.', '无法下载 {a}：{b}。请重试。'],
    ['There is no such download; it may have ended.', '没有这个下载；它可能已经结束。'],
    ['{a} answered {b} with status {c}. Try again later. {d}', '{a} 对 {b} 返回了状态 {c}。请稍后重试。{d}'],
    ['{a} has no file {b}: look at {c} for what it holds.', '{a} 没有文件 {b}：请在 {c} 查看它的内容。'],
    ['the list of files of {a}', '{a} 的文件列表'],
  ],
  'hub.unwritable': [
    [
      '{a} cannot be written ({b}): make the data folder writable, or choose another one with PATCHBAY_DATA.',
      '无法写入 {a}（{b}）：请使数据文件夹可写，或用 PATCHBAY_DATA 选择另一个。',
    ],
  ],
  'hub.token': [
    [
      '{a} does not take the token in HF_TOKEN: make a new one, or take it away.',
      '{a} 不接受 HF_TOKEN 中的令牌：请新建一个，或去掉它。',
    ],
  ],
  'hub.unlike': [
    [
      '{a} has no precision in which all of its graphs are there; export it with models/recipes/export.py.',
      '{a} 没有一种精度包含所有的图；请用 models/recipes/export.py 导出。',
    ],
    [
      '{a} offers another {b} of {c} than the one that is known to be right. Try another mirror in HF_ENDPOINT.',
      '{a} 提供的 {c} 的 {b} 与已知正确的不同。请在 HF_ENDPOINT 中换一个镜像。',
    ],
    [
      'The hub offers another {a} of {b} than the one that is known to be right. Try another mirror in HF_ENDPOINT.',
      '模型库提供的 {b} 的 {a} 与已知正确的不同。请在 HF_ENDPOINT 中换一个镜像。',
    ],
    [
      '{a} does not list the files of {b} as a hub does. Try another mirror in HF_ENDPOINT.',
      '{a} 没有像模型库那样列出 {b} 的文件。请在 HF_ENDPOINT 中换一个镜像。',
    ],
    [
      '{a} does not say what {b} of {c} should hash to, or how long it is, so it was not fetched. Try another mirror in HF_ENDPOINT.',
      '{a} 没有说明 {c} 的 {b} 的哈希或大小，因此没有下载。请在 HF_ENDPOINT 中换一个镜像。',
    ],
    [
      '{a} leads to "{b}", which is no address. Try again later, or another mirror in HF_ENDPOINT.',
      '{a} 指向“{b}”，那不是地址。请稍后重试，或在 HF_ENDPOINT 中换一个镜像。',
    ],
    [
      '{a} leads to {b}, which is less safe than where it came from. Nothing was fetched; try another mirror in HF_ENDPOINT.',
      '{a} 指向安全性更低的 {b}。没有下载任何内容；请在 HF_ENDPOINT 中换一个镜像。',
    ],
    [
      '{a} leads in circles. Try again later, or another mirror in HF_ENDPOINT.',
      '{a} 循环重定向。请稍后重试，或在 HF_ENDPOINT 中换一个镜像。',
    ],
    [
      'HF_ENDPOINT is "{a}", which is no address: write it like https://hf-mirror.com.',
      'HF_ENDPOINT 是“{a}”，不是地址：请写成 https://hf-mirror.com 这样。',
    ],
  ],
  'hub.revision': [
    ['"{a}" is no revision: write a branch, a tag or a commit.', '“{a}”不是版本：请写分支、标签或提交。'],
  ],
  'hub.delete': [
    ['{a} was not fetched, so there is nothing to delete.', '{a} 不是下载的，因此没有可删除的内容。'],
    [
      '{a} is in use, so this system does not let go of its files: stop what runs and try again.',
      '{a} 正在使用，系统不允许删除它的文件：请停止运行后重试。',
    ],
  ],
  'hub.passing': [
    [
      '{a} answers with something else than the file; a login page or a proxy may be in between',
      '{a} 返回的不是文件；中间可能有登录页或代理',
    ],
    [
      '{a} does not answer as a hub does; a login page or a proxy may be in between',
      '{a} 的回应不像模型库；中间可能有登录页或代理',
    ],
    ['{a} sends more than a piece', '{a} 发送的内容多于所请求的部分'],
    ['{a} of {b} is not read in so many pieces.', '{b} 的 {a} 需要读取的部分太多，因此不读取。'],
    ['{a} ends early', '{a} 过早结束'],
    ['{a} is another file than before', '{a} 与之前的文件不同'],
    ['{a} sends more than the file', '{a} 发送的内容多于文件'],
    ['{a} sends more than it should', '{a} 发送的内容过多'],
    ['{a} sends nothing any more', '{a} 不再发送内容'],
    ['{a} does not answer', '{a} 没有响应'],
    ['the connection to {a} was cut', '与 {a} 的连接中断'],
    ['the connection to {a} failed', '无法建立与 {a} 的连接'],
    ['{a} is busy (status {b})', '{a} 繁忙（状态 {b}）'],
  ],
};
