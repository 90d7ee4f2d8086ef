import { create } from 'zustand';
import { type ReadView, readView, type ViewItem, viewItemKey } from '../../../server/contract/view.ts';
import { useDocument } from '../../document/store.ts';
import { useRuns } from '../../runs/store.ts';
import { workflowText } from '../../ui/strings/workflow-text.ts';
import type { ViewPlace } from './selection.ts';

/** A picture to sort into categories, with what its result says about it. */
export interface SortablePicture {
  readonly item: ViewItem;
  /** The category that the result gives it. */
  readonly guess?: string;
  /** The score of the guess, or the score of a match. */
  readonly score?: number;
  /** By how much the probability of the guess is above that of the second category, 0 to 1. */
  readonly margin?: number;
  /** Its sha256 and its path as workflows write it, if they are known before anyone asks the server. */
  readonly known?: { readonly hash: string; readonly path: string | null };
}

/** Pictures that the user wants to sort, and where they come from. */
export interface SortRequest {
  readonly place: ViewPlace;
  readonly pictures: readonly SortablePicture[];
  /** The key of the picture to begin with. */
  readonly first?: string;
  /** A name for a new category set. */
  readonly name: string;
  /** The set to sort into; without it the user chooses. */
  readonly set?: string;
  /** What to do with the set that the user chooses, instead of opening the room. */
  readonly use?: (set: string) => void;
  /** Whether the pictures are those of the set itself, and not of a result. */
  readonly isWholeSet?: true;
}

/** The pictures of the label room; null while it is closed. */
export const useSortRequest = create<{ readonly request: SortRequest | null }>(() => ({ request: null }));

/**
 * The best of named scores; for probabilities also its lead over the second, because only there a lead means how sure it is.
 * Undefined without a number.
 */
function bestOf(
  scores: readonly (readonly [name: string, value: number])[],
  areProbabilities: boolean,
): Omit<SortablePicture, 'item'> | undefined {
  const sorted = scores.filter(([, value]) => !Number.isNaN(value)).sort((a, b) => b[1] - a[1]);
  const [best, second] = sorted;
  if (!best) return undefined;
  return {
    guess: best[0],
    score: best[1],
    ...(second && areProbabilities && { margin: best[1] - second[1] }),
  };
}

const isProbability = (metric: string | undefined) => metric === 'softmax' || metric === 'sigmoid';

/** The label of an item, which can be its folder or what a node gave it. */
const labelled = (item: ViewItem): SortablePicture =>
  item.label === undefined ? { item } : { item, guess: item.label };

function everyPicture(view: ReadView): SortablePicture[] {
  switch (view.view) {
    case 'gallery':
    case 'patches':
      return view.items.map(labelled);
    case 'matches':
      return view.matches.flatMap(({ results }) =>
        results.map(({ item, score }) => ({ ...labelled(item), score })),
      );
    case 'bars':
      return view.groups.flatMap(({ item, bars }) =>
        item
          ? [
              {
                item,
                ...bestOf(
                  bars.map(({ label, value }) => [label, value]),
                  isProbability(view.metric),
                ),
              },
            ]
          : [],
      );
    case 'heatmap': {
      const { rows, columns, values } = view;
      const areTexts = columns.length > 0 && columns.every(({ isPicture }) => !isPicture);
      return rows.map((item, row) => {
        if (!areTexts) return labelled(item);
        const scores = columns.map(
          ({ title }, column) => [title, values[row * columns.length + column] ?? Number.NaN] as const,
        );
        const total = scores.reduce((sum, [, value]) => sum + value, 0);
        return { item, ...bestOf(scores, Math.abs(total - 1) < 1e-3) };
      });
    }
    default:
      return [];
  }
}

/** Whether a picture lies in a folder of the name of its category. */
export const isInFolder = ({ item: { title, file }, guess }: SortablePicture): boolean =>
  guess === undefined || (file ?? title).split(/[\\/]/).slice(0, -1).includes(guess);

/**
 * The pictures of a view, each once, in its order, with the category that the view gives them. Names of folders are not
 * categories that a model has given.
 */
export function sortablePictures(view: ReadView): SortablePicture[] {
  const seen = new Set<string>();
  const found = everyPicture(view).filter(({ item }) => {
    const key = viewItemKey(item);
    if (!item.isPicture || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
  const areFolders = view.view !== 'bars' && view.view !== 'heatmap' && found.every(isInFolder);
  return areFolders ? found.map(({ guess: _, ...one }) => one) : found;
}

/** The items of a view, some more than once. What they share with the selection of the workflow is marked in it. */
export function itemsOf(view: ReadView): readonly ViewItem[] {
  if ('items' in view) return view.items;
  if ('pictures' in view) return view.pictures.map(({ item }) => item);
  return everyPicture(view).map(({ item }) => item);
}

/** Opens the label room. */
export function sortPictures(
  place: ViewPlace,
  pictures: readonly SortablePicture[],
  options: Pick<SortRequest, 'first' | 'set' | 'use'> = {},
): void {
  const name = workflowText(useDocument.getState().name);
  useSortRequest.setState({ request: { place, pictures, name, ...options } });
}

/** The last result that was read, because a menu asks several times. */
let lastRead: { readonly json: unknown; readonly known: ReadonlyMap<string, SortablePicture> } = {
  json: undefined,
  known: new Map(),
};

function knownGuesses(json: unknown): ReadonlyMap<string, SortablePicture> {
  if (lastRead.json !== json)
    lastRead = {
      json,
      known: new Map(sortablePictures(readView(json)).map((one) => [viewItemKey(one.item), one])),
    };
  return lastRead.known;
}

/** Pictures with what the result of their node says about them. */
export function withGuesses(
  { tab, nodeId }: ViewPlace,
  pictures: readonly SortablePicture[],
): SortablePicture[] {
  const json = useRuns.getState().byTab[tab]?.nodes[nodeId]?.view;
  if (json === undefined) return [...pictures];
  const known = knownGuesses(json);
  return pictures.map((one) => known.get(viewItemKey(one.item)) ?? one);
}
