import { create } from 'zustand';
import type { Said } from '../../nodes/sdk/messages.ts';
import type {
  Label,
  LabelCategory,
  LabelChange,
  LabelSet,
  LabelsChanged,
  LabelsNotice,
} from '../../server/contract/labels.ts';
import { assetOf, namedInChange, pathOf } from '../results/pictures/identity.ts';
import type { SortablePicture } from '../results/pictures/sortable.ts';
import { useRuns } from '../runs/store.ts';
import { ApiError } from '../ui/api/http.ts';
import { allLabels, changeLabels, getLabelSet, hashPictures } from '../ui/api/labels.ts';
import { followLabels } from '../ui/labels/label-sets.ts';
import { outbox, type Parcel } from '../ui/labels/outbox.ts';
import { freeColor } from '../ui/labels/palette.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { tell } from '../ui/tell.ts';
import {
  cleared,
  edited,
  freeKey,
  given,
  type Mark,
  markOf,
  NO_MARK,
  type RoomEdit,
  ruledOut,
  undoOf,
} from './marks.ts';

/** Marks of pictures, by their position in the room. */
type Marks = readonly { readonly at: number; readonly mark: Mark }[];

/** What this window writes at once: changes of categories, and marks. */
interface Writing {
  readonly edits: readonly RoomEdit[];
  readonly marks: Marks;
}

/** One step of undo. What only the server can undo, because it concerns pictures outside of the room, it undoes itself. */
type Step =
  | { readonly by: 'room'; readonly undo: Writing; readonly redo: Writing }
  | { readonly by: 'server'; readonly edits: readonly RoomEdit[]; readonly undo: LabelsChanged['undo'] };

/** The room's state. The pictures stay the same while it is open. */
export interface Sorting {
  readonly phase: 'closed' | 'loading' | 'ready' | 'failed' | 'gone';
  /** The name of the set. */
  readonly set: string;
  readonly pictures: readonly SortablePicture[];
  readonly categories: readonly LabelCategory[];
  /** By position of the picture. */
  readonly marks: readonly Mark[];
  /** How many pictures the server has recognized. */
  readonly known: number;
  /** Whether it is known which of the first pictures have a category. */
  readonly canBegin: boolean;
  readonly problem?: Said;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
  /** How many changes the server has not confirmed, and whether it is away. */
  readonly waiting: number;
  readonly isAway: boolean;
  /** The picture that keys act on if none is selected. */
  readonly active: number;
}

const CLOSED: Sorting = {
  phase: 'closed',
  set: '',
  pictures: [],
  categories: [],
  marks: [],
  known: 0,
  canBegin: false,
  past: [],
  future: [],
  waiting: 0,
  isAway: false,
  active: 0,
};

/** What the label room shows. */
export const useSorting = create<Sorting>(() => CLOSED);

/** How many pictures are recognized in one request, and the pause after a request that failed, in milliseconds. */
const BATCH = 400;
const AGAIN_MS = 2000;
const MOST_STEPS = 500;

// -- What the room knows, and nobody draws ---------------------------------------------------------------------------

interface Known {
  /** The hash of each picture, by its position. */
  readonly hashes: (string | undefined)[];
  /** The path of each picture as workflows write it. */
  readonly paths: (string | undefined)[];
  /** Where pictures of a hash are. Copies of a file have the same. */
  readonly places: Map<string, number[]>;
  /** Everything that the set says, also about pictures that are not recognized yet. */
  readonly labels: Map<string, Label>;
  /** The revision up to which the labels are known. */
  revision: number;
  /** The newest revision that the server has told of. */
  noticed: number;
  readonly closed: AbortController;
}

const unknown = (): Known => ({
  hashes: [],
  paths: [],
  places: new Map(),
  labels: new Map(),
  revision: 0,
  noticed: 0,
  closed: new AbortController(),
});
let known = unknown();

const state = useSorting.getState;
const isOpen = () => state().phase !== 'closed';

function patchMarks(marks: Marks): void {
  if (marks.length === 0) return;
  const next = [...state().marks];
  for (const { at, mark } of marks) {
    const hash = known.hashes[at];
    // A copy of the same file has the same mark.
    for (const place of (hash !== undefined && known.places.get(hash)) || [at]) next[place] = mark;
  }
  useSorting.setState({ marks: next });
}

/** Takes entries of the server. */
function take(labels: readonly Label[]): void {
  const marks: { at: number; mark: Mark }[] = [];
  for (const label of labels) {
    known.labels.set(label.hash, label);
    const at = known.places.get(label.hash)?.[0];
    if (at !== undefined) marks.push({ at, mark: markOf(label) });
  }
  patchMarks(marks);
}

function recognize(
  found: readonly { readonly at: number; readonly hash: string; readonly path?: string | null }[],
): void {
  const marks: { at: number; mark: Mark }[] = [];
  for (const { at, hash, path } of found) {
    if (known.hashes[at] !== undefined) continue;
    known.hashes[at] = hash;
    known.paths[at] = path ?? undefined;
    const places = known.places.get(hash);
    if (places) places.push(at);
    else known.places.set(hash, [at]);
    const label = known.labels.get(hash);
    // A mark that was set meanwhile is newer.
    if (label && state().marks[at] === NO_MARK) marks.push({ at, mark: markOf(label) });
  }
  patchMarks(marks);
}

/** How a request names a picture. */
function named(at: number): Pick<LabelChange, 'hash' | 'ref' | 'path'> | undefined {
  const item = state().pictures[at]?.item;
  if (!item) return undefined;
  const { file } = item;
  const hash = known.hashes[at];
  if (hash !== undefined) {
    const path = known.paths[at] ?? file;
    return { hash, ...(path !== undefined && { path }) };
  }
  return namedInChange(item);
}

/** Finds the pictures that requests have named. */
function finder(): (change: LabelChange | undefined) => number | undefined {
  let names: Map<string, number> | undefined;
  return (change) => {
    if (!change) return undefined;
    const { hash, ref, path } = change;
    if (hash !== undefined) return known.places.get(hash)?.[0];
    names ??= new Map(
      state().pictures.map(({ item }, at) => [
        item.picture && 'ref' in item.picture ? item.picture.ref : pathOf(item),
        at,
      ]),
    );
    return names.get(ref ?? path ?? '');
  };
}

/** Asks for the hashes of all pictures, in their order. */
async function recognizeAll(own: Known): Promise<void> {
  const { pictures } = state();
  recognize(
    pictures.flatMap(({ item, known: told }, at) => {
      if (told) return [{ at, ...told }];
      const hash = assetOf(item);
      return hash === undefined ? [] : [{ at, hash }];
    }),
  );
  for (let from = 0; from < pictures.length && known === own; ) {
    const part = pictures.slice(from, from + BATCH);
    type Asked = { readonly at: number; readonly name: { ref: string } | { path: string } };
    const asked = part.flatMap(({ item: { picture, file } }, index): Asked[] => {
      const at = from + index;
      if (known.hashes[at] !== undefined) return [];
      if (picture && 'ref' in picture) return [{ at, name: { ref: picture.ref } }];
      return file === undefined ? [] : [{ at, name: { path: file } }];
    });
    try {
      const found =
        asked.length === 0
          ? []
          : await hashPictures(
              asked.map(({ name }) => name),
              own.closed.signal,
            );
      if (known !== own) return;
      recognize(
        found.flatMap((one, index) => {
          const at = asked[index]?.at;
          return one.hash === null || at === undefined ? [] : [{ at, hash: one.hash, path: one.path }];
        }),
      );
      from += part.length;
      useSorting.setState({ known: from, canBegin: own.revision > 0 });
    } catch (error) {
      if (known !== own) return;
      if (!(error instanceof ApiError) || (error.status !== 0 && error.status < 500)) {
        useSorting.setState({ known: pictures.length, canBegin: true });
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

// -- Open and follow -------------------------------------------------------------------------------------------------

async function load(own: Known): Promise<void> {
  const { set } = state();
  // What an earlier page left comes first, otherwise it would look lost.
  if (!state().isAway) await Promise.race([outbox.empty(), new Promise((go) => setTimeout(go, 1000))]);
  try {
    const [{ categories }, { labels, revision }] = await Promise.all([
      getLabelSet(set, own.closed.signal),
      allLabels(set, 0, own.closed.signal),
    ]);
    if (known !== own) return;
    own.revision = revision;
    useSorting.setState({ phase: 'ready', categories: plain(categories), problem: undefined });
    // What the server has refused is no longer shown.
    if (outbox.isEmpty()) useSorting.setState(({ pictures }) => ({ marks: pictures.map(() => NO_MARK) }));
    take(labels);
    if (labels.length === 0 || state().known > 0) useSorting.setState({ canBegin: true });
  } catch (error) {
    if (known !== own) return;
    const isGone = error instanceof ApiError && error.status === 404;
    useSorting.setState({ phase: isGone ? 'gone' : 'failed', problem: messageOf(error) });
  }
}

const plain = (categories: LabelSet['categories']): LabelCategory[] =>
  categories.map(({ id, name, color, key }) => ({ id, name, color, key }));

/** Opens the room with pictures and a set that exists. */
export function openRoom(set: string, pictures: readonly SortablePicture[], active = 0): void {
  known.closed.abort();
  known = unknown();
  const { waiting, isAway } = state();
  useSorting.setState({
    ...CLOSED,
    phase: 'loading',
    set,
    pictures,
    marks: pictures.map(() => NO_MARK),
    active,
    waiting,
    isAway,
  });
  const own = known;
  void load(own);
  void recognizeAll(own);
}

/** Loads the set again, for example after the server was away. */
export function loadAgain(): void {
  useSorting.setState({ phase: 'loading', problem: undefined });
  void load(known);
}

/** Closes the room. What was not sent goes on being sent. */
export function closeRoom(): void {
  known.closed.abort();
  known = unknown();
  const { waiting, isAway } = state();
  useSorting.setState({ ...CLOSED, waiting, isAway });
}

let isSyncing = false;
let isStale = false;
let isForced = false;

/**
 * Reads what others changed. Waits until the changes of this window are sent, because the server tells of them too.
 * @param always also if the server has told of nothing new
 */
async function sync(always = false): Promise<void> {
  isStale = true;
  isForced ||= always;
  if (isSyncing || state().phase !== 'ready') return;
  isSyncing = true;
  try {
    while (isStale) {
      isStale = false;
      await outbox.empty();
      const own = known;
      const { set, phase } = state();
      if (phase !== 'ready') break;
      if (!isForced && own.noticed <= own.revision) continue;
      isForced = false;
      const [{ categories }, { labels, revision }] = await Promise.all([
        getLabelSet(set, own.closed.signal),
        allLabels(set, own.revision, own.closed.signal),
      ]);
      if (known !== own) continue;
      // A change of this window is newer than what was read.
      if (!outbox.isEmpty()) {
        isStale = true;
        continue;
      }
      own.revision = revision;
      useSorting.setState({ categories: plain(categories) });
      take(labels);
    }
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) useSorting.setState({ phase: 'gone' });
    // Otherwise the next notice, or the return of the server, tries again.
  } finally {
    isSyncing = false;
  }
}

function follow({ name, revision, change, renamedTo }: LabelsNotice): void {
  if (change === 'renamed' && renamedTo !== undefined) {
    outbox.renamed(name, renamedTo);
    if (isOpen() && state().set === name) useSorting.setState({ set: renamedTo });
    return;
  }
  if (!isOpen() || name !== state().set) return;
  if (change === 'deleted') useSorting.setState({ phase: 'gone' });
  else if (change === 'created') loadAgain();
  else if (revision > known.revision) {
    known.noticed = Math.max(known.noticed, revision);
    void sync();
  }
}

/** Keeps the room, and what was not sent, up to date. Called once per page. */
export function keepSorting(): () => void {
  const unread = outbox.read({
    kept(parcel, answer) {
      if (!isOpen() || parcel.set !== state().set) return;
      const skipped = new Set(answer.skipped.map(({ at }) => at));
      const taken = parcel.changes.filter((_, at) => !skipped.has(at));
      const find = finder();
      recognize(
        answer.labels.flatMap(({ hash, path }, index) => {
          const at = find(taken[index]);
          return at === undefined ? [] : [{ at, hash, path }];
        }),
      );
      for (const label of answer.labels) known.labels.set(label.hash, label);
      // If nobody else has changed the set, everything up to this revision is known.
      if (answer.revision === known.revision + 1) known.revision = answer.revision;
      const [first] = answer.skipped;
      if (!first) return;
      patchMarks(
        answer.skipped.flatMap(({ at }) => {
          const position = find(parcel.changes[at]);
          return position === undefined ? [] : [{ at: position, mark: NO_MARK }];
        }),
      );
      tell('error', t('categories.skipped', { count: answer.skipped.length, reason: told(first) }));
    },
    refused(parcel: Parcel, error) {
      if (error.status === 404) {
        if (isOpen() && parcel.set === state().set) useSorting.setState({ phase: 'gone' });
        tell(
          'error',
          t('categories.lostSet', { name: parcel.set, count: parcel.changes.length }),
          'lost-set',
        );
        return;
      }
      tell('error', t('categories.refused', { reason: told(messageOf(error)) }), 'refused-categories');
      if (isOpen() && parcel.set === state().set) loadAgain();
    },
    state: (waiting, isAway) => useSorting.setState({ waiting, isAway }),
  });
  const stops = [
    unread,
    followLabels(follow),
    useRuns.subscribe(({ connection }, before) => {
      if (connection !== 'online' || before.connection === 'online') return;
      outbox.hurry();
      if (state().phase === 'failed') loadAgain();
      else if (isOpen()) void sync(true);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

// -- Changes ---------------------------------------------------------------------------------------------------------

function write({ edits, marks }: Writing): void {
  const { set } = state();
  if (edits.length > 0) useSorting.setState({ categories: edits.reduce(edited, state().categories) });
  patchMarks(marks);
  outbox.add({
    set,
    edits,
    changes: marks.flatMap(({ at, mark: { category, not, by, at: time } }) => {
      const name = named(at);
      if (!name) return [];
      return [
        { ...name, category, not: [...not], ...(by && { by }), ...(time !== undefined && { at: time }) },
      ];
    }),
  });
}

function remember(step: Step): void {
  useSorting.setState(({ past }) => ({ past: [...past.slice(-MOST_STEPS), step], future: [] }));
}

function change(places: Iterable<number>, next: (mark: Mark) => Mark): void {
  const before: { at: number; mark: Mark }[] = [];
  const after: { at: number; mark: Mark }[] = [];
  for (const at of places) {
    const mark = state().marks[at];
    if (!mark) continue;
    const changed = next(mark);
    if (changed.category === mark.category && changed.not.join() === mark.not.join()) continue;
    before.push({ at, mark });
    after.push({ at, mark: changed });
  }
  if (after.length === 0) return;
  const redo = { edits: [], marks: after };
  remember({ by: 'room', undo: { edits: [], marks: before }, redo });
  write(redo);
}

/** Gives pictures a category, or none. */
export const sortInto = (places: Iterable<number>, category: string | null): void =>
  change(places, (mark) => (category === null ? cleared() : given(mark, category)));

/** Says that pictures do not belong into a category, or takes that back if it was said of the first one. */
export function ruleOut(places: readonly number[], category: string): void {
  const isOut = state().marks[places[0] ?? -1]?.not.includes(category) ?? false;
  change(places, (mark) => (mark.not.includes(category) === isOut ? ruledOut(mark, category) : mark));
}

/** A new id for a category, so that it can be used before the server answers. */
const newId = (): string => `c${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;

/** Adds a category, and returns its id. The id of the category with this name, if there is one. */
export function addCategory(name: string): string | undefined {
  const wanted = name.trim().normalize('NFC');
  if (wanted === '') return undefined;
  const { categories } = state();
  const own = categories.find((one) => one.name === wanted);
  if (own) return own.id;
  const id = newId();
  changeCategory({ op: 'add', id, name: wanted, color: freeColor(categories), key: freeKey(categories) });
  return id;
}

/** Adds or changes a category: its name, colour, key or place. */
export function changeCategory(edit: RoomEdit & { readonly op: 'add' | 'change' }): void {
  const redo: Writing = { edits: [edit], marks: [] };
  remember({ by: 'room', undo: { edits: undoOf(state().categories, edit), marks: [] }, redo });
  write(redo);
}

/** Sends edits that also change pictures outside of the room, and reads what they changed. */
async function serverEdit(edits: readonly RoomEdit[]): Promise<LabelsChanged['undo'] | undefined> {
  await outbox.empty();
  try {
    const answer = await changeLabels(state().set, { edits: [...edits] });
    useSorting.setState({ categories: plain(answer.set.categories) });
    await sync(true);
    return answer.undo;
  } catch (error) {
    tell('error', t('categories.refused', { reason: told(messageOf(error)) }), 'refused-categories');
    return undefined;
  }
}

/** Deletes a category, or gives its pictures to another one. Undo brings it back with its pictures. */
export async function removeCategory(id: string, into?: string): Promise<boolean> {
  if (state().isAway) {
    tell('error', t('categories.awayNow'));
    return false;
  }
  const edits: RoomEdit[] = [into === undefined ? { op: 'delete', id } : { op: 'merge', id, into }];
  const undo = await serverEdit(edits);
  if (undo) remember({ by: 'server', edits, undo });
  return undo !== undefined;
}

async function undoByServer(bodies: LabelsChanged['undo']): Promise<boolean> {
  await outbox.empty();
  try {
    for (const body of bodies) {
      const answer = await changeLabels(state().set, body);
      useSorting.setState({ categories: plain(answer.set.categories) });
      take(answer.labels);
    }
    await sync(true);
    return true;
  } catch (error) {
    tell('error', t('categories.refused', { reason: told(messageOf(error)) }), 'refused-categories');
    return false;
  }
}

/** Takes back the last step. Returns the pictures that it changed. */
export function undo(): readonly number[] {
  const { past, future } = state();
  const step = past.at(-1);
  if (!step || state().phase !== 'ready') return [];
  useSorting.setState({ past: past.slice(0, -1), future: [...future, step] });
  if (step.by === 'room') write(step.undo);
  else
    void undoByServer(step.undo).then((isDone) => {
      if (!isDone) useSorting.setState({ past, future });
    });
  return step.by === 'room' ? step.undo.marks.map(({ at }) => at) : [];
}

/** Does the last step again that was taken back. Returns the pictures that it changed. */
export function redo(): readonly number[] {
  const { past, future } = state();
  const step = future.at(-1);
  if (!step || state().phase !== 'ready') return [];
  useSorting.setState({ past: [...past, step], future: future.slice(0, -1) });
  if (step.by === 'room') write(step.redo);
  else
    void serverEdit(step.edits).then((again) => {
      if (!again) useSorting.setState({ past, future });
      else
        useSorting.setState(({ past: now }) => ({ past: [...now.slice(0, -1), { ...step, undo: again }] }));
    });
  return step.by === 'room' ? step.redo.marks.map(({ at }) => at) : [];
}

/** Chooses the picture that keys act on. */
export const goTo = (active: number): void => useSorting.setState({ active });
