import { create } from 'zustand';

/** The languages there are. */
export type Language = 'en' | 'zh';
/** What they call themselves. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

const KEY = 'patchbay-language';

interface LanguageState {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

/** The language chosen here before, or the browser's, or English. */
function firstLanguage(): Language {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === 'en' || kept === 'zh') return kept;
    return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
  } catch {
    return 'en';
  }
}

function tellBrowser(language: Language): void {
  // Screen readers and fonts go by it.
  if (typeof document !== 'undefined') document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
}

/** The language chosen; components that show text subscribe to it. */
export const useLanguage = create<LanguageState>((set) => {
  const language = firstLanguage();
  tellBrowser(language);
  return {
    language,
    setLanguage(next) {
      tellBrowser(next);
      try {
        localStorage.setItem(KEY, next);
      } catch {
        // Then it is asked again after a reload.
      }
      set({ language: next });
    },
  };
});
