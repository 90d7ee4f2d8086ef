import { create } from 'zustand';
import { descriptorOf } from '../api/catalogue.ts';
import { en } from './en.ts';

/** A key of the catalogue. */
export type StringKey = keyof typeof en;
/** The languages there are. */
export type Language = 'en' | 'zh';

interface LanguageState {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

/** The language chosen; components that show text subscribe to it. */
export const useLanguage = create<LanguageState>((set) => ({
  language: 'en',
  setLanguage: (language) => set({ language }),
}));

/** A text of the catalogue with its `{vars}` filled in. */
export function t(key: StringKey, vars: Readonly<Record<string, string | number>> = {}): string {
  return en[key].replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(vars[name] ?? whole));
}

/** Title and help of a node type and of its ports and params, in the language chosen. */
export function nodeText(type: string) {
  const descriptor = descriptorOf(type);
  return {
    title: descriptor?.title ?? type,
    help: descriptor?.description ?? '',
    port: (side: 'inputs' | 'outputs', name: string) => {
      const port = descriptor?.[side].find((one) => one.name === name);
      return { title: port?.title ?? name, help: port?.help ?? '' };
    },
    param: (name: string) => {
      const param = descriptor?.params.find((one) => one.name === name);
      return { title: param?.title ?? name, help: param?.help ?? '' };
    },
  };
}
