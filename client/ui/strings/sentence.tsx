import type { Said } from '../../../nodes/sdk/messages.ts';
import { EMPHASIS } from './emphasis.ts';
import { useLanguage } from './language.ts';
import { told } from './told.ts';

/** A message in the chosen language, with its names emphasised. */
export function Sentence({ text }: { readonly text: Said }) {
  useLanguage();
  const parts = told(text).split(EMPHASIS);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <em key={index}>{part}</em> : part))}</>;
}
