import type { NodeTexts } from '../../../nodes/sdk/define-node.ts';
import type { NodeDescriptor, PortDescriptor } from '../../../nodes/sdk/descriptor.ts';
import { type Language, useLanguage } from './language.ts';

const known = new WeakMap<NodeDescriptor, NodeDescriptor>();

function translated(descriptor: NodeDescriptor, own: NodeTexts): NodeDescriptor {
  const ports = (list: readonly PortDescriptor[], texts: NodeTexts['inputs']) =>
    list.map((port) => {
      const { title = port.title, help = port.help } = texts?.[port.name] ?? {};
      return { ...port, title, help };
    });
  return {
    ...descriptor,
    title: own.title,
    description: own.description,
    inputs: ports(descriptor.inputs, own.inputs),
    outputs: ports(descriptor.outputs, own.outputs),
    params: descriptor.params.map((param) => {
      const texts = own.params?.[param.name] ?? {};
      const { title = param.title, help = param.help, choices: titles } = texts;
      const { placeholder = param.placeholder } = texts;
      const choices = param.choices?.map((choice) => ({
        ...choice,
        title: titles?.[choice.value] ?? choice.title,
      }));
      return {
        ...param,
        title,
        help,
        ...(placeholder !== undefined && { placeholder }),
        ...(choices && { choices }),
      };
    }),
  };
}

/**
 * A descriptor with its titles and help in a language; always the same object for the same descriptor. A text without a
 * translation stays as its author wrote it.
 */
export function localized(
  descriptor: NodeDescriptor,
  language: Language = useLanguage.getState().language,
): NodeDescriptor {
  const own = language === 'en' ? undefined : descriptor.translations?.[language];
  if (!own) return descriptor;
  const made = known.get(descriptor) ?? translated(descriptor, own);
  known.set(descriptor, made);
  return made;
}
