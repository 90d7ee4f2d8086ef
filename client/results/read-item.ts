import { type Fields, fields, text } from './read-json.ts';

/** Where a picture of a result can be had: a stored file, or a file of the server's machine that the server gave a name. */
export type PictureSource = { readonly asset: string } | { readonly ref: string };

/** What a row of a result stands for, as it is shown. */
export interface ShownItem {
  /** Path of a picture within its folder, or the text itself. */
  readonly title: string;
  readonly label?: string;
  /** Absent for texts, and for pictures that the server does not hand out. */
  readonly picture?: PictureSource;
  /** Whether it is a picture, also one that cannot be shown. */
  readonly isPicture: boolean;
}

function pictureOf({ asset, ref }: Fields): PictureSource | undefined {
  if (typeof asset === 'string') return { asset };
  return typeof ref === 'string' ? { ref } : undefined;
}

/** An item as results tell it: `{ text, label }`, or `{ path, label, file, ref }`, or `{ path, label, asset }`. */
export function readItem(json: unknown): ShownItem {
  const given = fields(json);
  const label = text(given.label);
  const own = label === undefined ? {} : { label };
  if (typeof given.text === 'string') return { title: given.text, isPicture: false, ...own };
  const picture = pictureOf(given);
  return { title: text(given.path) ?? '', isPicture: true, ...own, ...(picture && { picture }) };
}
