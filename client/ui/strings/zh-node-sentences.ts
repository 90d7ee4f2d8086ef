import type { SentencePair } from './sentence-pair.ts';

/** What single nodes say of what they were given. */
export const zhNodeSentences: readonly SentencePair[] = [
  [
    'There is one label only, "{a}", so every picture gets it with 100%. Give at least two to tell apart.',
    '只有一个标签“{a}”，因此每张图片都以 100% 得到它。请至少给出两个以便区分。',
  ],
  ['The label "{a}" is given twice, and counts once.', '标签“{a}”出现了两次，只计一次。'],
  [
    'A standard deviation of zero or less cannot be divided by; Normalize was given {a}.',
    '不能除以零或负的标准差；“归一化”得到的是 {a}。',
  ],
  [
    'Normalize needs a mean and a standard deviation for each of red, green and blue. Connect the metrics of Dataset statistics.',
    '“归一化”需要红、绿、蓝各自的平均值和标准差。请连接“数据集统计”的指标。',
  ],
  [
    '"{a}" is one text. If these are several, write one a line.',
    '“{a}”是一段文本。如果是多段，请每行写一段。',
  ],
  [
    'There is no picture {a}: there are {b} pictures. The last is taken.',
    '没有第 {a} 张图片：共有 {b} 张。将取最后一张。',
  ],
  [
    'There is no row {a}: a picture has {b} patches. The last is taken.',
    '没有第 {a} 行：每张图片有 {b} 个图块。将取最后一行。',
  ],
  [
    'There is no column {a}: a picture has {b} patches. The last is taken.',
    '没有第 {a} 列：每张图片有 {b} 个图块。将取最后一列。',
  ],
  [
    '{a} needs two embeddings from one space. {b} gives {c}, {d} gives {e}: {f}. Choose the layer patch-embedding in *Encode tokens*, if the encoder has it: its patches lie where texts do.',
    '{a} 需要来自同一空间的两组向量。{b} 给出 {c}，{d} 给出 {e}（{f}）。请在“编码 Token”中选择 patch-embedding 层（如果编码器有）：它的图块与文本在同一空间。',
  ],
  [
    '{a} gave {b} where it should give {c} ("{d}"). This is a fault of the node, not of your workflow.',
    '{a} 应给出{c}（“{d}”），给出的却是{b}。这是节点的错误，而不是您的工作流的错误。',
  ],
  ['Set both branches up the same way.', '请把两个分支设置成一样。'],
  ['Use the same encoder for both.', '请让两者使用同一个编码器。'],
  [
    'Choose the layer patch-embedding in *Encode tokens*, if the encoder has it: its patches lie where texts do.',
    '请在 *Encode tokens* 中选择 patch-embedding 层（如果编码器有）：它的图块与文本在同一空间。',
  ],
  ['it gave no reason.', '没有给出原因。'],
  ['choose a {a}.', '请选择{a}。'],
  ['choose a {a}, such as "{b}".', '请选择{a}，例如“{b}”。'],
  ['write at least one, one a line.', '请至少写一个，每行一个。'],
  ['fill it in.', '请填写。'],
  ['fill it in, such as "{a}".', '请填写，例如“{a}”。'],
  ['{a} needs {b}, and it is empty: {c}', '{a} 的 {b} 是空的：{c}'],
];
