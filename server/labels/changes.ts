import { randomBytes } from 'node:crypto';
import { type Message, PatchbayError } from '../../nodes/sdk/index.ts';
import {
  LABEL_COLORS,
  type Label,
  type LabelAuthor,
  type LabelCategory,
  type LabelChange,
  type LabelChanges,
  type LabelEdit,
  MAX_CATEGORIES,
  MAX_CHANGES,
  MAX_LABELS,
} from '../contract/labels.ts';
import { labelMessage } from '../contract/messages/labels.ts';
import type { SetContent } from '../runtime/labels/set-file.ts';

/** A change of a picture whose hash is known. */
export type HashedChange = Omit<LabelChange, 'ref' | 'hash'> & { readonly hash: string };

/** What a request wants to change, with the hashes of its pictures. */
export interface HashedChanges {
  readonly edits?: readonly LabelEdit[];
  readonly changes?: readonly HashedChange[];
  readonly by?: LabelAuthor;
}

/** What is different after the changes of a revision. */
export interface Planned {
  /** All categories, if any of them changed. */
  readonly categories?: readonly LabelCategory[];
  /** The new entries of the pictures that changed, by hash. */
  readonly labels: ReadonlyMap<string, Label>;
}

/** Makes the id of a new category. It is not made from the name, because names change. */
export const newCategoryId = (): string => randomBytes(6).toString('hex');

/** The categories of a set while edits are made. */
function editor(set: SetContent, setName: string) {
  let categories = [...set.categories];
  let isChanged = false;
  /** Where the pictures of categories that are gone belong now. */
  const moved = new Map<string, string | null>();

  const refuse = (message: Message): never => {
    throw new PatchbayError(message);
  };
  const find = (id: string): LabelCategory =>
    categories.find((category) => category.id === id) ??
    refuse(labelMessage('labels.no-category', { set: setName, id }));
  const checkName = (name: string, own?: string) => {
    if (categories.some((category) => category.name === name && category.id !== own))
      refuse(labelMessage('labels.category-taken', { set: setName, name }));
  };
  const freeKey = (): number | null => {
    const used = new Set(categories.map(({ key }) => key));
    return [1, 2, 3, 4, 5, 6, 7, 8, 9].find((key) => !used.has(key)) ?? null;
  };
  const freeColor = (): string => {
    const uses = (color: string) => categories.filter((category) => category.color === color).length;
    return [...LABEL_COLORS].sort((a, b) => uses(a) - uses(b))[0]!;
  };
  /** Puts a category at a place. Another one that has its key loses it. */
  const put = (category: LabelCategory, place = categories.length) => {
    const others = categories
      .filter(({ id }) => id !== category.id)
      .map((one) => (category.key !== null && one.key === category.key ? { ...one, key: null } : one));
    categories = [...others.slice(0, place), category, ...others.slice(place)];
  };
  const drop = (id: string, into: string | null) => {
    categories = categories.filter((category) => category.id !== id);
    for (const [from, to] of moved) if (to === id) moved.set(from, into);
    moved.set(id, into);
  };

  function edit(one: LabelEdit): void {
    isChanged = true;
    switch (one.op) {
      case 'add': {
        const { id = newCategoryId(), name, color = freeColor(), key = freeKey(), place } = one;
        if (categories.some((category) => category.id === id))
          refuse(labelMessage('labels.category-id', { set: setName, id }));
        if (categories.length >= MAX_CATEGORIES)
          refuse(labelMessage('labels.too-many-categories', { count: MAX_CATEGORIES }));
        checkName(name);
        // Added again in the same request, it is a new category: what the old one had went where it was sent.
        put({ id, name, color, key }, place);
        return;
      }
      case 'change': {
        const before = find(one.id);
        const { name = before.name, color = before.color, key = before.key } = one;
        const place = one.place ?? categories.indexOf(before);
        checkName(name, one.id);
        put({ id: one.id, name, color, key }, place);
        return;
      }
      case 'merge': {
        find(one.id);
        find(one.into);
        if (one.id === one.into) refuse(labelMessage('labels.merge-self'));
        drop(one.id, one.into);
        return;
      }
      case 'delete':
        find(one.id);
        drop(one.id, null);
    }
  }
  return {
    edit,
    find,
    moved,
    result: () => (isChanged ? categories : undefined),
  };
}

/** The label after the categories that are gone were merged or deleted; the same one if that changes nothing. */
function afterMoves(label: Label, moved: ReadonlyMap<string, string | null>, revision: number): Label {
  const to = (id: string) => (moved.has(id) ? moved.get(id)! : id);
  const isHit =
    (label.category !== null && moved.has(label.category)) || label.not.some((id) => moved.has(id));
  if (!isHit) return label;
  const category = label.category === null ? null : to(label.category);
  const not = new Set(label.not.map(to).filter((id): id is string => id !== null));
  // A picture cannot have a category that was ruled out for it.
  if (category !== null) not.delete(category);
  return { ...label, category, not: [...not], revision };
}

/** Whether a person has ruled a category out for a picture. */
export const isRuledOutFor = (label: Label | undefined, category: string): boolean =>
  label?.not.includes(category) ?? false;

/**
 * Says what is different after a request: first the edits of categories, then the labels, in order. Nothing is changed.
 * A category that was ruled out for a picture is given to it only by a person, or by a change that says anew what is ruled out.
 * @throws PatchbayError `labels.*` for a category that does not exist or exists twice, or for a set that grows too large
 */
export function planChanges(
  set: SetContent,
  setName: string,
  { edits = [], changes = [], by = { kind: 'person' } }: HashedChanges,
  now: string,
): Planned {
  const revision = set.revision + 1;
  const { edit, find, moved, result } = editor(set, setName);
  for (const one of edits) edit(one);
  const labels = new Map<string, Label>();
  if (moved.size > 0)
    for (const label of set.labels.values()) {
      const after = afterMoves(label, moved, revision);
      if (after !== label) labels.set(label.hash, after);
    }
  let size = set.labels.size;
  for (const change of changes) {
    const before = labels.get(change.hash) ?? set.labels.get(change.hash);
    if (!before && ++size > MAX_LABELS)
      throw new PatchbayError(labelMessage('labels.too-many', { count: MAX_LABELS }));
    let { category = before?.category ?? null } = change;
    const author = change.by ?? by;
    // What a person has ruled out, a model or a folder does not bring back.
    const isBarred = change.not === undefined && category !== null && isRuledOutFor(before, category);
    if (isBarred && author.kind !== 'person') continue;
    const ruledOut = new Set([...(change.not ?? before?.not ?? []), ...(change.alsoNot ?? [])]);
    for (const id of [...ruledOut, ...(category === null ? [] : [category])]) find(id);
    // What the request says counts; if it says both, the category.
    if (category !== null && ruledOut.has(category)) {
      if (change.category === undefined) category = null;
      else ruledOut.delete(category);
    }
    labels.set(change.hash, {
      hash: change.hash,
      path: change.path === undefined ? (before?.path ?? null) : change.path,
      category,
      not: [...ruledOut],
      by: author,
      at: change.at ?? now,
      revision,
    });
  }
  const categories = result();
  return { ...(categories && { categories }), labels };
}

/** The edits that turn the categories of now into those of before, in an order in which each of them is allowed. */
function editsBack(before: readonly LabelCategory[], now: readonly LabelCategory[]): LabelEdit[] {
  const wanted = new Map(before.map((category) => [category.id, category]));
  const present = new Map(now.map((category) => [category.id, category]));
  const gone = now.filter(({ id }) => !wanted.has(id));
  const edits: LabelEdit[] = gone.map(({ id }) => ({ op: 'delete', id }));
  // Names may have been swapped, so those that change are free before they are given again.
  const renamed = before.filter(({ id, name }) => present.has(id) && present.get(id)!.name !== name);
  if (renamed.length > 1 || before.some(({ id }) => !present.has(id)))
    for (const { id } of renamed) edits.push({ op: 'change', id, name: `${id} ${newCategoryId()}` });
  for (const [place, category] of before.entries())
    edits.push({ op: present.has(category.id) ? 'change' : 'add', ...category, place });
  return edits;
}

/**
 * The requests that undo a planned change: the categories as they were, and of each picture its category, marks, author and time.
 * A picture that had no entry gets an empty one without a place, so that it no longer belongs to the set.
 */
export function undoOf(set: SetContent, { categories, labels }: Planned, by: LabelAuthor): LabelChanges[] {
  const changes = [...labels.keys()].map((hash) => {
    const before = set.labels.get(hash);
    if (!before) return { hash, path: null, category: null, not: [], by };
    const { path, category, not, at } = before;
    return { hash, path, category, not: [...not], by: before.by, at };
  });
  const edits = categories ? editsBack(set.categories, categories) : [];
  const bodies: LabelChanges[] = [];
  for (let from = 0; from === 0 || from < changes.length; from += MAX_CHANGES)
    bodies.push({
      ...(from === 0 && edits.length > 0 && { edits }),
      changes: changes.slice(from, from + MAX_CHANGES),
    });
  return bodies;
}

/** The set after a planned change. The maps of the set before are changed, because a copy of 100,000 labels takes too long. */
export function applied(
  set: SetContent,
  labels: Map<string, Label>,
  { categories = set.categories, labels: changed }: Planned,
  at: string,
): SetContent {
  for (const [hash, label] of changed) labels.set(hash, label);
  return { ...set, revision: set.revision + 1, updatedAt: at, categories, labels };
}
