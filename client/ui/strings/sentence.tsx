import type { Said } from '../../../nodes/sdk/messages.ts';
import { useLanguage } from './language.ts';
import { told } from './told.ts';

/** A name in asterisks. Patterns such as `cats/**` or `*.jpg` do not match. */
export const EMPHASIS = /(?<![\w/*])\*(?=[^\s*])([^*\n]+)(?<=\S)\*(?!\w)/;

/** A message in the chosen language, with its names emphasised. */
export function Sentence({ text }: { readonly text: Said }) {
  useLanguage();
  const parts = told(text).split(EMPHASIS);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <em key={index}>{part}</em> : part))}</>;
}
