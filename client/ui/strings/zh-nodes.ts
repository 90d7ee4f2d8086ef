/** Texts of a node type in one language. Ports and params are [title, help]; a select also has its choices by value. */
export interface NodeTexts {
  readonly title: string;
  readonly help: string;
  readonly inputs?: Readonly<Record<string, readonly [title: string, help: string]>>;
  readonly outputs?: Readonly<Record<string, readonly [title: string, help: string]>>;
  readonly params?: Readonly<
    Record<string, readonly [title: string, help: string, choices?: Readonly<Record<string, string>>]>
  >;
}

const UPRIGHT = '按拍摄时相机的方向转正照片。';
const PICTURES_OR_PIXELS = '图片，或前一步得到的像素。';
const FILE_MADE = '文件的位置和大小。';
const FILE_NAME = '要在输出文件夹中写入的文件的名称。';

/** Titles and help of nodes, ports and params in Chinese, by type. */
export const zhNodes: Readonly<Record<string, NodeTexts>> = {
  'compare/cosine': {
    title: '余弦相似度',
    help: '每个查询与图库中每一项有多相似：1 表示方向相同，0 表示毫无共同之处。两者必须来自同一个编码器。',
    inputs: {
      queries: ['查询', '要找什么：图片或文本。'],
      gallery: ['图库', '在哪里找：图片集合。'],
    },
    outputs: { similarity: ['相似度', '每个查询与每个图库项的得分，用到时才计算。'] },
  },
  'compare/normalize': {
    title: '归一化',
    help: '把每个向量的长度变为 1，只保留方向。余弦相似度会自行完成这一步；要把向量保存给其他工具时使用。',
    inputs: { embeddings: ['向量', '要归一化的向量。'] },
    outputs: { embeddings: ['向量', '同样的向量，长度均为 1；零向量保持为零。'] },
  },
  'compare/similarity-matrix': {
    title: '相似度矩阵',
    help: '用余弦比较一个集合中的每一项与其他各项有多相似。热图显示前面的若干项；“前 k 名”和“表格”读取全部。',
    inputs: { embeddings: ['向量', '要相互比较的向量。'] },
    outputs: {
      similarity: ['相似度', '每一对的得分，用到时才计算：任意多的项都放得进内存。'],
      view: ['热图', '前面若干项得分的热图。'],
    },
    params: { shown: ['显示数量', '热图显示前面多少项。'] },
  },
  'compare/top-k': {
    title: '前 k 名',
    help: '每个查询的最佳匹配，最好的在前。得分相同时，在图库中靠前的胜出。',
    inputs: { similarity: ['相似度', '要排名的得分，来自“余弦相似度”或“零样本分类”。'] },
    outputs: { matches: ['匹配结果', '每个查询的匹配，按名次排列。'] },
    params: {
      k: ['k', '每个查询给出多少个匹配。'],
      threshold: ['阈值', '去掉得分更低的匹配。-1 表示全部保留。'],
      excludeSelf: ['排除自身', '一张图片的最佳匹配总是它自己：打开后将其排除。'],
      pairsOnce: ['每对只出现一次', '所有项互相比较时，每一对只在第一项处给出。'],
      dropEmpty: ['仅保留有匹配的查询', '去掉没有任何结果达到阈值的查询。'],
    },
  },
  'compare/zero-shot': {
    title: '零样本分类',
    help: '只用文字给图片分类：模型给出每张图片属于每个标签的概率。同一标签的多个句子会取平均。',
    inputs: {
      images: ['图片', '图片的向量。'],
      labels: ['标签', '标签的向量，来自“提示词”和“编码文本”。'],
      encoder: ['编码器', '两者所用的模型；它知道自己的温度。'],
    },
    outputs: {
      similarity: ['概率', '每张图片属于每个标签的概率。'],
      labels: ['标签', '每张图片最可能的标签。'],
    },
    params: {
      probability: [
        '概率方式',
        '多选一：各标签共享 100%（softmax）。各自独立：可以有多个符合，也可以都不符合（sigmoid）。',
        { model: '由模型决定', softmax: '多选一', sigmoid: '各标签独立' },
      ],
      scale: ['缩放', '得分变为概率时的锐利程度：温度的倒数。'],
      bias: ['偏置', '缩放之后、sigmoid 之前加上的数。'],
      minimum: ['最低概率', '最佳标签的概率低于此值的图片不给标签。'],
    },
  },
  'encode/decode-latents': {
    title: '解码潜变量',
    help: '把自编码器的潜变量重新变成图片：来回之间丢失的，就是模型看不见的。',
    inputs: {
      tokens: ['Token', '潜变量，来自使用同一模型的“编码图块 Token”。'],
      encoder: ['编码器', '来自“加载编码器”的自编码器。'],
    },
    outputs: { images: ['图片', '每张编码过的图片一张，保留名称和标签。'] },
    params: { batchSize: ['批大小', '一次解码多少张图片，图片较大时会更少；结果不变。'] },
  },
  'encode/image': {
    title: '编码图片',
    help: '把每张图片变成一个向量：含义相近的图片彼此靠近。编码过的图片不会再次编码。',
    inputs: {
      images: ['图片', '图片会按模型的要求预处理；也可以是您自己准备的像素。'],
      encoder: ['编码器', '来自“加载编码器”的模型。'],
    },
    outputs: { embeddings: ['向量', '每张图片一个向量，顺序不变。'] },
    params: {
      layer: [
        '层',
        '嵌入向量是模型的最终结果。投影之前的向量供“LoRA 投影”使用。',
        { embedding: '嵌入向量', 'pre-projection': '投影之前' },
      ],
      batchSize: ['批大小', '一次编码多少张图片。内存不足时调低；结果不变。'],
      exif: ['转正', `${UPRIGHT}关闭时与 Transformers 一致；手机照片打开后效果更好。`],
    },
  },
  'encode/load-encoder': {
    title: '加载编码器',
    help: '选择把图片（以及它能读取的文本）变成向量的模型。“emoji-clip”随 Patchbay 提供；“builtin”开头的不需要权重。',
    outputs: { encoder: ['编码器', '供所有编码节点使用的模型。'] },
    params: {
      model: ['模型', '模型列表中的名称：任何采用 Hugging Face 目录结构的文件夹。'],
      precision: [
        '精度',
        '模型有多种文件时使用哪一种。位数越少，体积越小，也略不精确。不指定时，CPU 使用 32 位，显卡使用 16 位。使用 8 位时图片大多逐张编码，以免互相影响。不同精度的向量不会混用。',
        {
          auto: '适合设备的',
          fp32: '32 位：精确',
          fp16: '16 位：内存减半',
          q8: '8 位：四分之一，在 CPU 上更快',
          q4: '4 位：最小',
        },
      ],
    },
  },
  'encode/pool': {
    title: '池化',
    help: '把每张图片的 token 合成一个向量：取类别 token，或取各图块的平均值或最大值。',
    inputs: { tokens: ['Token', '每个图块的向量，来自“编码图块 Token”。'] },
    outputs: { embeddings: ['向量', '每张图片一个向量，顺序不变。'] },
    params: {
      method: [
        '方法',
        '如果模型有类别 token，它概括整张图片。平均值和最大值不计入不属于图块的 token。',
        { cls: '类别 token', mean: '图块平均值', max: '图块最大值' },
      ],
    },
  },
  'encode/text': {
    title: '编码文本',
    help: '把每段文本变成与模型的图片同一空间中的向量，这样就能用文字找图片。',
    inputs: {
      texts: ['文本', '来自“提示词”的文本。'],
      encoder: ['编码器', '来自“加载编码器”的模型：与编码图片的相同。'],
    },
    outputs: { embeddings: ['向量', '每段文本一个向量，顺序不变。'] },
    params: { batchSize: ['批大小', '一次编码多少段文本；结果不变。'] },
  },
  'encode/tokens': {
    title: '编码图块 Token',
    help: '模型对每张图片的每个图块的认识：每个图块一个向量，并带有它们所在的网格。“池化”把它们合成每张图片一个向量。',
    inputs: {
      images: ['图片', '图片，或您自己准备的像素。'],
      encoder: ['编码器', '来自“加载编码器”的模型。'],
    },
    outputs: { tokens: ['Token', '每张图片每个图块的向量。'] },
    params: {
      layer: [
        '层',
        '最后一层适合大多数情况。较早的层更多反映边缘和纹理，较少反映含义。图块嵌入把 CLIP 的每个图块放到文本所在的空间。自编码器给出它的潜变量。',
        { last: '最后一层', numbered: '按编号选层', projected: '可与文本比较（图块嵌入）' },
      ],
      number: ['层编号', '0 是切成图块的图片，1 是第一层。负数从末尾数起：-1 是最后一层（最终归一化之前）。'],
      batchSize: ['批大小', '一次编码多少张图片，图片较大时会更少；结果不变。'],
      exif: ['转正', UPRIGHT],
    },
  },
  'flow/note': {
    title: '备注',
    help: '画布上的一段文字，说明工作流的某一部分有什么用。运行时不做任何事。',
    params: { text: ['文字', '备注的文字。'] },
  },
  'flow/reroute': {
    title: '转接点',
    help: '连线原样经过的一个点，让画布保持整洁。',
    inputs: { value: ['值', '任何内容。'] },
    outputs: { value: ['值', '原样输出。'] },
  },
  'flow/switch': {
    title: '切换',
    help: '传递两个输入中的一个。只通向另一个的部分不会运行，因此可以并排保留两种做法。',
    inputs: { a: ['A', '选择 A 时传递。'], b: ['B', '选择 B 时传递。'] },
    outputs: { value: ['值', '所选的输入。'] },
    params: { choice: ['选择', '传递哪个输入。', { a: 'A', b: 'B' }] },
  },
  'image/load-folder': {
    title: '加载文件夹',
    help: '一个文件夹中的所有图片，按路径排序。子文件夹中的图片可以用子文件夹的名称作为标签。',
    outputs: { images: ['图片', '找到的图片，按路径排序。'] },
    params: {
      path: ['文件夹', '相对路径从工作流所在的文件夹开始；“sample:pictures”是示例图片。'],
      recursive: ['包含子文件夹', '也读取子文件夹中的图片。'],
      labels: ['子文件夹作为标签', '用图片所在子文件夹的名称作为标签。不在子文件夹中的图片没有标签。'],
      glob: ['仅限匹配', '只读取路径匹配的图片，例如“*.jpg”或“cats/**”。留空表示全部。'],
      limit: ['数量上限', '最多读取这么多张，按路径顺序取前面的。0 表示全部。'],
    },
  },
  'image/load-image': {
    title: '加载图片',
    help: '来自文件的一张图片。可作为搜索的查询，或用一张图片试运行工作流。',
    outputs: { images: ['图片', '这张图片，作为只有一项的列表。'] },
    params: { path: ['图片', '图片文件。相对路径从工作流所在的文件夹开始。'] },
  },
  'image/load-url': {
    title: '加载网址',
    help: '来自网络的一张图片。只下载一次并保留，以后离线也能运行；拒绝访问内网地址。',
    outputs: { images: ['图片', '这张图片，作为只有一项的列表。'] },
    params: {
      url: ['网址', '图片本身的地址，而不是显示它的网页的地址。'],
      refetch: ['每次重新下载', '每次运行都重新下载，用于会变化的图片，例如网络摄像头。'],
    },
  },
  'image/save-images': {
    title: '保存图片',
    help: '把图片复制到输出文件夹，可保持原样或转为 PNG、JPEG。连接标签后，会按标签分到各个文件夹。',
    inputs: {
      images: ['图片', '要保存的图片。'],
      labels: ['标签', '用于分类的标签，例如“零样本分类”的标签。未连接时使用图片自带的标签。'],
    },
    outputs: { view: ['结果', '图片保存在哪里，共多少张。'] },
    params: {
      folder: ['文件夹', '要在输出文件夹中新建的文件夹的名称。'],
      layout: [
        '布局',
        '保存的图片如何分到文件夹中。',
        { keep: '保持原来的结构', label: '每个标签一个文件夹', flat: '全部放在一个文件夹' },
      ],
      format: ['格式', '“不变”会直接复制文件。', { original: '不变', png: 'PNG', jpeg: 'JPEG' }],
      maxEdge: ['最长边', '把较大的图片缩小到最长边不超过此值。0 表示保持大小。'],
    },
  },
  'image/split': {
    title: '划分',
    help: '把图片随机分成训练集、验证集和测试集。相同的种子得到相同的划分；测试集得到另外两者剩下的图片。',
    inputs: { images: ['图片', '要划分的图片。'] },
    outputs: {
      train: ['训练集', '用来学习的图片，顺序不变。'],
      validation: ['验证集', '用来调整的图片，顺序不变。'],
      test: ['测试集', '留下来评判结果的图片，顺序不变。'],
    },
    params: {
      train: ['训练集', '用来学习的图片所占的比例。'],
      validation: ['验证集', '用来调整的图片所占的比例。剩下的是测试集。'],
      stratified: [
        '标签比例一致',
        '在数量允许的范围内，让每个集合的标签比例相同。每个标签至少留一张图片用于训练。',
      ],
      seed: ['种子', '换一个数字就得到另一种随机划分。'],
    },
  },
  'output/load-embeddings': {
    title: '加载向量',
    help: '从 .npy 或 .safetensors 文件读取向量。在这里保存的文件知道自己的图片和编码器；其他文件可以补上这两者。',
    inputs: { images: ['图片', '向量对应的图片，顺序相同；用于没有记录图片名称的文件。'] },
    outputs: { embeddings: ['向量', '向量，顺序与文件相同。'] },
    params: {
      path: ['文件', '文件：每行一个向量的矩阵。'],
      space: ['来源', '编码器的名称，用于没有记录来源的文件。名称相同的文件中的向量可以相互比较。'],
    },
  },
  'output/save-csv': {
    title: '保存 CSV',
    help: '把行和列写入 Excel、Numbers 和 LibreOffice 能打开的文件：匹配结果、标签、指标、得分或向量。',
    inputs: { rows: ['行', '要保存的内容。'] },
    outputs: { view: ['文件', FILE_MADE] },
    params: {
      name: ['文件名', FILE_NAME],
      separator: [
        '分隔符',
        '列与列之间的符号。小数用逗号表示的地区，Excel 需要分号。',
        { comma: '逗号', semicolon: '分号', tab: '制表符' },
      ],
    },
  },
  'output/save-embeddings': {
    title: '保存向量',
    help: '把向量写入 NumPy 或任何机器学习工具能读取的文件。各项的名称和向量的来源会一并保存。',
    inputs: { embeddings: ['向量', '要保存的向量。'] },
    outputs: { view: ['文件', FILE_MADE] },
    params: {
      name: ['文件名', FILE_NAME],
      format: [
        '格式',
        'Safetensors 把名称保存在文件内；NumPy 会另有一个 .json 文件。',
        { safetensors: 'Safetensors', npy: 'NumPy (.npy)' },
      ],
    },
  },
  'output/save-json': {
    title: '保存 JSON',
    help: '把任何结果写入供其他程序使用的 JSON 文件：带得分的匹配结果、标签、向量等。',
    inputs: { value: ['值', '要保存的内容。'] },
    outputs: { view: ['文件', FILE_MADE] },
    params: { name: ['文件名', FILE_NAME] },
  },
  'preprocess/crop': {
    title: '裁剪',
    help: '裁出每张图片的中间部分。较小的图片会加上黑边，与 Transformers 相同。',
    inputs: { images: ['图片', PICTURES_OR_PIXELS] },
    outputs: { pixels: ['像素', '裁剪后的图片；用到时逐批生成。'] },
    params: {
      width: ['宽度', '裁剪的宽度。'],
      height: ['高度', '裁剪的高度。'],
      exif: ['转正', '裁剪之前，按拍摄时相机的方向转正照片。'],
    },
  },
  'preprocess/dataset-statistics': {
    title: '数据集统计',
    help: '所有图片的所有像素中红、绿、蓝的平均值和标准差，从 0（暗）到 1（亮）。图片数量不限，逐张读取。',
    inputs: { images: ['图片', '要统计的图片。如果是“缩放”或“裁剪”的像素，则统计该步骤之后的结果。'] },
    outputs: {
      metrics: ['指标', '红、绿、蓝的平均值和标准差，以及统计了多少图片和像素。'],
      table: ['表格', '同样的数值，每种颜色一行。'],
    },
    params: { exif: ['转正', `${UPRIGHT}只在裁剪之前有影响。`] },
  },
  'preprocess/from-model': {
    title: '按模型预处理',
    help: '完全按照模型训练时的方式缩放、裁剪和归一化图片。“编码图片”会自行完成这一步；想查看或扩展结果时使用此节点。',
    inputs: { images: ['图片', '要准备的图片。'], encoder: ['编码器', '使用哪个模型的预处理。'] },
    outputs: { pixels: ['像素', '模型所看到的图片。'] },
    params: {
      side: [
        '边长',
        '模型所看到的最短边；0 表示模型自己的大小。图片越大，图块越多：DINOv2 接受 14 的倍数，CLIP 只接受自己的大小。',
      ],
      exif: ['转正', `${UPRIGHT}模型发布时没有这一步；手机照片打开后效果更好。`],
    },
  },
  'preprocess/normalize': {
    title: '归一化像素',
    help: '把颜色平移和缩放到模型训练时的范围：对红、绿、蓝分别计算 (x / 255 - 平均值) / 标准差。',
    inputs: {
      images: ['图片', PICTURES_OR_PIXELS],
      metrics: ['指标', '您自己图片的平均值和标准差，来自“数据集统计”；代替下面的数值。'],
    },
    outputs: { pixels: ['像素', '归一化的像素；用到时逐批生成。'] },
    params: {
      preset: [
        '数值',
        '使用谁的平均值和标准差。',
        { clip: 'CLIP', imagenet: 'ImageNet', half: '-1 到 1', custom: '自定义' },
      ],
      mean: ['平均值', '红、绿、蓝的平均值。'],
      std: ['标准差', '红、绿、蓝的标准差；大于 0。'],
      rescale: ['除以 255', '先把颜色从 0..255 变为 0..1，几乎所有模型都需要。'],
      exif: ['转正', UPRIGHT],
    },
  },
  'preprocess/resize': {
    title: '缩放',
    help: '放大或缩小图片，与 Pillow 相同。“最短边”保持比例，“精确大小”不保持。',
    inputs: { images: ['图片', PICTURES_OR_PIXELS] },
    outputs: { pixels: ['像素', '缩放后的图片；用到时逐批生成。'] },
    params: {
      mode: ['方式', '是否保持比例。', { shortest: '最短边', exact: '精确大小' }],
      size: ['最短边', '最短边的长度；另一边随之变化。'],
      width: ['宽度', '每张图片的宽度。'],
      height: ['高度', '每张图片的高度。'],
      resample: [
        '插值',
        '如何得到像素之间的颜色。大多数模型使用双三次插值。',
        { bicubic: '双三次', bilinear: '双线性', nearest: '最近邻' },
      ],
      exif: ['转正', UPRIGHT],
    },
  },
  'project/load-adapter': {
    title: '加载适配器',
    help: '读取为模型投影层制作的 LoRA 适配器：PEFT 文件夹，或使用 PEFT、kohya 键名的文件。支持 DoRA 和秩稳定的 LoRA。',
    outputs: { adapter: ['适配器', '供“LoRA 投影”使用的适配器。'] },
    params: { path: ['适配器', '适配器：含 adapter_config.json 的文件夹，或 .safetensors 文件。'] },
  },
  'project/lora-projection': {
    title: 'LoRA 投影',
    help: '用适配器修改过的权重投影向量：y = (W + 强度 x 缩放 x B A) x。强度 0 是模型发布时的样子，1 是适配器训练时的样子。',
    inputs: {
      embeddings: ['向量', '要投影的向量；以模型为基础时取投影之前的向量。'],
      adapter: ['适配器', '来自“加载适配器”的适配器。'],
      encoder: ['编码器', '投影层被修改的模型。以恒等矩阵为基础时不需要。'],
    },
    outputs: { embeddings: ['向量', '投影后的向量，顺序不变。'] },
    params: {
      base: [
        '基础',
        '被修改的权重。恒等矩阵适合没有投影层的模型，例如 DINOv2。',
        { model: '模型的投影层', identity: '恒等矩阵' },
      ],
      strength: ['强度', '适配器起多大作用。'],
    },
  },
  'text/prompts': {
    title: '提示词',
    help: '用来搜索或分类的文本，每行一个。模板把每个文本放进句子：“cat”配上“a photo of a {}”得到“a photo of a cat”。',
    outputs: { texts: ['文本', '每个提示词套入每个模板；每段文本都知道它代表哪个提示词。'] },
    params: {
      prompts: ['提示词', '要找什么或要区分什么，每行一个。'],
      templates: [
        '模板',
        '用 {} 表示提示词位置的句子，每行一个。“零样本分类”会把同一提示词的所有句子取平均。',
      ],
    },
  },
  'view/bars': {
    title: '条形图',
    help: '用条形显示数值：每一项的最佳候选、每个标签有多少项，或各项指标。',
    inputs: { values: ['数值', '“零样本分类”的概率、得分、匹配结果、要计数的标签，或指标。'] },
    outputs: { view: ['条形图', '显示的条形图。'] },
    params: {
      groups: ['项数', '最多显示这么多项的条形。'],
      bars: ['条数', '每一项最多显示这么多条。'],
    },
  },
  'view/gallery': {
    title: '图库',
    help: '并排显示图片及其标签。连接标签（例如“零样本分类”的标签）可以看到每张图片被归为什么。',
    inputs: { images: ['图片', '要显示的图片；模型将看到的像素；或带有所得标签的图片。'] },
    outputs: { view: ['图库', '显示的图片。'] },
    params: { limit: ['数量上限', '最多显示这么多张，按顺序取前面的。'] },
  },
  'view/matches': {
    title: '匹配结果',
    help: '显示每个查询及其按名次排列的匹配和得分。',
    inputs: { matches: ['匹配结果', '排好名次的匹配，来自“前 k 名”。'] },
    outputs: { view: ['匹配结果', '显示的匹配结果。'] },
    params: {
      queries: ['查询数', '最多显示这么多个查询，按顺序取前面的。'],
      perQuery: ['每个查询的匹配数', '每个查询最多显示这么多个匹配。'],
    },
  },
  'view/patch-colors': {
    title: '图块颜色',
    help: '给每个图块一种颜色，使模型认为相似的图块看起来也相似，对所有图片一起计算：差异最大的三个方向分别是红、绿、蓝。',
    inputs: { tokens: ['Token', '来自“编码图块 Token”的每个图块的向量。'] },
    outputs: { view: ['颜色', '带有图块颜色的图片。'] },
    params: {
      scaling: [
        '缩放',
        '分量如何变成颜色：去掉两端最外的 1%，或从最小值到最大值。',
        { robust: '去掉离群值', range: '从最小到最大' },
      ],
    },
  },
  'view/patch-heatmap': {
    title: '图块热图',
    help: '在每张图片上显示每个图块与您选取的图块、或与您要找的文字和图片有多相似。点击一个图块即可选取。',
    inputs: {
      tokens: ['Token', '来自“编码图块 Token”的每个图块的向量。'],
      queries: [
        '查询',
        '要在图块中寻找的文本或图片。它们必须与图块处于同一空间：在“编码图块 Token”中选择 patch-embedding 层。不连接时使用选取的图块。',
      ],
    },
    outputs: { view: ['热图', '带有图块热度的图片。'] },
    params: {
      picture: ['图片', '在哪张图片中选取图块，从 1 开始计数。有查询时不使用。'],
      row: ['行', '所选图块的行，从上往下由 1 开始计数；0 是中间。'],
      column: ['列', '所选图块的列，从左往右由 1 开始计数；0 是中间。'],
    },
  },
  'view/table': {
    title: '表格',
    help: '把任何有行的内容显示为表格：匹配结果、标签、指标、得分、向量或图片列表。',
    inputs: { rows: ['行', '要显示的内容。'] },
    outputs: { view: ['结果', '显示的表格。'], table: ['表格', '显示的各行，供其他节点使用。'] },
    params: {
      limit: ['行数上限', '最多显示这么多行。“保存 CSV”会写出全部。'],
      columns: ['列数上限', '最多显示这么多列。“保存 CSV”会写出全部。'],
    },
  },
};
