import { t, useLanguage } from './strings/index.ts';

const isChinese = () => useLanguage.getState().language === 'zh';
const locale = () => (isChinese() ? 'zh-CN' : 'en');

/** A score to two decimals; no "-0.00". An en dash where there is none. */
export function formatScore(score: number): string {
  if (!Number.isFinite(score)) return '–';
  const text = score.toFixed(2);
  return Number(text) === 0 ? '0.00' : text;
}

/** A number of a bar: a count as it is, a probability in percent, anything else to two decimals or four digits. */
export function formatBar(value: number, metric?: string): string {
  if (!Number.isFinite(value)) return '–';
  if (metric === 'count') return value.toLocaleString(locale());
  if (metric === 'softmax' || metric === 'sigmoid') return `${(value * 100).toFixed(1)}%`;
  if (metric === 'cosine') return formatScore(value);
  return formatNumber(value);
}

/** A number of a table: whole ones whole, others to four significant digits at least, never an exponent below a million. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return value.toExponential(3);
  return value.toFixed(Math.max(0, Math.min(6, 3 - Math.floor(Math.log10(size)))));
}

/** A size in bytes for people. */
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

/** A whole number with its thousands marked as the language does. */
export const formatCount = (value: number): string => value.toLocaleString(locale());

/** `a, b` as the language chosen writes it. */
export const listText = (parts: readonly string[]): string => parts.join(isChinese() ? '、' : ', ');

/** `name: value` as the language chosen writes it. */
export const labelled = (name: string, value: string): string => name + (isChinese() ? '：' : ': ') + value;

/** Sentences one after the other. */
export const sentencesText = (sentences: readonly string[]): string => sentences.join(isChinese() ? '' : ' ');

/** A moment for people: the time of day today, else the date too. @param iso ISO 8601 */
export function dateText(iso: string): string {
  const date = new Date(iso);
  const today = new Date().toDateString() === date.toDateString();
  return new Intl.DateTimeFormat(locale(), {
    hour: '2-digit',
    minute: '2-digit',
    ...(!today && { day: 'numeric', month: 'short' }),
  }).format(date);
}

/** A duration for people: `12 ms`, `3.4 s`, `2 min 5 s`. @param ms milliseconds */
export function durationText(ms: number): string {
  if (ms < 1000) return t('run.ms', { n: ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms) });
  if (ms < 60_000) return t('run.s', { n: (ms / 1000).toFixed(1) });
  const seconds = Math.round(ms / 1000);
  return t('run.min', { m: Math.floor(seconds / 60), s: seconds % 60 });
}
