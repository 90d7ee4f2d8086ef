import { createHash } from 'node:crypto';
import {
  type CollectionAddition,
  type CollectionSaved,
  itemTitle,
  PatchbayError,
  type Space,
  type WorkOptions,
} from '../../../nodes/sdk/index.ts';
import { collectionMessage } from '../../contract/messages/collections.ts';
import { makeFolder } from '../files/make-folder.ts';
import { type Duck, literal, quoted } from './duckdb.ts';
import { existingSql, type Given, joinColumns, knownOf, othersOf, uniqueItems, withGiven } from './given.ts';
import { infoOf, MANIFEST_HEAD, type Manifest, readManifest } from './manifest.ts';
import { readRowsOf, type SpaceRows, sumOf, writeVectors } from './vector-files.ts';
import { CollectionWriter, diskFull, newId, withCollection } from './writer.ts';

type StoredSpace = Manifest['spaces'][number];

/** The key of a space: the same for equal spaces, whatever they are called and however exactly their pictures were decoded. */
export function spaceKey({ title: _, decode: __, ...space }: Space, dims: number): string {
  const fields = Object.entries({ ...space, dims }).filter(([, value]) => value !== undefined);
  const text = JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
  return BigInt(`0x${createHash('sha256').update(text).digest('hex').slice(0, 16)}`)
    .toString(36)
    .padStart(13, '0')
    .slice(-12);
}

/** Stops at a number that cannot be compared. @throws PatchbayError `collection.not-finite` */
function requireFinite({ items, vectors }: CollectionAddition): void {
  const { data, dims } = vectors;
  const at = data.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return;
  const item = itemTitle(items[Math.floor(at / dims[1]!)]!).slice(0, 200);
  throw new PatchbayError(collectionMessage('collection.not-finite', { item, value: String(data[at]) }));
}

/** A row that is written: of a given item, with the row that it replaces. */
interface Written {
  readonly position: number;
  readonly id: number;
  readonly row: number;
  readonly old: number | null;
}

/** Writes rows of given items. What was not given stays as it was. */
async function writeRows(
  writer: CollectionWriter,
  table: string,
  existing: string,
  columns: Manifest['columns'],
  written: readonly Written[],
): Promise<Manifest['rows'][number]> {
  const { duck, before, now } = writer;
  const { UINTEGER } = duck.api;
  const at = `TIMESTAMP ${literal(now.replace('T', ' ').replace('Z', ''))}`;
  const selected = [
    'w.id',
    'w."row"',
    'coalesce(g.hash, e.hash) AS hash',
    ...['path', 'file', 'asset', 'size', 'mtime'].map((name) => `g.${name}`),
    'coalesce(g.label, e.label) AS label',
    `coalesce(e.added, ${at}) AS added`,
    `coalesce(e.version, ${before.version + 1}) AS version`,
    ...columns.map(({ key }) => `CASE WHEN g.more THEN g.${key} ELSE e.${key} END AS ${quoted(key)}`),
  ];
  return duck.withTable(
    ['position', 'id', 'row', 'old'].map((name) => ({ name, type: UINTEGER })),
    written.length,
    (i) => {
      const { position, id, row, old } = written[i]!;
      return [position, id, row, old];
    },
    (news) =>
      writer.copy(
        `SELECT ${selected.join(', ')} FROM ${news} w JOIN ${table} g ON g.position = w.position
         LEFT JOIN ${existing} e ON e."row" = w.old ORDER BY w."row"`,
        'rows',
        written.length,
      ),
  );
}

/** What changes, found by comparing given items with what the collection has. */
interface Plan {
  readonly counts: Pick<CollectionSaved, 'added' | 'changed' | 'updated' | 'encoded' | 'same'>;
  readonly written: readonly Written[];
  /** The given items whose vector is written, with their numbers. */
  readonly encoded: readonly { readonly position: number; readonly id: number }[];
  /** How many of these have no vector of this encoder yet. */
  readonly fresh: number;
  readonly goneIds: readonly number[];
  readonly staleRows: readonly number[];
  readonly nextId: number;
  readonly nextRow: number;
}

function planOf(
  before: Manifest,
  known: Awaited<ReturnType<typeof knownOf>>,
  sums: ReadonlyMap<number, number>,
  vectorOf: (position: number) => Float32Array,
): Plan {
  const counts = { added: 0, changed: 0, updated: 0, encoded: 0, same: 0 };
  let { nextId, nextRow } = before;
  const written: Written[] = [];
  const encoded: { position: number; id: number }[] = [];
  const goneIds: number[] = [];
  const staleRows: number[] = [];
  let fresh = 0;
  for (const [position, one] of known.entries()) {
    const isNew = one === undefined || one.isChanged;
    const id = isNew ? nextId++ : one.id;
    const isWritten = isNew || one.isDifferent || one.isTouched;
    if (isWritten) written.push({ position, id, row: nextRow++, old: one?.row ?? null });
    if (one && isWritten) staleRows.push(one.row);
    if (one?.isChanged) goneIds.push(one.id);
    const sum = isNew ? undefined : sums.get(id);
    const isEncoded = sum === undefined || sum !== sumOf(vectorOf(position));
    if (isEncoded) encoded.push({ position, id });
    if (sum === undefined) fresh++;
    if (one === undefined) counts.added++;
    else if (one.isChanged) counts.changed++;
    else if (one.isDifferent || (isEncoded && sum !== undefined)) counts.updated++;
    else if (isEncoded) counts.encoded++;
    else counts.same++;
  }
  return { counts, written, encoded, fresh, goneIds, staleRows, nextId, nextRow };
}

const countIn = ({ ids }: SpaceRows, gone: ReadonlySet<number>): number =>
  gone.size === 0 ? 0 : ids.reduce((sum, id) => sum + (gone.has(id) ? 1 : 0), 0);

const EMPTY_VERSION = { version: 0, pictures: 0, nextId: 0, nextRow: 0, stale: null, dead: null } as const;
const emptyManifest = (): Manifest => ({
  ...MANIFEST_HEAD,
  ...EMPTY_VERSION,
  createdAt: new Date().toISOString(),
  ...{ columns: [], spaces: [], rows: [], history: [] },
});

/** Keeps pictures in a collection; see `CollectionService.save`. */
export async function saveToCollection(
  duck: Duck,
  root: string,
  name: string,
  addition: CollectionAddition,
  { signal }: WorkOptions,
): Promise<CollectionSaved> {
  requireFinite(addition);
  const { vectors, space } = addition;
  const dims = vectors.dims[1] ?? 0;
  const given = uniqueItems(addition);
  const vectorOf = (position: number) => {
    const { at } = given[position] as Given;
    return vectors.data.subarray(at * dims, (at + 1) * dims);
  };
  return withCollection(root, name, signal, async (folder) => {
    try {
      const found = await readManifest(folder, name);
      const before = found ?? emptyManifest();
      await makeFolder(folder);
      const writer = new CollectionWriter(duck, folder, before, signal);
      const joined = joinColumns(before.columns, addition.more?.columns ?? []);
      const existing = existingSql(folder, before, joined.columns);
      return await withGiven(duck, given, addition, joined, async (table) => {
        const known = await knownOf(duck, table, existing, joined.columns);
        const notGiven = before.pictures - known.reduce((sum, one) => sum + (one ? 1 : 0), 0);
        const others = await othersOf(duck, table, existing, addition.others, notGiven, signal);
        const key = spaceKey(space, dims);
        const own = before.spaces.find((one) => one.key === key);
        const dead = await writer.dead();
        const rowsOf = (one: StoredSpace) => readRowsOf(folder, one, dead, before.nextId);
        const ownRows = own && (await rowsOf(own));
        const sums = new Map<number, number>();
        if (ownRows) {
          const wanted = new Set(known.flatMap((one) => (one && !one.isChanged ? [one.id] : [])));
          const { ids, sums: all } = ownRows;
          for (let i = 0; i < ids.length; i++) if (wanted.has(ids[i]!)) sums.set(ids[i]!, all[i]!);
        }
        const plan = planOf(before, known, sums, vectorOf);
        const { counts, written, encoded, nextId, nextRow } = plan;
        const result = {
          ...counts,
          repeated: addition.items.length - given.length,
          others: others.count,
          gone: others.gone,
          removed: others.removed.length,
        };
        const isNothing = written.length + encoded.length + others.removed.length === 0;
        if (found && isNothing && before.spaces[0]?.key === key)
          return { ...result, info: infoOf(name, found), bytes: 0 };

        const goneIds = [...plan.goneIds, ...others.removed.map(({ id }) => id)];
        const gone = new Set(goneIds);
        const rows =
          written.length === 0
            ? before.rows
            : [...before.rows, await writeRows(writer, table, existing, joined.columns, written)];
        const file =
          encoded.length === 0
            ? undefined
            : await writeVectors(
                folder,
                `vectors-${key}-${newId()}`,
                {
                  count: encoded.length,
                  dims,
                  id: (row) => encoded[row]!.id,
                  vector: (row) => vectorOf(encoded[row]!.position),
                },
                signal,
              );
        if (file) writer.bytes += file.bytes + file.rows * 8;
        const less = async (one: StoredSpace): Promise<StoredSpace> =>
          gone.size === 0 ? one : { ...one, count: one.count - countIn(await rowsOf(one), gone) };
        const ownBefore = own ? await less(own) : { key, space, dims, count: 0, files: [] };
        const first: StoredSpace = {
          ...ownBefore,
          // Some of the vectors that stay may come from reduced pictures.
          space: own?.space.decode ? { ...space, decode: own.space.decode } : space,
          count: ownBefore.count + plan.fresh,
          files: [...ownBefore.files, ...(file ? [file] : [])],
        };
        const rest = await Promise.all(before.spaces.filter((one) => one.key !== key).map(less));
        const next = await writer.joinRows({
          ...before,
          columns: written.length > 0 ? joined.columns : before.columns,
          nextId,
          nextRow,
          pictures: before.pictures + counts.added - others.removed.length,
          rows,
          stale: await writer.stale([...plan.staleRows, ...others.removed.map(({ row }) => row)]),
          dead: await writer.deadAfter(goneIds),
          spaces: [first, ...rest],
        });
        const spaces: StoredSpace[] = [];
        for (const one of next.spaces) spaces.push(await writer.joinVectors(one, dead, nextId));
        const manifest = await writer.commit(
          { ...next, spaces },
          {
            added: counts.added,
            changed: counts.changed,
            updated: counts.updated + counts.encoded,
            removed: others.removed.length,
          },
        );
        return { ...result, info: infoOf(name, manifest), bytes: writer.bytes };
      });
    } catch (error) {
      throw diskFull(name, error);
    }
  });
}
