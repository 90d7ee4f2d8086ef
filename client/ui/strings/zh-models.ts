/** Title of a model, unless it is a proper name, and what the model is good for. */
export interface ModelTexts {
  readonly title?: string;
  readonly summary?: string;
}

/** Licences of the catalogue whose text is more than a name. */
export const zhLicenses: Readonly<Record<string, string>> = {
  'MIT; trained on art under Apache-2.0, MIT, CC-BY-4.0 and CC-BY-SA-4.0, see NOTICE':
    'MIT；训练所用图画的许可证为 Apache-2.0、MIT、CC-BY-4.0 和 CC-BY-SA-4.0，见 NOTICE 文件',
  'MIT; trained on art under Apache-2.0 and MIT, see NOTICE':
    'MIT；训练所用图画的许可证为 Apache-2.0 和 MIT，见 NOTICE 文件',
  'Apple ML Research Model licence: research only': 'Apple ML Research Model 许可证：仅供研究',
  'CC-BY-NC-4.0: not for commercial use': 'CC-BY-NC-4.0：不得用于商业用途',
};

/** Texts of the catalogue's and the built-in models, by id. */
export const zhModels: Readonly<Record<string, ModelTexts>> = {
  'builtin/color-layout': { title: '颜色布局' },
  'builtin/gradient-orientations': { title: '梯度方向' },
  'builtin/perceptual-hash': { title: '感知哈希' },
  'emoji-clip': {
    summary: '按图片、名称和关键词（中文或英文）查找表情符号和其他简单图画；不适用于照片。',
  },
  'tiny-vae': { title: '微型自编码器', summary: '离线把图画变成很小的潜变量再还原；不适用于照片。' },
  'Xenova/clip-vit-base-patch32': { summary: '通常的首选：图片和英文文本在同一空间，快而小。' },
  'Xenova/clip-vit-base-patch16': {
    summary: '图块数量是 B/32 的四倍：细节和热图更精细，速度为四分之一。',
  },
  'Xenova/clip-vit-large-patch14': {
    summary: 'OpenAI 的 CLIP 中 224 像素下最精确的，每张图片有 257 个向量，各 1024 个数；没有 GPU 时较慢。',
  },
  'Xenova/siglip-base-patch16-224': {
    summary: '图片和英文文本，每个概率各自独立；比同样大小的 CLIP 更强。',
  },
  'onnx-community/siglip2-base-patch16-224-ONNX': {
    summary: '支持多种语言的文本；base 大小的图文模型中最好的。词表很大，因此文本部分也大。',
  },
  'Xenova/chinese-clip-vit-base-patch16': {
    title: '中文 CLIP ViT-B/16',
    summary: '图片和中文文本在同一空间。两个部分在同一个文件中。',
  },
  'Xenova/mobileclip_s0': {
    summary: '适用于照片的最小图文模型：大小为 CLIP 的十分之一，准确度相近。',
  },
  'onnx-community/dinov2-small': {
    summary: '不用文本，找相似和近似重复的图片；图块能分辨物体的各个部分；快。',
  },
  'onnx-community/dinov2-base': { summary: '常用的 DINOv2：找相似图片比 small 更细致，大小为四倍。' },
  'onnx-community/dinov2-large': { summary: '三种大小的 DINOv2 中相似图片和图块最精细；没有 GPU 时较慢。' },
  'onnx-community/dinov2-with-registers-small': {
    title: 'DINOv2 small（带寄存器）',
    summary: '图块热图中没有杂散亮点的 DINOv2 small。',
  },
  'onnx-community/dinov2-with-registers-base': {
    title: 'DINOv2 base（带寄存器）',
    summary: '图块热图中没有杂散亮点的 DINOv2 base。',
  },
  'Xenova/vit-base-patch16-224-in21k': {
    summary: '经典的有监督编码器，认识 21,000 类事物；供比较用。',
  },
  'Xenova/resnet-50': { summary: '经典的卷积网络：更看重纹理和颜色而非含义；供比较用。' },
  'onnx-community/stable-diffusion-v1-5-ONNX': {
    summary: '把照片变成边长八分之一的潜变量，再还原；只下载仓库中的自编码器。',
  },
  'vit-mae-base': {
    summary: '通过补全隐藏的图块训练的编码器；由您在自己的电脑上用 facebook/vit-mae-base 导出。',
  },
  blip2: {
    summary:
      '32 个查询替语言模型读取图片；由您在自己的电脑上用 Salesforce/blip2-itm-vit-g 导出（需下载 4.7 GB，需要 16 GB 内存）。',
  },
  taesd: {
    summary: 'Stable Diffusion 的潜变量，只需 5 MB 的网络；由您在自己的电脑上用 madebyollin/taesd 导出。',
  },
};
