import { Fragment } from 'react';
import type { Said } from '../../../nodes/sdk/messages.ts';
import { sentencesText } from '../format.ts';
import { EMPHASIS } from './emphasis.ts';
import { useLanguage } from './language.ts';
import { told } from './told.ts';

/** A message in the chosen language, with its names emphasised. */
export function Sentence({ text }: { readonly text: Said }) {
  useLanguage();
  const parts = told(text).split(EMPHASIS);
  return <>{parts.map((part, index) => (index % 2 === 1 ? <em key={index}>{part}</em> : part))}</>;
}

/** Messages one after the other, in the chosen language, with their names emphasised. */
export function Sentences({ texts }: { readonly texts: readonly Said[] }) {
  return texts.map((text, at) => (
    <Fragment key={told(text)}>
      {at > 0 && sentencesText(['', ''])}
      <Sentence text={text} />
    </Fragment>
  ));
}
