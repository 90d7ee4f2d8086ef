import { t, useLanguage } from './index.ts';

const locale = () => (useLanguage.getState().language === 'zh' ? 'zh-CN' : 'en');

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
