import { useLanguage } from './language.ts';
import { told } from './told.ts';

/** A sentence of the server or the rule of wiring in the language chosen; its names stand in asterisks and are emphasised. */
export function Sentence({ text }: { readonly text: string }) {
  useLanguage();
  const parts = told(text).split(/\*([^*\n]+)\*/);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <em key={index}>{part}</em> : part))}</>;
}
