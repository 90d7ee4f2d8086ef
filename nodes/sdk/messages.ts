import { z } from 'zod';

/** A value for a hole of a template: a text, a number, another message, or a list of these. */
export type MessageArg = string | number | Message | readonly (string | number | Message)[];

/** A message for people: a stable code, the values in it, and its English text for scripts and logs. */
export interface Message {
  /** In lower case with dots: `image.unreadable`. Each kind of fault has its own code. */
  readonly code: string;
  readonly args?: Readonly<Record<string, MessageArg>>;
  /** English. A screen in another language makes its own text from `code` and `args`. */
  readonly message: string;
}

/** A message, or a plain English text from an author who defines no messages. */
export type Said = Message | string;

/**
 * A text with holes, in each language. A hole is
 * - `{name}`: a text, a number or a message; a list is joined by commas;
 * - `{name?}`: the same, or nothing if the value is missing;
 * - `{names:or}`, `{names:and}`: a list, joined by that word;
 * - `{reason:phrase}`: a sentence without its full stop;
 * - `{count|picture|pictures}`: the first word for 1, otherwise the second.
 */
export interface Template {
  readonly en: string;
  /** Simplified Chinese. Without it, readers of Chinese see the English text. */
  readonly zh?: string;
}

/** Templates by code. */
export type Templates = Readonly<Record<string, Template>>;
/** A language that messages are written in. */
export type MessageLanguage = keyof Template;

type HoleOf<Text extends string> = Text extends `${string}{${infer Hole}}${infer Rest}`
  ? Hole | HoleOf<Rest>
  : never;
type NameOf<Hole extends string> = Hole extends `${infer Name}|${string}`
  ? Name
  : Hole extends `${infer Name}:${string}`
    ? Name
    : Hole extends `${infer Name}?`
      ? Name
      : Hole;
type OptionalHole<Text extends string> = Extract<HoleOf<Text>, `${string}?`>;
type NumberName<Text extends string> = NameOf<Extract<HoleOf<Text>, `${string}|${string}`>>;
type ListName<Text extends string> = NameOf<Extract<HoleOf<Text>, `${string}:or` | `${string}:and`>>;
type RequiredName<Text extends string> = NameOf<Exclude<HoleOf<Text>, OptionalHole<Text>>>;

/** The values that a template needs, one per hole. */
export type ArgsOf<Text extends string> = {
  readonly [Name in RequiredName<Text>]: Name extends NumberName<Text>
    ? number
    : Name extends ListName<Text>
      ? readonly (string | number | Message)[]
      : MessageArg;
} & { readonly [Name in NameOf<OptionalHole<Text>>]?: MessageArg | undefined };

/** The second argument is absent for a template without holes, and optional if all holes are optional. */
export type ArgList<Text extends string> = [HoleOf<Text>] extends [never]
  ? []
  : [RequiredName<Text>] extends [never]
    ? [args?: ArgsOf<Text>]
    : [args: ArgsOf<Text>];

/**
 * The Chinese text may omit a hole, because Chinese has no plurals. It cannot use a value that the English text does
 * not have.
 */
type Twins<T extends Templates> = {
  readonly [Code in keyof T]: T[Code] extends { readonly zh: infer Twin extends string }
    ? NameOf<HoleOf<Twin>> extends NameOf<HoleOf<T[Code]['en']>>
      ? Template
      : {
          readonly zh: `a hole that the English text does not have: ${Exclude<NameOf<HoleOf<Twin>>, NameOf<HoleOf<T[Code]['en']>>>}`;
        }
    : Template;
};

/** Makes messages of a set of templates. */
export interface Say<T extends Templates> {
  <Code extends keyof T & string>(code: Code, ...args: ArgList<T[Code]['en']>): Message;
  readonly templates: T;
}

/** The code of a plain text, which has no code of its own. */
const PLAIN = 'text';

/** Turns a plain text into a message with the code `text`. A message stays as it is. */
export function asMessage(said: Said): Message {
  return typeof said === 'string' ? { code: PLAIN, message: said } : said;
}

/** The English text of a message or plain text. */
export function englishOf(said: Said): string {
  return typeof said === 'string' ? said : said.message;
}

const HOLE = /\{(\w+)(\?|:\w+|\|[^{}|]*\|[^{}|]*)?\}/g;
const JOINS: Readonly<Record<MessageLanguage, Readonly<Record<string, string>>>> = {
  en: { or: ' or ', and: ' and ' },
  zh: { or: '或', and: '和' },
};
const COMMA: Readonly<Record<MessageLanguage, string>> = { en: ', ', zh: '、' };

/** Finds the text of a message in a language; undefined if there is none. */
export type TemplateOf = (message: Message) => string | undefined;

/** Whether all holes of a text have values. A message from an older version may lack some. */
export function fits(text: string, args: Message['args']): boolean {
  for (const [, name = '', form] of text.matchAll(HOLE))
    if (form !== '?' && args?.[name] === undefined) return false;
  return true;
}

function join(parts: readonly string[], word: string | undefined, language: MessageLanguage): string {
  const comma = COMMA[language];
  const last = word === undefined ? undefined : JOINS[language][word];
  if (last === undefined || parts.length < 2) return parts.join(comma);
  return together([parts.slice(0, -1).join(comma), last, parts.at(-1) ?? ''], language);
}

const HAN_AND_SPACE = /\p{Script=Han} $/u;
const HAN_END = /\p{Script=Han}$/u;
const HAN_START = /^\p{Script=Han}/u;

/**
 * In Chinese there is a space between Han and Latin letters, and none between Han letters. This also applies to values
 * in holes.
 */
function beside(before: string, after: string): string {
  if (HAN_AND_SPACE.test(before) && HAN_START.test(after)) return before.slice(0, -1) + after;
  if (HAN_END.test(before) && /^[\w*]/.test(after)) return `${before} ${after}`;
  if (/\w$/.test(before) && HAN_START.test(after)) return `${before} ${after}`;
  return before + after;
}

const together = (parts: readonly string[], language: MessageLanguage): string =>
  language === 'zh' ? parts.reduce(beside, '') : parts.join('');

/**
 * Fills in a text of {@link Template}.
 * @param templateOf finds the texts of messages in its values; without it they show their English
 */
export function fill(
  text: string,
  args: Message['args'],
  language: MessageLanguage = 'en',
  templateOf: TemplateOf = () => undefined,
): string {
  const say = (arg: string | number | Message): string =>
    typeof arg === 'object' ? render(arg, language, templateOf) : String(arg);
  const parts: string[] = [];
  let end = 0;
  for (const hole of text.matchAll(HOLE)) {
    const [whole, name = '', form] = hole;
    parts.push(text.slice(end, hole.index));
    end = hole.index + whole.length;
    const arg = args?.[name];
    if (form?.startsWith('|')) {
      const [, one = '', many = ''] = form.split('|');
      parts.push(arg === 1 ? one : many);
    } else if (arg === undefined) {
      // A value is missing because of a mistake in the code. Showing the hole makes it visible without an exception.
      parts.push(form === '?' ? '' : whole);
    } else if (typeof arg === 'object' && !('code' in arg)) {
      parts.push(join(arg.map(say), form?.slice(1), language));
    } else {
      const said = say(arg);
      parts.push(form === ':phrase' ? said.replace(/[.。]$/, '') : said);
    }
  }
  parts.push(text.slice(end));
  return together(parts, language);
}

/** The text of a message in a language. If `templateOf` finds no text, it is English. */
export function render(message: Message, language: MessageLanguage, templateOf: TemplateOf): string {
  const text = templateOf(message);
  if (text === undefined || !fits(text, message.args)) return message.message;
  return fill(text, message.args, language, templateOf);
}

/**
 * Turns templates into a function that makes messages: `say('lora.layer', { layer })`. A wrong code, a missing value,
 * or a hole that only the Chinese text has, is a compiler error.
 */
export function defineMessages<const T extends Templates>(templates: T & Twins<T>): Say<T> {
  const say = <Code extends keyof T & string>(code: Code, ...[given]: ArgList<T[Code]['en']>): Message => {
    const args = given as Message['args'];
    const message = fill(templates[code]!.en, args);
    return args === undefined ? { code, message } : { code, args, message };
  };
  return Object.assign(say, { templates });
}

/** The shape of a value of a message in JSON. */
export const argSchema: z.ZodType<MessageArg> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      messageSchema,
      z.array(z.union([z.string(), z.number(), messageSchema])),
    ]),
  )
  .meta({ id: 'MessageArg' });

/** The shape of a message in JSON. */
export const messageSchema: z.ZodType<Message> = z
  .object({
    code: z.string(),
    args: z.record(z.string(), argSchema).optional(),
    message: z.string(),
  })
  .meta({ id: 'Message' });

/** A message, or a plain text, which older versions stored. */
export const saidSchema: z.ZodType<Said> = z.union([z.string(), messageSchema]);
