import type { Said } from '../../../nodes/sdk/messages.ts';
import { useLanguage } from './language.ts';
import { told } from './told.ts';

/** A message in the current language. Names in asterisks are emphasised. */
export function Sentence({ text }: { readonly text: Said }) {
  useLanguage();
  const parts = told(text).split(/\*([^*\n]+)\*/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <em key={index}>{part}</em> : part))}</>;
}
