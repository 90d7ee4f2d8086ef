import type { LabelCategory, LabelChange, LabelEdit, LabelSet } from '../../../server/contract/labels.ts';
import { viewItemKey } from '../../../server/contract/view.ts';
import { labelSetOf } from '../../document/label-sets.ts';
import { contentOfTab } from '../../document/tabs.ts';
import { changeLabels, undoLabels } from '../../ui/api/labels.ts';
import { formatCount } from '../../ui/format.ts';
import { loadLabelSets, showLabelSet, useLabelSets } from '../../ui/labels/label-sets.ts';
import { isAway, outbox } from '../../ui/labels/outbox.ts';
import { freeColor } from '../../ui/labels/palette.ts';
import { t } from '../../ui/strings/index.ts';
import { messageOf, told } from '../../ui/strings/told.ts';
import { tell } from '../../ui/tell.ts';
import { categoryOf } from '../label-text.ts';
import { correctionsOf, remember, type Said, say, setNews, takeLast } from './corrections.ts';
import { namedInChange } from './identity.ts';
import { queueCorrection, queueUndo } from './queued.ts';
import type { Picked, ViewPlace } from './selection.ts';
import { isInFolder, sortPictures, withGuesses } from './sortable.ts';

/** Sets that were chosen for a workflow that uses none itself, by the key of its tab. */
const chosen = new Map<string, string>();

/** From now on, corrections of a workflow that uses no set go into this one. */
export const chooseSet = (tab: string, set: string): void => void chosen.set(tab, set);

/** The name of the set that the workflow of a result uses. */
export function usedSet({ tab, nodeId }: ViewPlace): string | undefined {
  const content = contentOfTab(tab);
  return content && labelSetOf(content, nodeId);
}

/** The name of the set that corrections of a result go into. */
const setOf = (place: ViewPlace): string | undefined => usedSet(place) ?? chosen.get(place.tab);

/** The set that corrections of a result go into, once the list of sets is loaded. */
function loadedSet(place: ViewPlace): LabelSet | undefined {
  const name = setOf(place);
  if (name === undefined) return undefined;
  const { items, loaded } = useLabelSets.getState();
  if (!loaded) void loadLabelSets();
  return items.find((set) => set.name === name && set.problem === undefined);
}

/** The categories that the pictures of a result can be moved to; none if it has no set, or if the set is not loaded yet. */
export const categoriesOf = (place: ViewPlace): readonly LabelCategory[] =>
  loadedSet(place)?.categories ?? [];

/** Whether the pictures of a result can be moved to a category, also to a new one. */
export const canMove = (place: ViewPlace): boolean => loadedSet(place) !== undefined;

/** Names are compared as people read them, as in the label room. */
const isSame = (a: string, b: string) =>
  a.trim().normalize('NFC').toLowerCase() === b.trim().normalize('NFC').toLowerCase();

/** The category that a result shows for each picture: its own, or that of its best score. */
function shownOf(place: ViewPlace, pictures: readonly Picked[]): (string | undefined)[] {
  if (pictures.every(({ item }) => item.label !== undefined)) return pictures.map(({ item }) => item.label);
  return withGuesses(place, pictures).map(({ item, guess }) => item.label ?? guess);
}

interface Wanted {
  readonly edits: readonly LabelEdit[];
  readonly changes: readonly LabelChange[];
  readonly said: ReadonlyMap<string, Said>;
  readonly text: string;
}

/** Shows a correction, sends it, and keeps how to undo it. Without a server it waits; what is refused is shown as before. */
async function send({ tab }: ViewPlace, set: string, { edits, changes, said, text }: Wanted): Promise<void> {
  const known = correctionsOf(tab).said;
  const before = new Map([...said.keys()].map((key) => [key, known.get(key)]));
  say(tab, said);
  const queue = () => queueCorrection(tab, { set, text, before }, { edits, changes });
  // What waits is sent first, so that the last correction of a picture counts.
  if (!outbox.isEmpty()) {
    queue();
    return;
  }
  try {
    const answer = await changeLabels(set, { edits: [...edits], changes: [...changes] });
    showLabelSet(answer.set);
    const keys = [...said.keys()];
    const lost = new Map(answer.skipped.map(({ at }) => [keys[at] ?? '', before.get(keys[at] ?? '')]));
    say(tab, lost);
    for (const key of lost.keys()) before.delete(key);
    const [first] = answer.skipped;
    if (first) tell('error', t('categories.skipped', { count: answer.skipped.length, reason: told(first) }));
    if (before.size > 0) remember(tab, { set, text, before, undo: answer.undo });
  } catch (error) {
    if (isAway(error)) {
      queue();
      return;
    }
    say(tab, before);
    tell('error', t('categories.refused', { reason: told(messageOf(error)) }), 'refused-categories');
  }
}

const named = (pictures: readonly Picked[]): string =>
  pictures.length === 1 && pictures[0]
    ? pictures[0].item.title
    : t('correct.pictures', { count: pictures.length });

/** Gives pictures of a result another category. */
export function moveTo(
  place: ViewPlace,
  pictures: readonly Picked[],
  { id, name }: LabelCategory,
  edits: readonly LabelEdit[] = [],
): void {
  const set = setOf(place);
  if (set === undefined) return;
  const known = correctionsOf(place.tab).said;
  void send(place, set, {
    edits,
    changes: pictures.map(({ item }) => ({ ...namedInChange(item), category: id })),
    said: new Map(
      pictures.map(({ item }) => {
        const key = viewItemKey(item);
        const not = (known.get(key)?.not ?? item.not ?? []).filter((one) => !isSame(one, name));
        return [key, { category: name, not }];
      }),
    ),
    text: t('correct.moved', { pictures: named(pictures), category: name }),
  });
}

/** Gives pictures of a result a category by its name. The set gets it if it has none of this name. */
export function moveToNamed(place: ViewPlace, pictures: readonly Picked[], name: string): void {
  const set = loadedSet(place);
  if (!set) return;
  const known = set.categories.find((one) => isSame(one.name, name));
  const color = freeColor(set.categories);
  const added: LabelCategory = known ?? { id: newId(), name: name.trim(), color, key: null };
  moveTo(place, pictures, added, known ? [] : [{ op: 'add', id: added.id, name: added.name, color }]);
}

/** A new id for a category, so that it can be used in the same request. */
const newId = (): string => `c${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

/** Rules a category out for each picture. A category that the set does not have is added, because it can be ruled out only then. */
function ruleOutIn(
  place: ViewPlace,
  { name: set, categories }: Pick<LabelSet, 'name' | 'categories'>,
  pictures: readonly Picked[],
  names: readonly (string | undefined)[],
): void {
  const ids = new Map(categories.map(({ id, name }) => [name.trim().normalize('NFC').toLowerCase(), id]));
  const edits: LabelEdit[] = [];
  const idOf = (name: string): string => {
    const key = name.trim().normalize('NFC').toLowerCase();
    const own = ids.get(key) ?? newId();
    if (!ids.has(key)) {
      edits.push({
        op: 'add',
        id: own,
        name: name.trim(),
        color: freeColor([...categories, ...edits.map(() => ({ color: '' }))]),
      });
      ids.set(key, own);
    }
    return own;
  };
  const known = correctionsOf(place.tab).said;
  const found = pictures.flatMap(({ item }, at) => {
    const name = names[at];
    if (name === undefined) return [];
    const said = known.get(viewItemKey(item));
    const category = said?.category != null && isSame(said.category, name) ? null : said?.category;
    return [{ item, name, said: { category, not: [...(said?.not ?? item.not ?? []), name] } }];
  });
  const [first] = found;
  if (!first) return;
  const all = new Set(found.map(({ name }) => name));
  void send(place, set, {
    changes: found.map(({ item, name }) => ({ ...namedInChange(item), alsoNot: [idOf(name)] })),
    edits,
    said: new Map(found.map(({ item, said }) => [viewItemKey(item), said])),
    text:
      all.size === 1
        ? t('correct.ruledOut', { pictures: named(found), category: categoryOf(first.item, first.name) })
        : t('correct.ruledOutSeveral', { pictures: named(found) }),
  });
}

/** Rules out a category of the set for pictures. */
export function ruleOut(place: ViewPlace, pictures: readonly Picked[], category: LabelCategory): void {
  const set = loadedSet(place);
  if (set)
    ruleOutIn(
      place,
      set,
      pictures,
      pictures.map(() => category.name),
    );
}

/** Rules out the category that the result shows for each picture. Without a set, the user chooses or creates one first. */
export function ruleOutShown(place: ViewPlace, pictures: readonly Picked[]): void {
  const names = shownOf(place, pictures);
  const set = loadedSet(place);
  if (set) {
    ruleOutIn(place, set, pictures, names);
    return;
  }
  sortPictures(place, withGuesses(place, pictures), {
    use: (name) =>
      void loadLabelSets().then(() => {
        chooseSet(place.tab, name);
        const found = useLabelSets.getState().items.find((one) => one.name === name);
        if (found) ruleOutIn(place, found, pictures, names);
      }),
  });
}

/** The category that the result shows for all of these pictures, for people; several are counted. Undefined if there is nothing to rule out. */
export function shownText(place: ViewPlace, pictures: readonly Picked[]): string | undefined {
  const names = shownOf(place, pictures);
  const [first] = pictures;
  const known = new Set(names.filter((name) => name !== undefined));
  if (!first || known.size === 0) return undefined;
  // The names of folders are no opinion of a model, unless a set says so too.
  const hasSet = setOf(place) !== undefined;
  if (!hasSet && pictures.every(({ item }, at) => isInFolder({ item, guess: names[at] }))) return undefined;
  const [only] = known;
  return known.size === 1 && only !== undefined
    ? t('correct.not', { category: categoryOf(first.item, only) })
    : t('correct.notTheirs', { count: formatCount(known.size) });
}

/** Whether there is a correction to take back. */
export const canUndo = (tab: string): boolean => correctionsOf(tab).past.length > 0;

/** Takes the last correction of a workflow back. */
export async function undoLast(tab: string): Promise<void> {
  const last = takeLast(tab);
  if (!last) return;
  const now = new Map([...last.before.keys()].map((key) => [key, correctionsOf(tab).said.get(key)]));
  say(tab, last.before);
  setNews(tab, t('correct.undone', { text: last.text }));
  if (last.parcel !== undefined) {
    if (outbox.drop(last.parcel)) return;
    // It is on its way, so that nobody knows yet how to undo it.
    say(tab, now);
    remember(tab, last);
    return;
  }
  try {
    const answer = await undoLabels(last.set, last.undo);
    if (answer) showLabelSet(answer.set);
  } catch (error) {
    if (isAway(error)) {
      queueUndo(last);
      return;
    }
    say(tab, now);
    remember(tab, last);
    tell('error', t('categories.refused', { reason: told(messageOf(error)) }), 'refused-categories');
  }
}
