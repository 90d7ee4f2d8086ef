import { useLanguage } from './language.ts';

const isChinese = () => useLanguage.getState().language === 'zh';

/** `a, b` as the language chosen writes it. */
export const listText = (parts: readonly string[]): string => parts.join(isChinese() ? '、' : ', ');

/** `name: value` as the language chosen writes it. */
export const labelled = (name: string, value: string): string => name + (isChinese() ? '：' : ': ') + value;

/** Sentences one after the other. */
export const sentencesText = (sentences: readonly string[]): string => sentences.join(isChinese() ? '' : ' ');
