import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about tensors and the operations on them. */
export const tensorMessage = defineMessages({
  'tensor.released': {
    en: 'A tensor of shape {shape} was used after its memory was released. Return it as an output of its node.',
    zh: '形状为 {shape} 的张量在内存释放后仍被使用。请把它作为节点的输出返回。',
  },
  'tensor.length': {
    en: '{count} {count|number does|numbers do} not make a tensor of shape {shape}, which has {needed}.',
    zh: '{count} 个数无法组成形状为 {shape} 的张量，它需要 {needed} 个。',
  },
  'tensor.not-finite': {
    en: 'Some vectors contain numbers that are not finite, because the model overflowed. They have no principal components. Choose a more exact precision, or another layer.',
    zh: '部分向量含有非有限的数值，因为模型溢出了。它们没有主成分。请选择更高的精度或另一层。',
  },
  'tensor.too-far': {
    en: 'Some vectors are too far from the others to be compared, because the squares of their numbers overflow. Leave them out, or scale the vectors.',
    zh: '部分向量离其他向量太远，无法比较，因为其数值的平方溢出了。请去掉它们，或缩放向量。',
  },
  'tensor.dtype': {
    en: '{operation} needs float32 numbers, but got {dtype}.',
    zh: '{operation}需要 float32 数值，得到的却是 {dtype}。',
  },
  'tensor.axis': {
    en: '{operation} along axis {axis} is not possible: the shape is {shape}.',
    zh: '无法沿轴 {axis} 进行{operation}：形状为 {shape}。',
  },
  'tensor.no-elements': {
    en: '{operation} along axis {axis} has no result: the shape {shape} has no elements there.',
    zh: '沿轴 {axis} 的{operation}没有结果：形状 {shape} 在那里没有元素。',
  },
  'tensor.broadcast': {
    en: '{operation} needs shapes that fit each other: {left} and {right} do not.',
    zh: '{operation}需要相容的形状：{left} 与 {right} 不相容。',
  },
  'tensor.product': {
    en: 'A matrix product needs as many columns on the left as rows on the right: {left} and {right} do not fit.',
    zh: '矩阵乘法要求左边的列数等于右边的行数：{left} 与 {right} 不符。',
  },
  'tensor.product-transposed': {
    en: 'A product with a transposed matrix needs equal numbers of columns: {left} and {right} do not fit.',
    zh: '与转置矩阵相乘要求两边的列数相等：{left} 与 {right} 不符。',
  },
  'tensor.nothing-to-join': {
    en: 'The list of tensors to join is empty. Give at least one.',
    zh: '要拼接的张量列表是空的。请至少给出一个。',
  },
  'tensor.join': {
    en: 'Joining along axis {axis} needs equal sizes on all other axes: {first} and {other} differ.',
    zh: '沿轴 {axis} 拼接张量要求其余各维相等：{first} 与 {other} 不同。',
  },
  'tensor.slice': {
    en: 'Elements {start} to {end} are not within axis {axis} of the shape {shape}.',
    zh: '元素 {start} 至 {end} 超出了形状 {shape} 的轴 {axis}。',
  },
  'tensor.top-k': {
    en: 'The last axis of the shape {shape} has no best {k}.',
    zh: '形状 {shape} 的最后一轴没有前 {k} 个。',
  },
  'tensor.order': {
    en: 'The shape {shape} cannot be transposed by the order {order}.',
    zh: '形状 {shape} 无法按顺序 {order} 转置。',
  },
  'tensor.reshape': {
    en: 'The shape {shape} cannot become {wanted}: it has {count} {count|number|numbers}.',
    zh: '形状 {shape} 无法变为 {wanted}：它有 {count} 个数。',
  },
  'tensor.row': { en: 'The shape {shape} has no row {row}.', zh: '形状 {shape} 没有第 {row} 行。' },
  'tensor.vector-sizes': {
    en: 'Principal components need vectors of one size: {first} and {other} differ.',
    zh: '主成分要求向量维数相同：{first} 与 {other} 不同。',
  },
  'tensor.ranking': {
    en: 'Ranking needs scores of shape Q x N, but got {shape}.',
    zh: '排名需要形状为 Q × N 的得分，得到的却是 {shape}。',
  },
  'tensor.scalar': { en: 'scalar', zh: '标量' },

  'operation.add': { en: 'Adding', zh: '加法' },
  'operation.subtract': { en: 'Subtracting', zh: '减法' },
  'operation.multiply': { en: 'Multiplying', zh: '乘法' },
  'operation.divide': { en: 'Dividing', zh: '除法' },
  'operation.scale': { en: 'Scaling', zh: '数值缩放' },
  'operation.normalize': { en: 'Normalising', zh: '归一化' },
  'operation.softmax': { en: 'Softmax', zh: 'Softmax（归一化指数）' },
  'operation.sigmoid': { en: 'Sigmoid', zh: 'Sigmoid（S 型函数）' },
  'operation.top-k': { en: 'Top k', zh: '前 k 名' },
  'operation.mean': { en: 'Averaging', zh: '求平均值' },
  'operation.max': { en: 'Taking the maximum', zh: '求最大值' },
  'operation.transpose': { en: 'Transposing', zh: '转置' },
  'operation.slice': { en: 'Slicing', zh: '切片' },
  'operation.join': { en: 'Joining', zh: '拼接' },
  'operation.reshape': { en: 'Reshaping', zh: '变形' },
  'operation.rows': { en: 'Picking rows', zh: '选取行' },
  'operation.product': { en: 'A matrix product', zh: '矩阵乘法' },
  'operation.cosine': { en: 'Cosine', zh: '余弦相似度' },
  'operation.rank': { en: 'Ranking', zh: '排名' },
  'operation.principal': { en: 'Finding principal components', zh: '求主成分' },
});

/** The name of an operation, for the beginning of a sentence. */
export type OperationCode = Extract<keyof typeof tensorMessage.templates, `operation.${string}`>;
