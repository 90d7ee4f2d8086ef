import type { NodeDescriptor, PortDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { type Language, useLanguage } from './language.ts';
import { zhNodes } from './zh-nodes.ts';

const known = new WeakMap<NodeDescriptor, NodeDescriptor>();

function inChinese(descriptor: NodeDescriptor): NodeDescriptor {
  const own = Object.hasOwn(zhNodes, descriptor.type) ? zhNodes[descriptor.type] : undefined;
  if (!own) return descriptor;
  const ports = (list: readonly PortDescriptor[], texts: typeof own.inputs) =>
    list.map((port) => {
      const [title, help] = texts?.[port.name] ?? [port.title, port.help];
      return { ...port, title, help };
    });
  return {
    ...descriptor,
    title: own.title,
    description: own.help,
    inputs: ports(descriptor.inputs, own.inputs),
    outputs: ports(descriptor.outputs, own.outputs),
    params: descriptor.params.map((param) => {
      const [title, help, texts] = own.params?.[param.name] ?? [param.title, param.help];
      const choices = param.choices?.map((choice) => ({
        ...choice,
        title: texts?.[choice.value] ?? choice.title,
      }));
      return { ...param, title, help, ...(choices && { choices }) };
    }),
  };
}

/**
 * A descriptor with its titles and help in a language. The same descriptor returns the same object. Texts without a
 * translation stay as the author wrote them.
 */
export function localized(
  descriptor: NodeDescriptor,
  language: Language = useLanguage.getState().language,
): NodeDescriptor {
  if (language === 'en') return descriptor;
  const own = known.get(descriptor) ?? inChinese(descriptor);
  known.set(descriptor, own);
  return own;
}
