import { baseName } from '../../nodes/sdk/file-names.ts';
import css from './middle-name.module.css';

/** How many characters at the end are shown as long as there is room: names of one folder usually differ there. */
const TAIL = 9;
/** A beginning of this length is never cut. */
const SHORT = 6;

/**
 * The name of a picture in one line, without its folder. If it is too long, its middle is left out, because names of files
 * begin and end alike. The whole path shows on hover.
 */
export function MiddleName({ text }: { readonly text: string }) {
  const letters = [...baseName(text)];
  const cut = Math.max(0, letters.length - TAIL);
  return (
    <span className={css.name} title={text}>
      <span className={css.head} data-short={cut <= SHORT || undefined}>
        {letters.slice(0, cut).join('')}
      </span>
      <span className={css.tail}>{letters.slice(cut).join('')}</span>
    </span>
  );
}
