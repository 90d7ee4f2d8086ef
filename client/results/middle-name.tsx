import css from './middle-name.module.css';

/** How many characters at the end are always shown: names of one folder usually differ there. */
const TAIL = 10;

/** A name in one line. If it is too long, its middle is left out, because names of files begin and end alike. */
export function MiddleName({ text }: { readonly text: string }) {
  const letters = [...text];
  const cut = Math.max(0, letters.length - TAIL);
  return (
    <span className={css.name} title={text}>
      <span className={css.head}>{letters.slice(0, cut).join('')}</span>
      <span className={css.tail}>{letters.slice(cut).join('')}</span>
    </span>
  );
}
