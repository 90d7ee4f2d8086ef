import {
  classified,
  classifiedOutputs,
  classifiedZh,
  defineNode,
  inferClassified,
  knownOf,
  minimumProbability,
  mixedSpaces,
  port,
  probabilitiesOf,
  requireSameSpace,
  type TextItem,
} from '../sdk/index.ts';

const NODE = { type: 'compare/classify', title: 'Classify' };

export default defineNode({
  title: NODE.title,
  description:
    'Sorts pictures into the categories of a trained classifier. It gives the probability of every category for every picture.',
  keywords: [
    'class',
    'category',
    'labels',
    'categories',
    'predict',
    'probability',
    'softmax',
    'probe',
    'tag',
    'sort',
  ],
  inputs: {
    embeddings: port.embeddings({
      help: 'The vectors of the pictures, from the same encoder as those that the classifier learned from.',
    }),
    classifier: port.classifier({
      help: 'The classifier, from Linear probe, Prototypes or Load classifier.',
    }),
  },
  params: { minimum: minimumProbability },
  outputs: classifiedOutputs,
  resource: 'device',
  infer: ({ inputs, report }) => {
    const [embeddings, classifier] = [knownOf(inputs, 'embeddings'), knownOf(inputs, 'classifier')];
    const problem = mixedSpaces(
      NODE,
      { port: 'embeddings', title: 'Embeddings', ...embeddings },
      { port: 'classifier', title: 'Classifier', ...classifier },
    );
    if (problem) report(problem);
    return inferClassified(embeddings);
  },
  run: async ({ inputs: { embeddings, classifier }, params: { minimum }, ctx: { ops } }) => {
    requireSameSpace(
      NODE,
      { port: 'embeddings', title: 'Embeddings', space: embeddings.space },
      { port: 'classifier', title: 'Classifier', space: classifier.space },
    );
    const labels = classifier.categories.map((text): TextItem => ({ kind: 'text', text, label: text }));
    const probabilities = await probabilitiesOf(classifier, embeddings.tensor, ops);
    return classified(probabilities, embeddings, { labels, metric: 'softmax', minimum }, ops);
  },
  translations: {
    zh: {
      title: '分类',
      description: '把图片归入训练好的分类器的类别。给出每张图片属于每个类别的概率。',
      inputs: {
        embeddings: { title: '向量', help: '图片的向量，与分类器学习所用的向量来自同一编码器。' },
        classifier: { title: '分类器', help: '分类器，来自“线性探针”“原型”或“加载分类器”。' },
      },
      params: { minimum: classifiedZh.minimum },
      outputs: classifiedZh.outputs,
    },
  },
});
