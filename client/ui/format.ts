import { t, useLanguage } from './strings/index.ts';

const isChinese = () => useLanguage.getState().language === 'zh';
const locale = () => (isChinese() ? 'zh-CN' : 'en');

/** A score with two decimals, never "-0.00"; an en dash for a value that is not finite. */
export function formatScore(score: number): string {
  if (!Number.isFinite(score)) return '–';
  const text = score.toFixed(2);
  return Number(text) === 0 ? '0.00' : text;
}

/**
 * The number of a bar: a count as it is, a probability or accuracy in percent, a cosine with two decimals, others as in a table.
 */
export function formatBar(value: number, metric?: string): string {
  if (!Number.isFinite(value)) return '–';
  if (metric === 'count') return value.toLocaleString(locale());
  if (metric === 'softmax' || metric === 'sigmoid' || metric === 'accuracy')
    return `${(value * 100).toFixed(1)}%`;
  if (metric === 'cosine') return formatScore(value);
  return formatNumber(value);
}

/** A share from 0 to 1 as whole percent. A share that is neither none nor all never reads so: `<1%`, `>99%`. */
export function formatShare(share: number): string {
  if (!Number.isFinite(share)) return '–';
  if (share > 0 && share < 0.005) return '<1%';
  if (share < 1 && share >= 0.995) return '>99%';
  return `${Math.round(share * 100)}%`;
}

/**
 * A number of a table: integers as they are, others with at least four significant digits. An exponent only for very
 * large or small numbers.
 */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(3);
  return value.toFixed(Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(size)))));
}

/** A size in bytes as people read it: `1.2 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 || size >= 99.5 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** A whole number with the thousands separators of the language. */
export const formatCount = (value: number): string => value.toLocaleString(locale());

/** How far a node is, in whole numbers: `3/12`. Some nodes count in fractions, such as a share of a step. */
export const formatProgress = (done: number, total: number): string =>
  `${Math.floor(done)}/${Math.floor(total)}`;

/** Joins things of one kind with the comma of the language. */
export const listText = (parts: readonly string[]): string => parts.join(isChinese() ? '、' : ', ');

/** Joins facts about one thing, such as a name and a size, with the comma of the language. */
export const factsTogether = (facts: readonly string[]): string => facts.join(isChinese() ? '，' : ', ');

/** `name: value` with the colon of the language. */
export const labelled = (name: string, value: string): string => name + (isChinese() ? '：' : ': ') + value;

/** `name (more)` with the brackets of the language. */
export const bracketed = (name: string, more: string): string =>
  isChinese() ? `${name}（${more}）` : `${name} (${more})`;

/** Joins sentences. */
export const sentencesText = (sentences: readonly string[]): string => sentences.join(isChinese() ? '' : ' ');

/** A point in time: the time of day, and the date unless it is today. @param iso ISO 8601 */
export function dateText(iso: string): string {
  const date = new Date(iso);
  const today = new Date().toDateString() === date.toDateString();
  return new Intl.DateTimeFormat(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    ...(!today && { day: 'numeric', month: 'short' }),
  }).format(date);
}

/** A duration as people read it: `12 ms`, `3.4 s`, `2 min 5 s`. @param ms milliseconds */
export function durationText(ms: number): string {
  if (ms < 1000) return t('run.ms', { n: ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms) });
  if (ms < 60_000) return t('run.s', { n: (ms / 1000).toFixed(1) });
  const seconds = Math.round(ms / 1000);
  return t('run.min', { m: Math.floor(seconds / 60), s: seconds % 60 });
}
