import type { Label, LabelAuthor, LabelCategory, LabelEdit } from '../../server/contract/labels.ts';
import type { SortablePicture } from '../results/pictures/sortable.ts';

/** What a set says about one picture of the room. */
export interface Mark {
  /** The id of its category; null for none. */
  readonly category: string | null;
  /** "Not this": ids of categories. */
  readonly not: readonly string[];
  /** Who set it and when; absent for marks of this window that the server has not confirmed. */
  readonly by?: LabelAuthor;
  readonly at?: string;
}

/** A picture that nobody has sorted. */
export const NO_MARK: Mark = { category: null, not: [] };

/** The mark of an entry of the server. */
export const markOf = ({ category, not, by, at }: Label): Mark => ({ category, not, by, at });

/** A mark with a category. A category that was ruled out is no longer. */
export function given(mark: Mark, category: string | null): Mark {
  return { category, not: category === null ? mark.not : mark.not.filter((id) => id !== category) };
}

/** A mark with a category ruled out, or no longer, if it was. Ruling out the category of the picture clears it. */
export function ruledOut(mark: Mark, category: string): Mark {
  if (mark.not.includes(category))
    return { category: mark.category, not: mark.not.filter((id) => id !== category) };
  return { category: mark.category === category ? null : mark.category, not: [...mark.not, category] };
}

/** A mark without anything. */
export const cleared = (): Mark => ({ category: null, not: [] });

const clash = (edit: { readonly id: string; readonly key?: number | null }, one: LabelCategory) =>
  edit.key != null && one.key === edit.key && one.id !== edit.id ? { ...one, key: null } : one;

function placed(
  categories: readonly LabelCategory[],
  category: LabelCategory,
  place = categories.length,
): LabelCategory[] {
  const others = categories.filter(({ id }) => id !== category.id);
  return [...others.slice(0, place), category, ...others.slice(place)];
}

/** An edit that names everything, as this window makes them, so that it can be shown before the server answers. */
export type RoomEdit = LabelEdit & { readonly id: string };

/** The categories after an edit, as the server makes them. Deleted and merged categories are taken away. */
export function edited(categories: readonly LabelCategory[], edit: RoomEdit): readonly LabelCategory[] {
  if (edit.op === 'delete' || edit.op === 'merge') return categories.filter(({ id }) => id !== edit.id);
  const now = categories.find(({ id }) => id === edit.id);
  if (edit.op === 'change' && !now) return categories;
  const next: LabelCategory = {
    id: edit.id,
    name: edit.name ?? now?.name ?? '',
    color: edit.color ?? now?.color ?? '#596272',
    key: edit.key === undefined ? (now?.key ?? null) : edit.key,
  };
  const others = categories.map((one) => clash(edit, one));
  const place = edit.place ?? (now ? categories.indexOf(now) : undefined);
  return placed(others, next, place);
}

/** The edits that undo a change or an addition. */
export function undoOf(categories: readonly LabelCategory[], edit: RoomEdit): RoomEdit[] {
  if (edit.op === 'add') return [{ op: 'delete', id: edit.id }];
  if (edit.op !== 'change') return [];
  const place = categories.findIndex(({ id }) => id === edit.id);
  const now = categories[place];
  if (!now) return [];
  const { id, name, color, key } = now;
  const robbed = categories.find((one) => edit.key != null && one.key === edit.key && one.id !== id);
  return [
    { op: 'change', id, name, color, key, place },
    ...(robbed ? [{ op: 'change', id: robbed.id, key: robbed.key } as const] : []),
  ];
}

/** The first of the keys 1 to 9 that no category has; null if all are taken. */
export function freeKey(categories: readonly LabelCategory[]): number | null {
  for (let key = 1; key <= 9; key++) if (categories.every((one) => one.key !== key)) return key;
  return null;
}

// -- What is shown ---------------------------------------------------------------------------------------------------

/** Which pictures the room shows. `in:ID` are those of a category. */
export type Filter = 'all' | 'open' | 'unsure' | 'wrong' | `in:${string}`;
/** The order of the pictures: as in the result, by name, or the least certain first. */
export type Order = 'result' | 'name' | 'score';

/** A margin below this is unsure: the two best categories are nearly as likely. In the unit of probabilities, 0 to 1. */
export const UNSURE_MARGIN = 0.2;

/** Whether a person has said only what a picture is not. */
const isToDecide = ({ category, not }: Mark): boolean => category === null && not.length > 0;

/** Whether the two best categories of a picture are nearly as likely, or a person has said only what it is not. */
export const isUnsure = ({ margin }: SortablePicture, mark: Mark = NO_MARK): boolean =>
  isToDecide(mark) || (margin !== undefined && margin < UNSURE_MARGIN);

/** Names are compared as people read them: case and spaces at the ends do not count. */
const sameName = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Whether a picture was sorted into another category than its result says. */
export function isWrong(
  { guess }: SortablePicture,
  { category }: Mark,
  categories: readonly LabelCategory[],
): boolean {
  const name = categories.find(({ id }) => id === category)?.name;
  return guess !== undefined && name !== undefined && !sameName(guess, name);
}

/** The pictures of a filter, as positions, in the given order. */
export function filtered(
  order: readonly number[],
  filter: Filter,
  pictures: readonly SortablePicture[],
  marks: readonly Mark[],
  categories: readonly LabelCategory[],
): readonly number[] {
  if (filter === 'all') return order;
  const found = order.filter((at) => {
    const [picture, mark] = [pictures[at], marks[at] ?? NO_MARK];
    if (!picture) return false;
    if (filter === 'open') return mark.category === null;
    if (filter === 'unsure') return isUnsure(picture, mark);
    if (filter === 'wrong') return isWrong(picture, mark, categories);
    return mark.category === filter.slice('in:'.length);
  });
  if (filter !== 'open' && filter !== 'unsure') return found;
  // Somebody has looked at these and was unsure.
  const isFirst = (at: number) => isToDecide(marks[at] ?? NO_MARK);
  return [...found.filter(isFirst), ...found.filter((at) => !isFirst(at))];
}

/** The positions of all pictures in an order. Pictures without a score come last. */
export function ordered(pictures: readonly SortablePicture[], order: Order): readonly number[] {
  const all = pictures.map((_, at) => at);
  if (order === 'result') return all;
  if (order === 'score') {
    // With probabilities, the smallest margin is the least certain.
    const value = (at: number) => pictures[at]?.margin ?? pictures[at]?.score ?? Number.POSITIVE_INFINITY;
    return all.sort((a, b) => compare(value(a), value(b)) || a - b);
  }
  const names = new Intl.Collator(undefined, { numeric: true });
  const title = (at: number) => pictures[at]?.item.title ?? '';
  return all.sort((a, b) => names.compare(title(a), title(b)) || a - b);
}

const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The next picture without a category: after the last of the chosen ones in the shown order, then from the start. Undefined if
 * there is none.
 */
export function nextOpen(
  shown: readonly number[],
  marks: readonly Mark[],
  chosen: ReadonlySet<number>,
): number | undefined {
  let last = -1;
  for (const [place, at] of shown.entries()) if (chosen.has(at)) last = place;
  const isOpen = (at: number) => !chosen.has(at) && (marks[at] ?? NO_MARK).category === null;
  return shown.slice(last + 1).find(isOpen) ?? shown.slice(0, last + 1).find(isOpen);
}

/** How many pictures each category has in the room, and how many have any. */
export function countsOf(marks: readonly Mark[]): {
  readonly by: ReadonlyMap<string, number>;
  readonly sorted: number;
} {
  const by = new Map<string, number>();
  let sorted = 0;
  for (const { category } of marks) {
    if (category === null) continue;
    sorted++;
    by.set(category, (by.get(category) ?? 0) + 1);
  }
  return { by, sorted };
}
