/** Texts inside the included workflows in Chinese, by the English text that they replace. */
export const zhStarters: Readonly<Record<string, string>> = {
  // Titles of nodes, inputs and outputs.
  Pictures: '图片',
  'Find copies of the same picture, also in other sizes and versions, and keep the best of each group.':
    '找出同一张图片的副本，包括其他尺寸和版本，并保留每组中最好的一张。',
  'Groups of duplicates': '重复图片的分组',
  'Pictures to remove': '要移除的图片',
  'What to keep, and why': '保留什么，以及原因',
  'The best picture of each group, and its duplicates.': '每组中最好的图片及其重复图片。',
  'Pictures to keep': '要保留的图片',
  'The best picture of each group, and all pictures without duplicates.':
    '每组中最好的图片，以及所有没有重复的图片。',
  'The other pictures of the groups.': '各组中的其他图片。',
  'Every picture of every group: whether to keep it, and why it is there.':
    '每组中的每张图片：是否保留，以及为何在其中。',
  'Duplicates puts pictures into one group if they are the same file, have the same pixels, or are more similar than the threshold. The best picture of each group stands first: the one with the most pixels.\n\nNothing is removed. The threshold of 0.97 is strict; pictures in one style, such as drawings, are alike even so. Look at the groups first, or choose The same pixels at Duplicates to be certain. Then connect Save pictures to Keep to copy the pictures that stay. Lower the threshold to find looser groups. To find exact copies in other sizes, take the wire off Vectors: then the coarse structure of the pictures counts, and no model is needed.':
    '“重复图片”把以下图片归为一组：同一个文件、像素相同，或相似度高于阈值。每组中最好的一张排在最前：像素最多的那张。\n\n不会移除任何图片。阈值 0.97 很严格；但同一风格的图片（例如绘画）仍可能很相似。请先查看各组，或在“重复图片”中选择“像素相同”以求准确。然后把“保存图片”连接到“保留”，复制要留下的图片。降低阈值可以找到较宽松的组。要找其他尺寸的完全相同的副本，请断开“向量”的连线：此时按图片的大致结构判断，不需要模型。',
  'Build a collection': '建立收藏集',
  'Keep a folder of pictures under a name, ready to search. Later runs add only what is new.':
    '以一个名称保存文件夹中的图片，随时可以搜索。之后的运行只添加新的图片。',
  'Pictures of this run': '本次运行的图片',
  'Name of the collection': '收藏集的名称',
  'It is made if there is none of this name.': '没有同名的收藏集时会新建。',
  Changes: '变化',
  'How many pictures were added, changed and removed.': '添加、更改和移除的图片数量。',
  'The pictures of the folder.': '文件夹中的图片。',
  'A collection keeps the vector of each picture under a name, with its category and its file. It stays on this computer, and every workflow can open it. The pictures stay where they are.\n\nTry it: run it again, and the table says that nothing is new. Choose another folder: its pictures are added. Collections on the left lists all of them, with size and age. Then open Search a collection.':
    '收藏集以一个名称保存每张图片的向量，以及它的类别和文件。它保存在这台计算机上，每个工作流都能打开。图片留在原处。\n\n试一试：再次运行，表格会显示没有新的图片。选择另一个文件夹：其中的图片会添加进去。左侧的“收藏集”列出所有收藏集及其大小和时间。然后打开“搜索收藏集”。',
  'Search a collection': '搜索收藏集',
  'Search pictures that you keep, by words and by a condition such as a category.':
    '按文本和条件（例如类别）搜索已保存的图片。',
  'Pictures to begin with': '起始图片',
  'Make it if there is none': '没有时新建',
  Collection: '收藏集',
  'The collection to search.': '要搜索的收藏集。',
  Condition: '条件',
  'Only pictures that fit it are searched. If empty, all.': '只搜索符合条件的图片。留空则搜索全部。',
  'The collection is made of this folder if there is none yet.': '还没有收藏集时，用这个文件夹新建。',
  'The pictures of the collection that fit each text best, with their cosine.':
    '收藏集中最符合每个文本的图片，及其余弦相似度。',
  "Search collection reads the vectors that were kept. It encodes only your words, so a search takes the same short time tomorrow. A condition leaves out pictures before the search.\n\nTry it: write category = 'fruit' OR category = 'vegetables' as the condition, or added > '2026-01-01'. To search by a picture, put Load picture and Encode pictures in place of the words.":
    "“搜索收藏集”读取已保存的向量，只编码您写的文本，因此明天搜索也同样快。条件在搜索之前排除图片。\n\n试一试：把条件写成 category = 'fruit' OR category = 'vegetables'，或 added > '2026-01-01'。要按图片搜索，请用“加载图片”和“编码图片”代替文本。",
  'Delete this row to search your own collection, and choose yours in Search collection. The row is for a first try: it makes the collection my pictures from the sample pictures if there is none of this name, and otherwise leaves it as it is.':
    '要搜索自己的收藏集，请删除这一行，并在“搜索收藏集”中选择它。这一行供初次试用：没有同名收藏集时，用示例图片新建 my pictures，否则保持不变。',
  'Map my folder': '文件夹地图',
  'See a whole folder at once: pictures that are alike lie together.':
    '一眼看到整个文件夹：相似的图片彼此靠近。',
  'Selected pictures': '已选择的图片',
  'Number of groups': '分组数',
  'Into how many groups of similar pictures to divide them.': '把图片分成多少组相似的图片。',
  Places: '位置',
  'Place by UMAP': '用 UMAP 放置',
  'Two numbers for each picture: its place on the map.': '每张图片两个数：它在地图上的位置。',
  'The group of each picture.': '每张图片所属的组。',
  'The pictures that were selected on the map.': '在地图上选中的图片。',
  'What is in my folder': '我的文件夹里有什么',
  'Sort a folder into groups by itself, and name them with your words.':
    '让文件夹自行分组，并用您的词语命名。',
  'Words for groups': '分组的词语',
  'Groups and their sizes': '各组及其大小',
  'Each group with its pictures': '每组及其图片',
  'Typical pictures': '典型图片',
  'One word or sentence per line. Each group gets the nearest one.':
    '每行一个词或一句话。每组得到最接近的一个。',
  'The name, the size and the middle of each group.': '每组的名称、大小和中心。',
  'The pictures nearest to the middle of each group.': '最接近每组中心的图片。',
  Groups: '分组',
  'UMAP gives each picture a place, so that similar pictures lie close together. Places far apart say little about how different pictures are. Groups divides the same pictures into 12 groups of similar ones.\n\nTry it: enlarge the map and zoom in until the pictures appear. Colour it by group. Draw around some pictures with Shift and the mouse, and choose Give on as selection: they appear on the right, and the workflow keeps them.':
    'UMAP 给每张图片一个位置，使相似的图片彼此靠近。相距很远的位置并不能说明图片有多不同。“分组”把同样的图片分成 12 组相似的图片。\n\n试一试：放大地图并拉近，直到图片出现。按分组着色。按住 Shift 用鼠标圈出一些图片，再选择“作为选择输出”：它们会出现在右侧，并保存在工作流里。',
  'Groups finds groups of similar pictures without any categories (k-means). Each group gets the word whose vector is nearest to its middle, and every word is used once. Pictures in the middle of a group come first.\n\nTry it: write your own words, and choose another number of groups. Set Method to HDBSCAN to let the pictures decide how many groups there are; pictures between groups then belong to none.':
    '“分组”不需要任何类别就能找出相似图片的组（k 均值）。每组得到向量最接近其中心的词语，每个词语只用一次。组中心的图片排在前面。\n\n试一试：写下您自己的词语，并选择另一个组数。把“方法”设为 HDBSCAN，让图片决定有多少组；此时组与组之间的图片不属于任何组。',
  Colours: '颜色',
  Save: '保存',
  Query: '查询',
  'Encode pictures': '编码图片',
  'Encode query': '编码查询',
  Encode: '编码',
  'Most similar': '最相似',
  'Similar pairs': '相似的图片对',
  Pairs: '图片对',
  'What to look for': '查询文本',
  'Encode text': '编码文本',
  'Save as table': '保存为表格',
  Categories: '类别',
  'Encode categories': '编码类别',
  'Sorted pictures': '已分类的图片',
  Probabilities: '概率',
  'Folder of pictures': '图片文件夹',
  Metrics: '指标',
  Table: '表格',
  'Picture to search for': '查询图片',
  'How many': '数量',
  Encoder: '编码器',
  Matches: '匹配结果',
  Adapter: '适配器',
  Strength: '强度',
  Heatmap: '热图',
  Vectors: '向量',
  'How similar': '相似程度',
  'Only matching': '仅限匹配',
  Similarity: '相似度',
  'Words to look for': '查询文本',
  'Larger, for more patches': '放大以得到更多图块',
  Patches: '图块',
  'Patches to compare with words': '与文本比较的图块',
  'Encode words': '编码文本',
  'Similar to the picked patch': '与所选图块的相似度',
  'Colours of patches': '图块的颜色',
  'Where the words are': '文本所指的位置',
  Side: '边长',
  'Picture of the patch': '图块所在的图片',
  'Row of the patch': '图块的行',
  'Column of the patch': '图块的列',
  'Found by the first encoder': '第一个编码器的结果',
  'Found by the second encoder': '第二个编码器的结果',
  'Found by the third encoder': '第三个编码器的结果',
  'First encoder': '第一个编码器',
  'Second encoder': '第二个编码器',
  'Third encoder': '第三个编码器',
  Autoencoder: '自编码器',
  'Encode to latents': '编码为潜变量',
  Before: '之前',
  After: '之后',
  'Latents as colours': '潜变量的颜色',
  Latents: '潜变量',
  'Sorted pictures to learn from': '用于学习的已分类图片',
  'Pictures to sort': '要分类的图片',
  'Encode others': '编码其他图片',
  'How well it learned': '学得如何',
  'What it mixes up': '哪些会混淆',
  'Table for a spreadsheet': '电子表格用的表格',
  'Folder to learn from': '用于学习的文件夹',
  'Folder to sort': '要分类的文件夹',
  Classifier: '分类器',
  'Plant mistakes': '埋入错误',
  'Most suspicious first, with the likely category': '最可疑的在前，附更可能的类别',
  'What was found': '找出了什么',
  Reasons: '理由',
  'Planted mistakes': '埋入的错误',
  Suspects: '可疑类别',
  Suggestions: '建议',
  Accuracy: '准确率',
  'Could it be chance?': '可能出于偶然吗？',
  'Encode to learn from': '编码用于学习的图片',
  'Encode to judge with': '编码用于评判的图片',
  'Before training': '训练前',
  'After training': '训练后',
  'Search before': '训练前的检索',
  'Search after': '训练后的检索',
  'Categories before': '训练前的类别',
  'Categories after': '训练后的类别',
  Search: '检索',
  'Is it better?': '更好了吗？',
  'LoRA rank': 'LoRA 秩',
  Seed: '种子',
  'Training history': '训练历史',
  // Help of inputs and outputs.
  'The share of pictures that get a wrong category on purpose, to see whether the check finds them. Choose 0 for your own pictures.':
    '故意给多大比例的图片错误的类别，看看检查能否找出它们。您自己的图片请选 0。',
  'The pictures whose category is probably wrong, with the category that they have now.':
    '类别可能有误的图片，带有现在的类别。',
  'The category that each of them probably is.': '每张图片可能的类别。',
  'Each suspect with the reason.': '每张可疑图片及理由。',
  'How many pictures were checked, how many are really wrong, and how many of these were found.':
    '检查了多少张图片、多少张确实有误，以及找出其中多少张。',
  'A model that turns pictures and texts into vectors. Without texts, disconnect Encode categories.':
    '把图片和文本变成向量的模型。如果它不读文本，请断开“编码类别”。',
  'The accuracy of each method with each encoder.': '每种方法配每个编码器的准确率。',
  'Whether the linear probes of the encoders differ by more than chance.':
    '各编码器的线性探针之间的差异是否可能出于偶然。',
  'A model whose projection can be adapted, such as a CLIP.': '投影层可以被适配的模型，例如 CLIP。',
  'The size of the adapter. More learns more, and needs more pictures.':
    '适配器的大小。越大学得越多，也需要更多图片。',
  'A different number gives another start of the training.': '换一个数字，训练就从另一处开始。',
  'How well pictures of the same category are found, before and after.': '训练前后能多好地找到同类别的图片。',
  'The accuracy of nearest neighbours before and after, and whether the difference could be chance.':
    '训练前后最近邻的准确率，以及差异是否可能出于偶然。',
  'The losses during the training.': '训练中的损失。',
  'The most similar pictures before training.': '训练前最相似的图片。',
  'The most similar pictures after training.': '训练后最相似的图片。',
  'The trained adapter, for LoRA projection or Save adapter.':
    '训练好的适配器，供“LoRA 投影”或“保存适配器”使用。',
  'The file of a classifier, from Save classifier.': '分类器的文件，来自“保存分类器”。',
  'The model that the classifier learned with.': '分类器学习时使用的模型。',
  'The folder with a subfolder for each category.': '每个类别有一个子文件夹的文件夹。',
  'The folder with the pictures that get categories.': '存放要得到类别的图片的文件夹。',
  'The model that turns pictures into vectors.': '把图片变成向量的模型。',
  'Accuracy and loss for the pictures that it learned from, and for those that were held out.':
    '学习所用图片和留出图片的准确率与损失。',
  'The trained classifier, for Classify or Save classifier.': '训练好的分类器，供“分类”或“保存分类器”使用。',
  'The folder with your pictures.': '存放图片的文件夹。',
  'One word or sentence per line. Each gets a heatmap.': '每行一个词或一句话，各有一张热图。',
  'The model that makes the patches.': '给出图块的模型。',
  'Shortest side of the pictures that the model gets, in pixels; 0 is the size of the model.':
    '模型得到的图片的最短边（像素）；0 表示模型自己的大小。',
  'The picture of the picked patch, counted from 1.': '所选图块所在的图片，从 1 开始计数。',
  'Counted from 1 at the top; 0 is the middle.': '从上往下由 1 开始计数；0 是中间。',
  'Counted from 1 at the left; 0 is the middle.': '从左往右由 1 开始计数；0 是中间。',
  'The cosine of every patch with the picked patch.': '每个图块与所选图块的余弦相似度。',
  'Red, green and blue of every patch.': '每个图块的红、绿、蓝。',
  'The cosine of every patch with every word.': '每个图块与每个词的余弦相似度。',
  'A model that turns pictures into vectors.': '把图片变成向量的模型。',
  'The pictures to encode and decode.': '要编码再解码的图片。',
  'A model that turns pictures into latents, and latents into pictures.':
    '能把图片变成潜变量、再把潜变量变回图片的模型。',
  'The decoded pictures.': '解码得到的图片。',
  'The latents, with their grid.': '潜变量及其网格。',
  'The folder with your pictures. The names of its subfolders become categories.':
    '存放图片的文件夹。子文件夹的名称作为类别。',
  'Mean and std of red, green and blue.': '红、绿、蓝的平均值和标准差。',
  'The same numbers, one row per colour.': '同样的数值，每种颜色一行。',
  'The picture to find similar ones for.': '为这张图片查找相似的图片。',
  'Number of matches.': '匹配的数量。',
  'The model that turns pictures and texts into vectors.': '把图片和文本变成向量的模型。',
  'The most similar pictures, best first, with their cosine.':
    '最相似的图片及其余弦相似度，最相似的排在最前。',
  'A LoRA for the projection of the encoder.': '用于编码器投影层的 LoRA。',
  '0 is the original encoder, 1 is the adapter as it was trained.': '0 是原来的编码器，1 是训练好的适配器。',
  'Number of matches for each picture.': '每张图片的匹配数量。',
  'The most similar pictures for each picture, with their cosine.': '与每张图片最相似的图片及其余弦相似度。',
  'The cosines of the first pictures, as a map.': '前面若干张图片的余弦相似度热图。',
  'The adapted vectors.': '经适配器处理的向量。',
  'Minimum similarity (0 to 1).': '最低相似度（0 到 1）。',
  'Maximum number of similar pictures for each picture.': '每张图片最多列出多少张相似的图片。',
  'Pictures with near duplicates, and their duplicates.': '有近似重复的图片，以及它们的重复项。',
  'One search per line.': '每行一个查询。',
  'Number of matches for each text.': '每段文本的匹配数量。',
  'The pictures that fit each text best, with their cosine.': '最符合每段文本的图片及其余弦相似度。',
  'Compares only pictures whose path matches, such as animals/**. Leave it empty to compare all.':
    '只比较路径匹配的图片，例如 animals/**。留空表示全部。',
  'Maximum number': '数量上限',
  'Compares at most this many pictures, in path order. 0 compares all.':
    '最多比较这么多张图片，按路径顺序。0 表示全部。',
  'The cosine of every pair.': '每一对的余弦相似度。',
  'Sure at least': '最低概率',
  'A picture gets no category if its best one is less probable than this. Raise it if pictures that fit nowhere end up in a category.':
    '最可能的类别的概率低于此值时，图片没有类别。如果不属于任何类别的图片也被归类，请调高它。',
  'The categories, one per line.': '类别，每行一个。',
  'Path, category, probability, second best and its probability of each picture.':
    '每张图片的路径、类别、概率、第二类别及其概率。',
  'The most probable category of each picture.': '每张图片最可能的类别。',
  'The probability of every category for every picture.': '每张图片属于每个类别的概率。',
  // Names and descriptions.
  'Check my categories': '检查我的类别',
  'Find pictures that lie in the wrong folder, the most suspicious first.':
    '找出放错文件夹的图片，最可疑的在前。',
  'Which encoder is best?': '哪个编码器最好？',
  'Measure several encoders and methods on your own categories, side by side.':
    '用您自己的类别并排衡量多个编码器和多种方法。',
  'Before and after training': '训练前后对比',
  'Train an adapter (LoRA) on half of the pictures, and see what it changes in the other half.':
    '用一半图片训练一个适配器（LoRA），看看它给另一半带来什么变化。',
  'Sort with my classifier': '用我的分类器分类',
  'Load a classifier that you trained. It sorts the pictures of any folder.':
    '加载您训练的分类器，给任意文件夹的图片分类。',
  'Find look-alikes': '找相似图片',
  'Choose a picture and see the most similar pictures of a folder, best first.':
    '选一张图片，查看文件夹中与它最相似的图片，最相似的排在最前。',
  'Search by words': '以文搜图',
  'Describe what you look for. The pictures need no names or tags.': '描述要找的内容；图片不需要名称或标签。',
  'Sort into my categories': '按我的类别分类',
  'Name the categories. Every picture gets the category that fits best.':
    '写出类别名称；每张图片归入最合适的一类。',
  'Teach it my categories': '教它我的类别',
  'Sort some pictures into folders. It learns them and sorts the others.':
    '把一些图片分到文件夹中；它从中学习，并给其余图片分类。',
  'Find duplicates': '查找重复',
  'Find copies of the same picture, also in other sizes and versions, and see them in pairs.':
    '同一图片的副本、不同大小和不同版本，成对列出。',
  'Compare encoders': '比较编码器',
  'Search with three encoders side by side: by meaning, by colours and by outlines.':
    '同一次搜索由三个编码器并排完成：按含义、按颜色、按轮廓。',
  'What does the model see?': '模型看到了什么？',
  'Click a part of a picture to see what is similar to it, or see where each word fits.':
    '点击图片的一部分，看看哪里与它相似；也可以看每个词对应图片的哪里。',
  'Compress and restore': '压缩再还原',
  'Send pictures through an autoencoder and compare them before and after.':
    '图片经过自编码器再还原，前后并排显示。',
  'See the groups': '查看分组',
  'Compare every picture with every other. Groups show as bright squares on the heatmap.':
    '把每张图片与其他每一张比较。分组在热图上显示为亮方块。',
  'Use a trained adapter': '使用训练好的适配器',
  'A small file (LoRA) changes which pictures a model finds similar. See which pictures it brings together.':
    '一个小文件（LoRA）会改变模型认为哪些图片相似。看看它把哪些图片聚在一起。',
  'Measure the colours': '测量颜色',
  'Calculate the mean and the spread of all colours in a folder, for training.':
    '文件夹中所有颜色的平均值和离散程度，用于训练。',
  Untitled: '未命名',
  // Notes.
  'Plant mistakes gives 17 of the 336 sample pictures a wrong category, to show how well the check works. Cross-validate judges each picture by a model that did not learn from it, and Suspects lists pictures whose category is improbable. It suspects 24, and 14 of them are really wrong. The first 7 of the list all are.\n\nTry it: choose your own folder, and set the planted mistakes to 0. Select suspects and press C to give them the right category. Then put Category set in the place of Plant mistakes and check again.':
    '“埋入错误”给 336 张示例图片中的 17 张错误的类别，以展示检查的效果。“交叉验证”用没有学过该图片的模型评判每张图片，“可疑类别”列出类别不太可能的图片。它怀疑 24 张，其中 14 张确实有误。列表最前面的 7 张全部有误。\n\n试一试：选择您自己的文件夹，并把埋入的错误设为 0。在图库中选中可疑图片，按 C 给它们正确的类别。然后用“类别集”代替“埋入错误”，再检查一次。',
  'Each encoder and each method learns from four fifths of the pictures and sorts the last fifth, five times, so that every picture counts once. Zero-shot learns nothing: it compares with the names of the folders, and needs an encoder that reads texts. Of the sample pictures, the linear probe with emoji-clip gets 91.1% right, and zero-shot 89.3%. Outlines alone reach 55.1%, colours alone 46.7%.\n\nTry it: choose your own folder and your encoders. If the second table says "could be chance", these pictures are too few to tell which encoder is better.':
    '每个编码器和每种方法都从五分之四的图片中学习，给剩下的五分之一分类，重复五次，因此每张图片都计一次。零样本不学习：它与文件夹的名称比较，需要能读文本的编码器。在示例图片中，emoji-clip 的线性探针有 91.1% 正确，零样本有 89.3%。仅靠轮廓为 55.1%，仅靠颜色为 46.7%。\n\n试一试：选择您自己的文件夹和编码器。如果第二张表说“可能出于偶然”，说明这些图片太少，无法判断哪个编码器更好。',
  'An adapter learns from half of the pictures. Only the other half, which it has not seen, is shown and measured. Before training is the same encoder with strength 0.\n\nOn the sample pictures, the most similar picture is of the same category for 77.4% before and 82.1% after training. Nearest neighbours sort 71.4% right before and 74.4% after, which could be chance. If training makes it worse, the table says so, and LoRA training warns.\n\nTry it: choose your own folder, another seed, or the loss Categories.':
    '适配器从一半图片中学习。展示和衡量的只有它没见过的另一半。“训练前”是同一编码器，强度为 0。\n\n在示例图片上，最相似的图片属于同一类别的比例，训练前为 77.4%，训练后为 82.1%。最近邻分类的正确率，训练前为 71.4%，训练后为 74.4%，可能出于偶然。如果训练使结果变差，表格会说明，“LoRA 训练”也会警告。\n\n试一试：选择您自己的文件夹、另一个种子，或损失“类别”。',
  'Load classifier reads what Linear probe or Prototypes learned and Save classifier wrote. This one knows the 14 categories of the sample pictures, and sorts 9 of the 12 pictures right. A classifier needs the encoder that it learned with.\n\nTry it: choose the folder to sort, and your own classifier. To sort the files into folders, connect Save pictures to Pictures to sort and to the categories of Classify, and choose one folder per category.':
    '“加载分类器”读取“线性探针”或“原型”学到、由“保存分类器”写入的内容。这一个认识示例图片的 14 个类别，12 张图片中有 9 张分类正确。分类器需要学习时使用的编码器。\n\n试一试：选择要分类的文件夹和您自己的分类器。要把文件分到各个文件夹，请把“保存图片”连接到“要分类的图片”和“分类”的类别，并选择“每个类别一个文件夹”。',
  'A model cuts a picture into patches and gives each patch a vector. Two patches are similar when their vectors point the same way. Bright patches are similar.\n\nTry it: run, then click any patch of the heatmap. All pictures show the patches that are similar to it.':
    '模型把图片切成图块，并给每个图块一个向量。两个图块的向量方向相同时，它们就相似。明亮的图块相似。\n\n试一试：运行，然后点击热图中的任意图块。所有图片都会显示与它相似的图块。',
  'For another encoder, set the side to a size that it takes: 0 is its own size, a DINOv2 takes any multiple of 14. Words need a model that reads texts, such as a CLIP.':
    '换用其他编码器时，把边长设为它接受的大小：0 是它自己的大小，DINOv2 接受 14 的任意倍数。寻找文本所指的内容需要能读取文本的模型，例如 CLIP。',
  'One query, one folder, three encoders. Which one is right depends on what you mean by similar: the thing, its colours or its outlines.\n\nTry it: choose your own pictures, or another model in one of the rows.':
    '一个查询、一个文件夹、三个编码器。哪个正确取决于您所说的“相似”指什么：事物、颜色还是轮廓。\n\n试一试：选择您自己的图片，或在其中一行换用其他模型。',
  'Do not compare the scores of two encoders, because each has its own scale. Compare what they find, and in which order.':
    '不要比较两个编码器的得分，因为各有各的尺度。请比较它们找到了什么，以及先后顺序。',
  'An autoencoder turns a picture into a few numbers for every 8 x 8 pixels, and back. Compare Before and After: fine lines and small letters lose detail first.\n\nTry it: choose your own pictures, or download the autoencoder of Stable Diffusion 1.5 in Models and choose it.':
    '自编码器把每 8 × 8 个像素变成几个数值，再变回来。比较“之前”和“之后”：细线和小字最先失去细节。\n\n试一试：选择您自己的图片，或在“模型”中下载 Stable Diffusion 1.5 的自编码器并选用它。',
  'Every pixel of every picture counts once, from 0 (dark) to 1 (bright). The node reads one picture after the other, so any number of pictures fits.\n\nTry it: choose your own folder. To normalise pictures with these numbers, connect the metrics to Normalize pixels.':
    '每张图片的每个像素计一次，从 0（暗）到 1（亮）。节点逐张读取图片，因此数量不限。\n\n试一试：选择您自己的文件夹。要用这些数值归一化图片，请把指标连接到“归一化像素”。',
  'The same encoder turns the pictures and the query into vectors. Cosine says how similar two vectors are: 1 is the same direction. Top k keeps the best matches.\n\nTry it: choose your own folder in Pictures and your own picture in Query, then run.':
    '同一个编码器把图片和查询变成向量。余弦相似度表示两个向量有多相似：1 表示方向相同。“前 k 名”保留最好的匹配。\n\n试一试：在“图片”中选择您的文件夹，在“查询”中选择您的图片，然后运行。',
  'A second run with another query is fast, because Patchbay keeps the vectors of the folder.':
    '换一个查询再次运行会很快，因为 Patchbay 保留了文件夹的向量。',
  'The adapter changes the last step of the encoder, its projection. This one was trained on the categories of the sample pictures, so pictures of one category come together: bright squares on the map.\n\nTry it: move the strength from 1 to 0, which is the original encoder, and run again.':
    '适配器改变编码器的最后一步：投影。这一个是用示例图片的类别训练的，因此同一类别的图片会聚在一起，在热图上显示为亮方块。\n\n试一试：把强度从 1 调到 0（原来的编码器），再次运行。',
  'An adapter works with one encoder, and only for what it was trained on. This one brings categories together, but makes single things harder to tell apart.':
    '适配器只适用于一个编码器，也只对训练过的内容有效。这一个让类别聚在一起，但更难区分单个事物。',
  'The workflow compares every picture with every other picture. It shows pairs above the threshold, each pair once.\n\nTry it: raise the threshold to find closer copies. To find exact copies in other sizes, choose the encoder builtin/perceptual-hash, which needs no download.':
    '工作流把每张图片与其他每一张比较，显示高于阈值的图片对，每对一次。\n\n试一试：提高阈值以找到更接近的副本。要找只是大小不同的副本，请选择编码器“感知哈希”，它不需要下载。',
  'The encoder puts pictures and texts into one space, so a sentence can find pictures that have no names or tags.\n\nTry it: write your own words, one search per line, then run. The included encoder knows the things that emoji show. Download a larger CLIP for photos.':
    '编码器把图片和文本放进同一空间，因此一句话就能找到没有名称或标签的图片。\n\n试一试：写下您自己的查询文本，每行一个，然后运行。自带的编码器认识表情符号所画的事物。照片需要更大的 CLIP，请下载一个。',
  'Each cell of the map is the cosine of two pictures. Pictures are in the order of their folders, so a folder with similar pictures shows as a bright square.\n\nTry it: choose your own folder, or another encoder, and compare the squares.':
    '热图的每一格是两张图片的余弦相似度。图片按文件夹的顺序排列，因此图片相似的文件夹会显示为一个亮方块。\n\n试一试：选择您自己的文件夹或另一个编码器，比较这些方块。',
  'Linear probe learns from the vectors of the sorted pictures, and holds a quarter of them out to judge itself. With the included encoder, 75 of 84 held-out pictures are right, and 9 of the 12 pictures to sort. With builtin/color-layout, which knows only colours, 42 of 84 are right.\n\nWhat it mixes up is about all sorted pictures: Cross-validate judges each one by a model that did not learn from it. Click a field to see its pictures.\n\nMany sample pictures show one thing in two styles, which makes it easier. Your own pictures say more.\n\nTry it: choose your own folder, with a subfolder for each category. Twenty pictures of each are a good start. Save classifier keeps what it learned.':
    '“线性探针”从已分类图片的向量中学习，并留出四分之一来评判自己。使用自带的编码器时，84 张留出图片中 75 张正确，12 张待分类图片中 9 张正确。使用只认识颜色的 builtin/color-layout 时，84 张中 42 张正确。\n\n“哪些会混淆”涉及所有已分类的图片：“交叉验证”用没有学过该图片的模型来评判每一张。点击一格可查看其中的图片。\n\n许多示例图片用两种风格画同一事物，因此更容易。您自己的图片更能说明问题。\n\n试一试：选择您自己的文件夹，每个类别一个子文件夹。每类二十张图片是个好开始。“保存分类器”可以保留学到的内容。',
  'The workflow puts each category into several sentences and averages their vectors. The most similar category wins. The temperature of the model turns similarities into probabilities.\n\nTry it: write your own categories, one per line. To sort the files into folders, connect Save pictures to Pictures and to the categories of Zero-shot, and choose one folder per category.':
    '工作流把每个类别放进若干句子，并对句子的向量取平均。最相似的类别胜出。模型的温度把相似度变为概率。\n\n试一试：写下您自己的类别，每行一个。要把文件分到各个文件夹，请把“保存图片”连接到“图片”和“零样本分类”的类别，并选择“每个类别一个文件夹”。',
};

/** Words of the sample pictures in Chinese: the names of their folders, and what the templates look for in them. */
export const zhSamples: Readonly<Record<string, string>> = {
  animals: '动物',
  buildings: '建筑',
  clothing: '服装',
  drinks: '饮料',
  faces: '表情',
  flowers: '花朵',
  fruit: '水果',
  music: '音乐',
  'sea animals': '海洋动物',
  sea: '海洋动物',
  sport: '体育',
  sweets: '甜食',
  vegetables: '蔬菜',
  vehicles: '交通工具',
  weather: '天气',
  'a picture of {}': '{}的图片',
  'Before training': '训练前',
  'After training': '训练后',
  'First encoder': '第一个编码器',
  'Second encoder': '第二个编码器',
  'Third encoder': '第三个编码器',
  'red apple': '红苹果',
  'red and sweet': '又红又甜',
  'green vegetable': '绿色蔬菜',
  'yellow fruit': '黄色水果',
  guitar: '吉他',
  snow: '雪',
  cat: '猫',
  dog: '狗',
  automobile: '汽车',
  house: '房子',
};

/**
 * The lists of words that templates and a new Prompts node come with. A list that somebody changed is not among them, so
 * it stays as it was written.
 */
export const sampleLists: readonly (readonly string[])[] = [
  ['cat', 'dog'],
  ['Before training', 'After training'],
  ['First encoder', 'Second encoder', 'Third encoder'],
  ['cat', 'automobile', 'house'],
  ['red apple', 'guitar', 'snow'],
  ['red and sweet', 'green vegetable', 'yellow fruit'],
  [
    ...['animals', 'buildings', 'clothing', 'drinks', 'faces', 'flowers', 'fruit', 'music', 'sea animals'],
    ...['sport', 'sweets', 'vegetables', 'vehicles', 'weather'],
  ],
  ['{}', 'a picture of {}'],
];

/** Like {@link zhStarters}, for texts that templates wrote in earlier versions. Saved workflows still contain them. */
export const zhEarlier: Readonly<Record<string, string>> = {
  Labels: '标签',
  'By meaning': '按含义',
  'By colours': '按颜色',
  'By outlines': '按轮廓',
  'Encode labels': '编码标签',
  'Labelled pictures': '已分类的图片',
  'The folder with your pictures. The names of its subfolders become labels.':
    '存放图片的文件夹。子文件夹的名称作为标签。',
  'Pick a patch of a picture and see which patches are similar for the model, in all pictures. Find words in the pictures, and see all patches as colours.':
    '选取图片的一个图块，看看对模型来说所有图片中哪些图块与它相似。在图片中寻找文字，并以颜色查看所有图块。',
  'The same search with three encoders side by side, to see what each of them finds similar.':
    '用三个编码器并排进行同一次搜索，看看各自认为什么相似。',
  'Round trip through an autoencoder': '经过自编码器的往返',
  'Encode pictures to the small latents that image generators work on, and decode them again. Compare both to see what the model loses.':
    '把图片编码为图像生成器所用的小小潜变量，再解码回来。比较两者，看看模型丢失了什么。',
  'Dataset statistics': '数据集统计',
  'Mean and standard deviation of the colours in a folder of pictures, as a table and a JSON file.':
    '一个文件夹中图片颜色的平均值和标准差，以表格和 JSON 文件给出。',
  'Find similar images': '查找相似图片',
  'Choose a folder and one picture. The workflow ranks the pictures of the folder by how similar they are to yours.':
    '选择一个文件夹和一张图片。工作流按与您的图片的相似程度为文件夹中的图片排名。',
  'LoRA projection': 'LoRA 投影',
  'Put an adapter between the encoder and its vectors, and see how it changes which pictures are similar.':
    '在编码器和向量之间放一个适配器，看看它如何改变哪些图片相似。',
  'Near duplicates': '近似重复',
  'Find pictures in a folder that are almost the same: copies, other sizes, other versions.':
    '找出文件夹中几乎相同的图片：副本、不同大小、不同版本。',
  'Search by text': '以文搜图',
  'Describe in words what you are looking for. The workflow ranks the pictures of a folder by how well they fit.':
    '用文字描述要找什么。工作流按符合程度为文件夹中的图片排名。',
  'Similarity matrix': '相似度矩阵',
  'Compare all pictures of a folder with each other. Groups of similar pictures show as squares on a map.':
    '把文件夹中的所有图片相互比较。相似的图片组在热图上显示为方块。',
  'Zero-shot labels': '零样本标签',
  'Sort pictures into categories that you only name. It needs no training and no examples.':
    '只说出类别的名称就能给图片分类。不需要训练，也不需要示例。',
  'The adapter changes the last step of the encoder, its projection. This one was trained on the labels of the sample pictures, so pictures with one label come together: bright squares on the map.\n\nTry it: move the strength from 1 to 0, which is the original encoder, and run again.':
    '适配器改变编码器的最后一步：投影。这一个是用示例图片的标签训练的，因此同一标签的图片会聚在一起：热图上的亮方块。\n\n试一试：把强度从 1 调到 0（原来的编码器），再次运行。',
  'The workflow puts each label into several sentences and averages their vectors. The most similar label wins. The temperature of the model turns similarities into probabilities.\n\nTry it: write your own labels, one per line. To sort the files into folders, connect Save images to Pictures and to the labels of Zero-shot, and choose one folder per label.':
    '工作流把每个标签放进若干句子，并对句子的向量取平均。最相似的标签胜出。模型的温度把相似度变为概率。\n\n试一试：写下您自己的标签，每行一个。要把文件分到各个文件夹，请把“保存图片”连接到“图片”和“零样本分类”的标签，并选择每个标签一个文件夹。',
};
