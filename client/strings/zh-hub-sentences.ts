import type { SentencePair } from './zh-sentences.ts';

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
  'hub.no-repo': [
    [
      'There is no {a} at {b}, or it is private: then a token in HF_TOKEN opens it. Check the spelling: it is written owner/name.',
      '{b} 上没有 {a}，或者它是私有的：那样需要在 HF_TOKEN 中给出令牌。请检查拼写：写法为“所有者/名称”。',
    ],
    [
      'There is no {a} at {b} that the token in HF_TOKEN may see. Check the spelling: it is written owner/name.',
      'HF_TOKEN 中的令牌在 {b} 上看不到 {a}。请检查拼写：写法为“所有者/名称”。',
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
      '{a} holds no ONNX graph of an encoder (onnx/model.onnx or onnx/vision_model.onnx). Look for the same model under onnx-community or Xenova, or export it with models/recipes/export.py.',
      '{a} 中没有编码器的 ONNX 图（onnx/model.onnx 或 onnx/vision_model.onnx）。请在 onnx-community 或 Xenova 下寻找同一模型，或用 models/recipes/export.py 导出。',
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
      '"{a}" is no repository: write owner/name as on its page, like {b}.',
      '“{a}”不是仓库：请按其页面写成“所有者/名称”，例如 {b}。',
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
};
