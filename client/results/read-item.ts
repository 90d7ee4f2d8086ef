import { type Fields, fields, text } from './read-json.ts';

/**
 * Where to load a picture of a result: a stored file, or a file on the server's computer by the name that the server
 * gave it.
 */
export type PictureSource = { readonly asset: string } | { readonly ref: string };

/** What a row of a result refers to, ready to show. */
export interface ShownItem {
  /** Path of a picture in its folder, or the text itself. */
  readonly title: string;
  readonly label?: string;
  /** Undefined for texts, and for pictures that the server does not deliver. */
  readonly picture?: PictureSource;
  /** True for every picture, even one that cannot be shown. */
  readonly isPicture: boolean;
}

function pictureOf({ asset, ref }: Fields): PictureSource | undefined {
  if (typeof asset === 'string') return { asset };
  return typeof ref === 'string' ? { ref } : undefined;
}

/** Reads an item from JSON: `{ text, label }`, `{ path, label, file, ref }` or `{ path, label, asset }`. */
export function readItem(json: unknown): ShownItem {
  const given = fields(json);
  const label = text(given.label);
  const own = label === undefined ? {} : { label };
  if (typeof given.text === 'string') return { title: given.text, isPicture: false, ...own };
  const picture = pictureOf(given);
  return { title: text(given.path) ?? '', isPicture: true, ...own, ...(picture && { picture }) };
}
