import { type CollectionColumn, type CollectionInfo, type ColumnType, OWN_COLUMNS } from './collections.ts';
import { PatchbayError } from './errors.ts';
import type { ReportedProblem } from './infer.ts';
import { defineMessages, type Message } from './messages.ts';
import { nearestName } from './nearest-name.ts';
import { didYouMean } from './words.ts';

const say = defineMessages({
  'filter.expected': {
    en: 'The condition cannot be read at character {at}: {what} is expected, but there is {got}. An example: {example}',
    zh: '无法读取条件的第 {at} 个字符：此处应为{what}，却是 {got}。示例：{example}',
  },
  'filter.no-column': {
    en: 'The condition names a column "{name}" that the collection does not have.{hint?} Its columns: {columns}. A text stands between single quotes, as in category = \'cat\'.',
    zh: "条件中的列“{name}”在收藏集中不存在。{hint?}它的列：{columns}。文本请放在单引号中，例如 category = 'cat'。",
  },
  'filter.no-function': {
    en: 'The condition uses "{name}", which it does not know.{hint?} It knows these functions: {functions}.',
    zh: '条件使用了未知的“{name}”。{hint?}可用的函数：{functions}。',
  },
  'filter.types': {
    en: 'The condition compares {left} with {right} at character {at}. Both sides must be of the same kind.',
    zh: '条件在第 {at} 个字符处把{left}与{right}比较。两边必须是同一种类。',
  },
  'filter.needs': {
    en: 'The condition needs {wanted} at character {at}, but there is {got}. An example: {example}',
    zh: '条件在第 {at} 个字符处需要{wanted}，却是{got}。示例：{example}',
  },
  'filter.time': {
    en: '"{text}" in the condition is no point in time. Write it as 2026-01-31 or 2026-01-31 18:30.',
    zh: '条件中的“{text}”不是时间。请写成 2026-01-31 或 2026-01-31 18:30。',
  },
  'filter.too-long': {
    en: 'The condition is too long or has too many parentheses in each other. Make it shorter.',
    zh: '条件太长，或括号嵌套太多。请缩短它。',
  },
  'filter.arguments': {
    en: '"{name}" in the condition takes {wanted} {wanted|value|values}, but it has {got}.',
    zh: '条件中的“{name}”需要 {wanted} 个值，却有 {got} 个。',
  },
  'filter.end': { en: 'the end', zh: '结尾' },
  'filter.a-value': { en: 'a column, a number or a text', zh: '列、数字或文本' },
  'filter.kind-text': { en: 'a text', zh: '文本' },
  'filter.kind-number': { en: 'a number', zh: '数字' },
  'filter.kind-boolean': { en: 'a comparison or a yes/no column', zh: '比较或是/否列' },
  'filter.kind-time': { en: 'a point in time', zh: '时间' },
  'filter.kind-null': { en: 'NULL', zh: '空值（NULL）' },
});

/** Templates of messages about filters. */
export const FILTER_TEMPLATES = say.templates;

/** What a part of a filter is. */
type Kind = 'text' | 'number' | 'boolean' | 'time' | 'null';

const KINDS: Readonly<Record<ColumnType, Kind>> = {
  text: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  time: 'time',
};

/** A filter as SQL. Texts and decimals of the filter are only in `values`, and columns have the names that the caller gave. */
export interface Filter {
  /** A condition with `$1`, `$2`, ... in the place of `values`. */
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

interface Part {
  readonly sql: string;
  readonly kind: Kind;
  readonly at: number;
  /** The position in `values` of a text that was written in the filter. */
  readonly literal?: number;
  /** Whether it is a column of integers, or a remainder of one. */
  readonly isInteger?: boolean;
}

interface Token {
  readonly type: 'word' | 'quoted' | 'text' | 'number' | 'sign' | 'end';
  readonly text: string;
  /** Counted from 1. */
  readonly at: number;
}

const MOST_CHARACTERS = 10_000;
const MOST_DEPTH = 60;
/** The most operators in a row: DuckDB nests them, and has a limit of its own. */
const MOST_TERMS = 200;
const LISTED = 40;
const EXAMPLE = "category = 'cat' AND size > 10000";

const TOKEN =
  /\s*(?:([\p{L}_][\p{L}\p{N}_]*)|"((?:[^"]|"")+)"|'((?:[^']|'')*)'|(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|(<=|>=|<>|!=|==|[=<>()+\-*/%,]))/iuy;

/** The functions by name: the kinds that they take, the kind that they give, and their name in DuckDB. */
const FUNCTIONS: Readonly<Record<string, { takes: readonly Kind[]; gives: Kind; most?: number }>> = {
  lower: { takes: ['text'], gives: 'text' },
  upper: { takes: ['text'], gives: 'text' },
  length: { takes: ['text'], gives: 'number' },
  contains: { takes: ['text', 'text'], gives: 'boolean' },
  starts_with: { takes: ['text', 'text'], gives: 'boolean' },
  ends_with: { takes: ['text', 'text'], gives: 'boolean' },
  abs: { takes: ['number'], gives: 'number' },
  round: { takes: ['number'], gives: 'number' },
  year: { takes: ['time'], gives: 'number' },
  month: { takes: ['time'], gives: 'number' },
  day: { takes: ['time'], gives: 'number' },
};

const WORDS = new Set(['and', 'or', 'not', 'in', 'is', 'null', 'like', 'ilike', 'between', 'true', 'false']);

/** A moment as SQL writes it: a date, with or without a time of day. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)?Z?$/;

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let from = 0; ; from = TOKEN.lastIndex) {
    const rest = text.slice(from);
    if (rest.trim() === '') {
      tokens.push({ type: 'end', text: '', at: text.trimEnd().length + 1 });
      return tokens;
    }
    const at = from + (rest.length - rest.trimStart().length) + 1;
    TOKEN.lastIndex = from;
    const found = TOKEN.exec(text);
    if (!found) throw expected(say('filter.a-value'), { type: 'sign', text: text.slice(at - 1, at + 9), at });
    const [, word, quoted, string, number, sign] = found;
    if (word !== undefined) tokens.push({ type: 'word', text: word, at });
    else if (quoted !== undefined) tokens.push({ type: 'quoted', text: quoted.replaceAll('""', '"'), at });
    else if (string !== undefined) tokens.push({ type: 'text', text: string.replaceAll("''", "'"), at });
    else if (number !== undefined) tokens.push({ type: 'number', text: number, at });
    else tokens.push({ type: 'sign', text: sign!, at });
  }
}

function expected(what: Message | string, { type, text, at }: Token): PatchbayError {
  const got = type === 'end' ? say('filter.end') : text.slice(0, 40);
  return new PatchbayError(say('filter.expected', { at, what, got, example: EXAMPLE }));
}

const kindName = (kind: Kind) => say(`filter.kind-${kind}`);

/** All columns of a collection, those of every collection first. */
export const columnsOfCollection = ({
  columns,
}: Pick<CollectionInfo, 'columns'>): readonly CollectionColumn[] => [...OWN_COLUMNS, ...columns];

/**
 * Reads a filter: a condition as after SQL's WHERE, over the columns of a collection. It knows comparisons, AND, OR, NOT, IN,
 * BETWEEN, LIKE, ILIKE, IS NULL, + - * / % and a few functions. Everything else is refused, so a filter can reach nothing but the
 * columns. `label` is another name of `category`.
 *
 * @param sqlOf the name of a column in SQL, quoted
 * @throws PatchbayError `filter.*`, with the names of the columns where one is wrong
 */
export function parseFilter(
  text: string,
  columns: readonly CollectionColumn[],
  sqlOf: (column: CollectionColumn) => string,
): Filter {
  if (text.length > MOST_CHARACTERS) throw new PatchbayError(say('filter.too-long'));
  const tokens = tokensOf(text);
  const values: (string | number)[] = [];
  const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  if (!byName.has('label') && byName.has('category')) byName.set('label', byName.get('category')!);
  let next = 0;
  let depth = 0;

  const peek = () => tokens[next]!;
  const take = () => tokens[next++]!;
  const isWord = (word: string, token = peek()) => token.type === 'word' && token.text.toLowerCase() === word;
  const isSign = (sign: string) => peek().type === 'sign' && peek().text === sign;
  const takeWord = (word: string) => isWord(word) && take() !== undefined;
  const takeSign = (sign: string) => isSign(sign) && take() !== undefined;
  const needSign = (sign: string) => {
    if (!takeSign(sign)) throw expected(`"${sign}"`, peek());
  };
  const value = (one: string | number): string => {
    values.push(one);
    return `$${values.length}`;
  };
  const needKind = (part: Part, wanted: Kind): Part => {
    if (part.kind === wanted || part.kind === 'null') return part;
    const { at } = part;
    throw new PatchbayError(
      say('filter.needs', { at, wanted: kindName(wanted), got: kindName(part.kind), example: EXAMPLE }),
    );
  };
  /** A text that is compared with a moment is one. */
  const asTime = (part: Part): Part => {
    if (part.literal === undefined) return part;
    const written = String(values[part.literal]);
    if (!TIME.test(written) || Number.isNaN(Date.parse(written.replace(' ', 'T'))))
      throw new PatchbayError(say('filter.time', { text: written.slice(0, 60) }));
    values[part.literal] = written.replace(/Z$/, '');
    return { sql: `CAST(${part.sql} AS TIMESTAMP)`, kind: 'time', at: part.at };
  };
  const alike = (left: Part, right: Part): [Part, Part] => {
    const pair: [Part, Part] =
      left.kind === 'time'
        ? [left, asTime(right)]
        : right.kind === 'time'
          ? [asTime(left), right]
          : [left, right];
    const [a, b] = pair;
    if (a.kind !== b.kind && a.kind !== 'null' && b.kind !== 'null')
      throw new PatchbayError(
        say('filter.types', { left: kindName(a.kind), right: kindName(b.kind), at: b.at }),
      );
    return pair;
  };

  function call(name: Token): Part {
    const known = name.text.toLowerCase();
    const one = Object.hasOwn(FUNCTIONS, known) ? FUNCTIONS[known] : undefined;
    if (!one) {
      const hint = didYouMean(nearestName(known, Object.keys(FUNCTIONS)));
      const functions = Object.keys(FUNCTIONS).join(', ');
      throw new PatchbayError(say('filter.no-function', { name: name.text.slice(0, 60), hint, functions }));
    }
    needSign('(');
    const given: Part[] = [];
    if (!isSign(')'))
      do given.push(sum());
      while (takeSign(','));
    needSign(')');
    const wanted = one.takes.length;
    if (given.length !== wanted)
      throw new PatchbayError(say('filter.arguments', { name: known, wanted, got: given.length }));
    const parts = given.map((part, i) =>
      needKind(one.takes[i] === 'time' ? asTime(part) : part, one.takes[i]!),
    );
    const takesNumber = one.takes[0] === 'number';
    const inside = parts.map((part) => (takesNumber ? decimal(part) : part.sql)).join(', ');
    return { sql: `${known}(${inside})`, kind: one.gives, at: name.at };
  }

  function column(token: Token): Part {
    const found = byName.get(token.text.toLowerCase());
    if (found)
      return {
        sql: sqlOf(found),
        kind: KINDS[found.type],
        at: token.at,
        isInteger: found.type === 'integer',
      };
    const names = columns.map(({ name }) => name);
    throw new PatchbayError(
      say('filter.no-column', {
        name: token.text.slice(0, 60),
        hint: didYouMean(nearestName(token.text, names)),
        columns: (names.length > LISTED ? [...names.slice(0, LISTED), '…'] : names).join(', '),
      }),
    );
  }

  function atom(): Part {
    const token = take();
    const { at } = token;
    switch (token.type) {
      case 'text':
        return { sql: value(token.text), kind: 'text', at, literal: values.length - 1 };
      case 'number':
        // Whole numbers keep all their digits; they consist of nothing else.
        return {
          sql: /^\d{1,18}$/.test(token.text) ? token.text : `CAST(${value(Number(token.text))} AS DOUBLE)`,
          kind: 'number',
          at,
        };
      case 'quoted':
        return column(token);
      case 'word': {
        const word = token.text.toLowerCase();
        if (word === 'true' || word === 'false') return { sql: word, kind: 'boolean', at };
        if (word === 'null') return { sql: 'NULL', kind: 'null', at };
        if (WORDS.has(word)) throw expected(say('filter.a-value'), token);
        return isSign('(') ? call(token) : column(token);
      }
      case 'sign':
        if (token.text === '(') {
          const inner = either();
          needSign(')');
          return { ...inner, sql: `(${inner.sql})`, at };
        }
        if (token.text === '-' || token.text === '+') {
          const inner = needKind(nested(atom), 'number');
          if (token.text === '+') return { ...inner, at };
          // A whole number that is written down has few enough digits to stay one.
          const positive = /^\d+$/.test(inner.sql) ? inner.sql : decimal(inner);
          return { sql: `(- ${positive})`, kind: 'number', at };
        }
    }
    throw expected(say('filter.a-value'), token);
  }

  function nested<T>(read: () => T): T {
    if (++depth > MOST_DEPTH) throw new PatchbayError(say('filter.too-long'));
    const result = read();
    depth--;
    return result;
  }

  /** A number to compute with: a decimal, so that nothing overflows. A column alone keeps all digits of long integers. */
  const decimal = (part: Part): string => `CAST(${needKind(part, 'number').sql} AS DOUBLE)`;

  function chain(read: () => Part, signs: readonly string[]): Part {
    let left = read();
    for (let terms = 1; peek().type === 'sign' && signs.includes(peek().text); terms++) {
      if (terms >= MOST_TERMS) throw new PatchbayError(say('filter.too-long'));
      const sign = take().text;
      const right = read();
      const { at } = left;
      // A remainder of integers cannot overflow, and takes a fifth of the time of one of decimals.
      left =
        sign === '%' && left.isInteger && /^[1-9]\d*$/.test(right.sql)
          ? { sql: `(${left.sql} % ${right.sql})`, kind: 'number', at, isInteger: true }
          : { sql: `(${decimal(left)} ${sign} ${decimal(right)})`, kind: 'number', at };
    }
    return left;
  }
  const product = () => chain(atom, ['*', '/', '%']);
  const sum = () => chain(product, ['+', '-']);

  function comparison(): Part {
    const left = sum();
    const { at } = left;
    const is = (sql: string): Part => ({ sql: `(${sql})`, kind: 'boolean', at });
    if (peek().type === 'sign' && /^(?:[=<>]|<=|>=|<>|!=|==)$/.test(peek().text)) {
      const sign = take().text;
      const [a, b] = alike(left, sum());
      return is(`${a.sql} ${sign === '==' ? '=' : sign === '!=' ? '<>' : sign} ${b.sql}`);
    }
    if (takeWord('is')) {
      const not = takeWord('not') ? 'NOT ' : '';
      if (!takeWord('null')) throw expected('NULL', peek());
      return is(`${left.sql} IS ${not}NULL`);
    }
    const isNot =
      isWord('not') && ['in', 'like', 'ilike', 'between'].some((word) => isWord(word, tokens[next + 1]));
    const not = isNot && take() ? 'NOT ' : '';
    for (const word of ['like', 'ilike'])
      if (takeWord(word)) {
        const [a, b] = [needKind(left, 'text'), needKind(sum(), 'text')];
        return is(`${a.sql} ${not}${word.toUpperCase()} ${b.sql}`);
      }
    if (takeWord('between')) {
      const [a, low] = alike(left, sum());
      if (!takeWord('and')) throw expected('AND', peek());
      const [, high] = alike(a, sum());
      return is(`${a.sql} ${not}BETWEEN ${low.sql} AND ${high.sql}`);
    }
    if (takeWord('in')) {
      needSign('(');
      const list: Part[] = [];
      do list.push(alike(left, sum())[1]);
      while (takeSign(','));
      needSign(')');
      return is(`${left.sql} ${not}IN (${list.map(({ sql }) => sql).join(', ')})`);
    }
    return left;
  }

  function negation(): Part {
    const token = peek();
    if (!takeWord('not')) return comparison();
    const inner = needKind(nested(negation), 'boolean');
    return { sql: `(NOT ${inner.sql})`, kind: 'boolean', at: token.at };
  }

  function joined(read: () => Part, word: 'and' | 'or'): Part {
    const parts = [read()];
    while (takeWord(word)) {
      if (parts.length >= MOST_TERMS) throw new PatchbayError(say('filter.too-long'));
      parts.push(read());
    }
    if (parts.length === 1) return parts[0]!;
    const all = parts.map((part) => needKind(part, 'boolean').sql);
    return { sql: `(${all.join(` ${word.toUpperCase()} `)})`, kind: 'boolean', at: parts[0]!.at };
  }
  const both = () => joined(negation, 'and');
  function either(): Part {
    return nested(() => joined(both, 'or'));
  }

  const part = either();
  if (peek().type !== 'end') throw expected(say('filter.end'), peek());
  const whole = needKind(part, 'boolean');
  return { sql: whole.sql, values };
}

/** Reports what is wrong with the param `filter` of a node, before a run. */
export function reportFilter(
  info: CollectionInfo,
  filter: string,
  report: (problem: ReportedProblem) => void,
): void {
  if (filter.trim() === '') return;
  try {
    parseFilter(filter, columnsOfCollection(info), ({ name }) => name);
  } catch (error) {
    if (!(error instanceof PatchbayError)) throw error;
    report({ ...error.toJSON(), param: 'filter' });
  }
}
