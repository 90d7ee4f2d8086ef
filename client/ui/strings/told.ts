import { SDK_TEMPLATES } from '../../../nodes/sdk/all-messages.ts';
import {
  asMessage,
  type Message,
  type MessageArg,
  render,
  type Said,
  type TemplateOf,
  type Templates,
} from '../../../nodes/sdk/messages.ts';
import type { PortType } from '../../../nodes/sdk/values.ts';
import { emphasize, kinds, word } from '../../../nodes/sdk/words.ts';
import { MESSAGES } from '../../../server/contract/messages/index.ts';
import { WORKFLOW_TEMPLATES } from '../../../workflows/messages.ts';
import { descriptorOf, useCatalogue } from '../api/catalogue.ts';
import { clientMessage } from './client-messages.ts';
import { EMPHASIS } from './emphasis.ts';
import { useLanguage } from './language.ts';
import { nodeTitleText } from './workflow-text.ts';

export { messageOf } from './message-of.ts';

const OWN: Templates = {
  ...SDK_TEMPLATES,
  ...WORKFLOW_TEMPLATES,
  ...MESSAGES,
  ...clientMessage.templates,
};

/** Messages of nodes by code. Rebuilt when the catalogue of nodes changes. */
let ofNodes: { readonly types: unknown; readonly texts: Templates } | undefined;

function nodeMessages(): Templates {
  const { types } = useCatalogue.getState();
  if (ofNodes?.types !== types) {
    const texts = Object.assign({}, ...Object.values(types).map(({ messages }) => messages)) as Templates;
    ofNodes = { types, texts };
  }
  return ofNodes.texts;
}

const text = (arg: MessageArg | undefined) => (typeof arg === 'string' ? arg : '');

/** The title of a node, port or param in the current language, if its type is known. */
function titleOf({ code, args }: Message): string | undefined {
  if (code === 'title.own') return nodeTitleText(text(args?.type), text(args?.title));
  const descriptor = descriptorOf(text(args?.type));
  if (!descriptor) return undefined;
  const name = text(args?.name);
  const named = (list: readonly { readonly name: string; readonly title: string }[]) =>
    list.find((one) => one.name === name)?.title;
  switch (code) {
    case 'title.node':
      return descriptor.title;
    case 'title.input':
      return named(descriptor.inputs);
    case 'title.output':
      return named(descriptor.outputs);
    case 'title.param':
      return named(descriptor.params);
    default:
      return undefined;
  }
}

const chineseOf: TemplateOf = (message) => {
  // Rows stored by an older version have no code.
  if (typeof message.code !== 'string') return undefined;
  if (message.code.startsWith('title.')) {
    const title = titleOf(message);
    if (title !== undefined) return emphasize(title);
  }
  const texts = Object.hasOwn(OWN, message.code) ? OWN : nodeMessages();
  return Object.hasOwn(texts, message.code) ? texts[message.code]?.zh : undefined;
};

const NAME = new RegExp(EMPHASIS, 'gu');
/** A space between a Chinese letter or mark and a quotation mark. */
const SPACE = /(?<=[\p{Script=Han}，。；：、（）”]) (?=“)|(?<=”) (?=[\p{Script=Han}，。；：、（）])/gu;

/** Puts the names of a Chinese text in quotation marks, without spaces beside them. */
const quoted = (text: string): string => text.replaceAll(NAME, '“$1”').replaceAll(SPACE, '');

/**
 * A message in the current language, made from its code and arguments. Plain texts, messages without a translation, and
 * messages stored by an older version stay in English. English marks a name with asterisks, for {@link Sentence};
 * Chinese puts it in quotation marks, because Chinese letters have no italics.
 */
export function told(said: Said): string {
  const message = asMessage(said);
  if (useLanguage.getState().language === 'en') return message.message;
  const chinese = render(message, 'zh', chineseOf);
  return chinese === message.message ? chinese : quoted(chinese);
}

/** {@link told} for places that have no italics: without the asterisks around names. All other asterisks stay. */
export const plainText = (said: Said): string => told(said).replaceAll(NAME, '$1');

/** Types of ports as people read them: `images or pixels`. */
export const kindsText = (types: readonly PortType[]): string =>
  told(word('kind.list', { kinds: kinds(types) }));
