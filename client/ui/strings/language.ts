import { create } from 'zustand';

/** The languages of the studio. */
export type Language = 'en' | 'zh';
/** The name of each language, in that language. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', zh: '简体中文' };

const KEY = 'patchbay-language';

interface LanguageState {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

/** The language last chosen here, otherwise the language of the browser, otherwise English. */
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
  // Screen readers and fonts depend on the language of the page.
  if (typeof document !== 'undefined') document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
}

/** The current language. Components that show text subscribe to it. */
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
        // Storage is blocked: the choice lasts until the page reloads.
      }
      set({ language: next });
    },
  };
});
