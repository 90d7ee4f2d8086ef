import { baseName } from '../../nodes/sdk/file-names.ts';
import type { Workflow } from '../../workflows/workflow.ts';
import { type PictureSource, readView, type ViewItem } from './view.ts';

/** What a list shows of a run besides its state: what it asked for, of which pictures, and a picture for it. */
export interface RunBrief {
  readonly query: string | null;
  readonly folder: string | null;
  readonly thumbnail: PictureSource | null;
  readonly pictures: number | null;
}

/** The params of a node type that a brief looks at. */
type BriefParams = Readonly<Record<string, { readonly widget: string; readonly default: unknown }>>;

/** The longest query or folder that is kept, in characters. */
const LONGEST = 300;
/** A NUL would end a text in the journal. */
const cut = (text: string): string => {
  const plain = text.replaceAll('\0', '').trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain;
};

/** The texts of a list, without empty ones, as one text. */
function joined(values: unknown): string | null {
  if (!Array.isArray(values)) return null;
  const texts = values.filter((one): one is string => typeof one === 'string' && one.trim() !== '');
  return texts.length === 0 ? null : cut(texts.slice(0, 20).join(', '));
}

/**
 * The query and the folder of a workflow: the file name of its first picture, or else its first texts, and its first folder.
 * @param paramsOf the params of a node type; undefined for a type that is not known
 */
export function briefOfWorkflow(
  workflow: Pick<Workflow, 'nodes'>,
  paramsOf: (type: string) => BriefParams | undefined,
): Pick<RunBrief, 'query' | 'folder'> {
  let picture: string | null = null;
  let texts: string | null = null;
  let folder: string | null = null;
  for (const { type, params = {}, mode } of workflow.nodes) {
    if (mode === 'mute') continue;
    for (const [name, spec] of Object.entries(paramsOf(type) ?? {})) {
      const value = params[name] ?? spec.default;
      const text = typeof value === 'string' && value.trim() !== '' ? value : null;
      if (spec.widget === 'image' && text !== null) picture ??= cut(baseName(text));
      else if (spec.widget === 'folder' && text !== null) folder ??= cut(text);
      // Of the lists of texts of a node, the first one holds what it looks for.
      else if (spec.widget === 'prompts') texts ??= joined(value);
    }
  }
  // A stored picture has a hash instead of a name. Its view knows what it is called.
  const query = picture === null || picture.startsWith('asset:') ? texts : picture;
  return { query, folder };
}

/** Kinds of views, the one that says most about a run first. */
const KINDS = ['matches', 'bars', 'gallery', 'patches', 'heatmap'] as const;
type BriefKind = (typeof KINDS)[number];

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listIn = (view: Readonly<Record<string, unknown>>, field: string): readonly unknown[] => {
  const list = view[field];
  return Array.isArray(list) ? list : [];
};

/** A view with only its first entries, so that a view of a megabyte costs as little as a small one. */
function headOf(view: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const head = { ...view };
  for (const field of ['matches', 'groups', 'items', 'rows', 'columns', 'queries'])
    if (Array.isArray(head[field])) head[field] = head[field].slice(0, 8);
  if (Array.isArray(head.matches))
    head.matches = head.matches.map((one: unknown) =>
      isRecord(one) ? { ...one, results: listIn(one, 'results').slice(0, 8) } : one,
    );
  delete head.values;
  delete head.skipped;
  return head;
}

const numberOr = (value: unknown, other: number): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : other;

/** How many pictures a view has. */
function picturesOf(kind: BriefKind, view: Readonly<Record<string, unknown>>): number {
  const results = () =>
    listIn(view, 'matches').reduce<number>(
      (sum, one) => sum + (isRecord(one) ? listIn(one, 'results').length : 0),
      0,
    );
  switch (kind) {
    case 'matches':
      return numberOr(view.total, results());
    case 'bars':
      return numberOr(view.total, listIn(view, 'groups').length);
    case 'heatmap':
      return listIn(view, 'columns').length;
    default:
      return numberOr(view.total, listIn(view, 'items').length);
  }
}

const firstPicture = (items: readonly (ViewItem | undefined)[]): PictureSource | null =>
  items.find((item) => item?.picture !== undefined)?.picture ?? null;

/**
 * What the views of a run say about it. The query is that of its matches; null if it has none.
 * @param views JSON of views, by node
 */
export function briefOfViews(views: Readonly<Record<string, unknown>>): Omit<RunBrief, 'folder'> {
  const found = Object.values(views).filter(isRecord);
  for (const kind of KINDS) {
    const json = found.find((one) => one.view === kind);
    if (!json) continue;
    const view = readView(headOf(json));
    const pictures = picturesOf(kind, json);
    switch (view.view) {
      case 'matches': {
        const queries = view.matches.map(({ query }) => query);
        const isText = queries.every(({ isPicture }) => !isPicture);
        const results = view.matches.flatMap((one) => one.results.map(({ item }) => item));
        // With many queries, such as every picture of a folder, none of them is the query of the run.
        const query =
          queries.length === 0 || listIn(json, 'matches').length > 8
            ? null
            : isText
              ? joined(queries.map(({ title }) => title))
              : cut(baseName(queries[0]?.title ?? ''));
        return { query, thumbnail: firstPicture([...queries, ...results]), pictures };
      }
      case 'bars':
        return { query: null, thumbnail: firstPicture(view.groups.map(({ item }) => item)), pictures };
      case 'gallery':
      case 'patches':
        return { query: null, thumbnail: firstPicture(view.items), pictures };
      case 'heatmap':
        return { query: null, thumbnail: firstPicture([...view.rows, ...view.columns]), pictures };
      case 'unloaded':
        return {
          query: null,
          thumbnail: firstPicture(view.of.view === 'heatmap' ? [...view.of.rows] : [...view.of.items]),
          pictures,
        };
    }
  }
  return { query: null, thumbnail: null, pictures: null };
}

/** A text in the form in which words are looked for: small letters, and one form for each character. */
export const searchText = (text: string): string => text.normalize('NFKC').toLowerCase();
