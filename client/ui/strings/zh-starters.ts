/** Texts inside the included workflows in Chinese, by the English text that they replace. */
export const zhStarters: Readonly<Record<string, string>> = {
  // Titles of nodes, inputs and outputs.
  Pictures: '图片',
  Colours: '颜色',
  Save: '保存',
  Query: '查询',
  'Encode pictures': '编码图片',
  'Encode query': '编码查询',
  Encode: '编码',
  'Most alike': '最相似',
  'Alike pairs': '相似的图片对',
  Pairs: '图片对',
  'What to look for': '要找什么',
  'Encode text': '编码文本',
  'Save as table': '保存为表格',
  Labels: '标签',
  'Encode labels': '编码标签',
  'Labelled pictures': '已分类的图片',
  Probabilities: '概率',
  'Folder of pictures': '图片文件夹',
  Metrics: '指标',
  Table: '表格',
  'Picture to look for': '要查找的图片',
  'How many': '数量',
  Encoder: '编码器',
  Matches: '匹配结果',
  Adapter: '适配器',
  Strength: '强度',
  Map: '热图',
  Vectors: '向量',
  'How alike': '相似程度',
  'Only matching': '仅限匹配',
  Similarity: '相似度',
  'Words to look for': '要找的文字',
  'Larger, for more patches': '放大以得到更多图块',
  Patches: '图块',
  'Patches to compare with words': '与文字比较的图块',
  'Encode words': '编码文字',
  'Like the picked patch': '与所选图块相似',
  'Colours of patches': '图块的颜色',
  'Where the words are': '文字所说的在哪里',
  Side: '边长',
  'Picture of the patch': '图块所在的图片',
  'Row of the patch': '图块的行',
  'Column of the patch': '图块的列',
  'By meaning': '按含义',
  'By colours': '按颜色',
  'By outlines': '按轮廓',
  'First encoder': '第一个编码器',
  'Second encoder': '第二个编码器',
  'Third encoder': '第三个编码器',
  Autoencoder: '自编码器',
  'Encode to latents': '编码为潜变量',
  Before: '之前',
  After: '之后',
  'Latents in colours': '潜变量的颜色',
  Latents: '潜变量',
  // Help of inputs and outputs.
  'The pictures to look at.': '要查看的图片。',
  'One word or sentence a line; each gets a heatmap.': '每行一个词或一句话，各有一张热图。',
  'The model whose patches to look at.': '查看哪个模型的图块。',
  'Shortest side of what the model sees, in pixels; 0 is its own.':
    '模型所看到的最短边（像素）；0 表示模型自己的大小。',
  'The picture the patch is picked in, counted from 1.': '在哪张图片中选取图块，从 1 开始计数。',
  'Counted from 1 at the top; 0 is the middle.': '从上往下由 1 开始计数；0 是中间。',
  'Counted from 1 at the left; 0 is the middle.': '从左往右由 1 开始计数；0 是中间。',
  'The cosine of every patch with the picked one.': '每个图块与所选图块的余弦。',
  'Red, green and blue of every patch.': '每个图块的红、绿、蓝。',
  'The cosine of every patch with every word.': '每个图块与每个词的余弦。',
  'A model that turns pictures into vectors.': '把图片变成向量的模型。',
  'The pictures to send there and back.': '要编码再还原的图片。',
  'A model that makes latents of pictures and pictures of latents.':
    '能把图片变成潜变量、再把潜变量变回图片的模型。',
  'The pictures that came back.': '还原的图片。',
  'The numbers in between, with their grid.': '中间的数值及其网格。',
  'The pictures to work with; subfolders give labels.': '要处理的图片；子文件夹的名称作为标签。',
  'Mean and std of red, green and blue.': '红、绿、蓝的平均值和标准差。',
  'The same, one row a colour.': '同样的数值，每种颜色一行。',
  'The picture whose likes are searched.': '查找与这张图片相似的图片。',
  'How many matches to give.': '给出多少个匹配。',
  'The model that turns pictures and texts into vectors.': '把图片和文本变成向量的模型。',
  'The most alike pictures, best first, with their cosine.': '最相似的图片及其余弦，最好的在前。',
  'A LoRA made for the projection of the encoder.': '为编码器的投影层制作的 LoRA。',
  '0 is the encoder as it was, 1 is the adapter as it was trained.': '0 是原来的编码器，1 是训练好的适配器。',
  'How many matches to give for each picture.': '每张图片给出多少个匹配。',
  'The most alike pictures of each picture, with their cosine.': '与每张图片最相似的图片及其余弦。',
  'The cosines of the first pictures.': '前面若干张图片的余弦。',
  'The adapted vectors.': '经适配器处理的向量。',
  'Least cosine of a pair, at most 1.': '一对图片的最低余弦，最大为 1。',
  'Most alike pictures of each picture.': '与每张图片最相似的图片数量。',
  'Pictures that have near duplicates, with those.': '有近似重复的图片，以及它们的重复项。',
  'One search a line.': '每行一个搜索。',
  'How many matches to give for each text.': '每段文本给出多少个匹配。',
  'The best pictures for each text, with their cosine.': '最符合每段文本的图片及其余弦。',
  'Takes only pictures whose path matches, such as animals/**; empty takes all.':
    '只读取路径匹配的图片，例如 animals/**；留空表示全部。',
  'At most': '最多',
  'Compares at most this many pictures, the first in path order; 0 takes all.':
    '最多比较这么多张图片，按路径顺序取前面的；0 表示全部。',
  'The cosine of every pair.': '每一对的余弦。',
  'The categories, one a line.': '类别，每行一个。',
  'The most probable label of each picture.': '每张图片最可能的标签。',
  'The probability of every label for every picture.': '每张图片属于每个标签的概率。',
  // Names and descriptions.
  'What does the model see?': '模型看到了什么？',
  'Pick a patch of a picture and see which patches the model takes for alike, in all pictures; look for words in them; see all patches in colours.':
    '选取图片的一个图块，看看模型认为所有图片中哪些图块与它相似；在图片中寻找文字；以颜色查看所有图块。',
  'Compare encoders': '比较编码器',
  'The same search by three encoders side by side: what each of them takes for alike.':
    '三个编码器并排进行同一次搜索：各自认为什么相似。',
  'Round trip through an autoencoder': '经过自编码器的往返',
  'Encode pictures to the small latents that image generators work on, and decode them again: what is lost is what the model cannot keep.':
    '把图片编码为图像生成器所用的小小潜变量，再解码回来：丢失的就是模型保留不了的。',
  'Dataset statistics': '数据集统计',
  'Mean and standard deviation of the colours of a folder of pictures, and what they look like normalised by them.':
    '一个文件夹中图片颜色的平均值和标准差，以及用它们归一化后的样子。',
  'Find similar images': '查找相似图片',
  'Give it a folder of pictures and one picture: it ranks the folder by how alike each picture is to yours.':
    '给出一个图片文件夹和一张图片：按与您的图片的相似程度为文件夹排名。',
  'LoRA projection': 'LoRA 投影',
  'Put an adapter between the encoder and its vectors, and see what it changes: which pictures are alike, by your categories.':
    '在编码器和向量之间放一个适配器，看看它改变了什么：按您的类别，哪些图片相似。',
  'Near duplicates': '近似重复',
  'Find pictures of a folder that are almost the same: copies, other sizes, other versions.':
    '找出文件夹中几乎相同的图片：副本、不同大小、不同版本。',
  'Search by text': '以文搜图',
  'Describe what you are looking for in words: it ranks the pictures of a folder by how well they fit.':
    '用文字描述要找什么：按符合程度为文件夹中的图片排名。',
  'Similarity matrix': '相似度矩阵',
  'Compare all pictures of a folder with each other and see the groups as squares on a map.':
    '把文件夹中的所有图片相互比较，在热图上以方块的形式看到分组。',
  'Zero-shot labels': '零样本标签',
  'Sort pictures into categories you only name: no training, no examples.':
    '只说出类别的名称就能给图片分类：不用训练，不用示例。',
  // Notes.
  'A model cuts a picture into patches and knows something of each. Two patches are alike when their vectors point the same way: bright is alike.\n\nTry it: run, then click any patch of the heatmap. All pictures show what is like it.':
    '模型把图片切成图块，对每一块都有所了解。两个图块的向量方向相同就是相似：亮的地方相似。\n\n试一试：运行，然后点击热图中的任意图块。所有图片都会显示与它相似的地方。',
  'With another encoder set the side to what it takes: 0 is its own size, a DINOv2 takes any multiple of 14. Words need a model that reads texts, such as a CLIP.':
    '换用其他编码器时，把边长设为它接受的大小：0 是它自己的大小，DINOv2 接受 14 的任意倍数。寻找文字需要能读文本的模型，例如 CLIP。',
  'One query, one folder, three encoders. Which one is right depends on what you mean by alike: the thing, its colours or its outlines.\n\nTry it: choose your own pictures, or another model in one of the rows.':
    '一个查询、一个文件夹、三个编码器。哪个正确取决于您所说的相似是指：事物、颜色还是轮廓。\n\n试一试：选择您自己的图片，或在其中一行换用其他模型。',
  'Scores of two encoders cannot be compared with each other: each has its own scale. Compare what they find, and in which order.':
    '两个编码器的分数不能相互比较：各有各的尺度。请比较它们找到了什么，以及先后顺序。',
  'An autoencoder turns a picture into a few numbers for every 8 x 8 pixels, and back. Compare Before and After: fine lines and small letters suffer first.\n\nTry it: choose your own pictures, or fetch the autoencoder of Stable Diffusion 1.5 in Models and choose it.':
    '自编码器把每 8 x 8 个像素变成几个数值，再变回来。比较“之前”和“之后”：细线和小字最先受损。\n\n试一试：选择您自己的图片，或在“模型”中获取Stable Diffusion 1.5 的自编码器并选用它。',
  'Every pixel of every picture counts once, from 0 (dark) to 1 (bright). Pictures are read one after the other, so any number of them fits.\n\nTry it: choose your own folder. To train with the numbers, connect the metrics to Normalize pixels.':
    '每张图片的每个像素计一次，从 0（暗）到 1（亮）。图片逐张读取，数量不限。\n\n试一试：选择您自己的文件夹。要用这些数值训练，请把指标连接到“归一化像素”。',
  'Both pictures and query become vectors, made by the same encoder. Cosine says how alike two vectors are: 1 is the same direction. Top k keeps the best.\n\nTry it: choose your own folder in Pictures and your own picture in Query, then run.':
    '图片和查询由同一个编码器变成向量。余弦表示两个向量有多相似：1 表示方向相同。“前 k 名”保留最好的。\n\n试一试：在“图片”中选择您的文件夹，在“查询”中选择您的图片，然后运行。',
  'A second run with another query is quick: the vectors of the folder are kept.':
    '换一个查询再次运行会很快：文件夹的向量已经保留。',
  'The adapter changes the last step of the encoder, its projection. This one was trained on the labels of the sample pictures, so pictures of one label come together: bright squares on the map.\n\nTry it: move the strength from 1 to 0, which is the encoder as it was, and run again.':
    '适配器改变编码器的最后一步：投影。这一个是用示例图片的标签训练的，因此同一标签的图片会聚在一起：热图上的亮方块。\n\n试一试：把强度从 1 调到 0（原来的编码器），再次运行。',
  'An adapter is made for one encoder, and knows what it was trained on. This one brings categories together at the cost of telling single things apart.':
    '适配器只适用于一个编码器，只认识训练过的内容。这一个让类别聚在一起，代价是更难区分单个事物。',
  'Every picture is compared with every other; pairs above the threshold are shown, each once.\n\nTry it: raise the threshold for closer copies. For exact copies in other sizes choose the encoder builtin/perceptual-hash, which needs no weights.':
    '每张图片都与其他每一张比较；显示高于阈值的图片对，每对一次。\n\n试一试：提高阈值以找到更接近的副本。要找大小不同的完全副本，请选择不需要权重的编码器 builtin/perceptual-hash。',
  'The encoder reads pictures and texts into one space, so a sentence finds pictures that were never given a name.\n\nTry it: write your own words, one search a line, then run. The encoder that ships knows things that emoji show; fetch a larger CLIP for photos.':
    '编码器把图片和文本读入同一空间，因此一句话就能找到从未命名的图片。\n\n试一试：写下您自己的文字，每行一个搜索，然后运行。自带的编码器认识表情符号所画的事物；处理照片请获取更大的 CLIP。',
  'Each cell of the map is the cosine of two pictures. Pictures lie in the order of their folders, so a folder whose pictures are alike shows as a bright square.\n\nTry it: choose your own folder, or another encoder, and compare the squares.':
    '热图的每一格是两张图片的余弦。图片按文件夹的顺序排列，因此图片相似的文件夹会显示为一个亮方块。\n\n试一试：选择您自己的文件夹或另一个编码器，比较这些方块。',
  "Each label is put into several sentences, whose vectors are averaged. The nearest label wins; the model's temperature turns nearness into a probability.\n\nTry it: write your own labels, one a line. To sort the files into folders, connect Save images to Pictures and to the labels of Zero-shot.":
    '每个标签放进若干句子，句子的向量取平均。最近的标签胜出；模型的温度把远近变为概率。\n\n试一试：写下您自己的标签，每行一个。要把文件分到各个文件夹，请把“保存图片”连接到“图片”和“零样本分类”的标签。',
};
