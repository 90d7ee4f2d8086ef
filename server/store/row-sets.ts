import type { Bindable, Database } from './sqlite.ts';

/** The rows of one run, workflow or uploaded file by table, the main table first. */
export type RowSet = Readonly<Record<string, readonly Readonly<Record<string, Bindable>>[]>>;

/** What has rows in several tables. */
export type RowKind = 'run' | 'workflow' | 'asset';

/** Reads all rows of a run, a workflow or an uploaded file, and writes them again. */
export interface RowSets {
  has(kind: RowKind, id: string): boolean;
  /** @returns undefined if it does not exist */
  read(kind: RowKind, id: string): RowSet | undefined;
  /** Writes rows that {@link RowSets.read} gave, under their old numbers. @returns false if the id exists; nothing changes */
  write(kind: RowKind, id: string, rows: RowSet): boolean;
  /** Saved workflows whose current version contains a text, newest first. */
  workflowsWith(text: string): readonly { readonly name: string; readonly body: string }[];
}

interface Tables {
  readonly main: string;
  readonly id: string;
  /** Tables whose column `link` is the `ord` of the main row. */
  readonly parts: readonly string[];
  readonly link: string;
}

const TABLES: Readonly<Record<RowKind, Tables>> = {
  run: {
    main: 'runs',
    id: 'id',
    parts: ['run_workflows', 'run_outcomes', 'run_words', 'events'],
    link: 'run',
  },
  workflow: { main: 'workflows', id: 'id', parts: ['workflow_revisions'], link: 'workflow' },
  asset: { main: 'assets', id: 'hash', parts: [], link: '' },
};

type Row = Readonly<Record<string, Bindable>>;

/** The rows of a journal that belong together. */
export function rowSets(db: Database): RowSets {
  const mainRow = (kind: RowKind, id: string) =>
    db.prepare<Row>(`SELECT * FROM ${TABLES[kind].main} WHERE ${TABLES[kind].id} = ?`).get(id);
  const keyTaken = db.prepare('SELECT 1 AS found FROM runs WHERE idempotency_key = ?');
  const using = db.prepare<{ name: string; body: string }>(
    `SELECT workflows.name AS name, body FROM workflows JOIN workflow_revisions
      ON workflow = ord AND workflow_revisions.revision = workflows.revision
      WHERE instr(body, ?) > 0 ORDER BY ord DESC`,
  );
  const columnsOf = (table: string) =>
    new Set(
      db
        .prepare<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
        .all()
        .map(({ name }) => name),
    );

  function insert(table: string, rows: readonly Row[]): void {
    // A column that this version does not have is left out. One that is new gets its default.
    const known = columnsOf(table);
    const columns = Object.keys(rows[0] ?? {}).filter((name) => known.has(name));
    if (columns.length === 0) return;
    const places = columns.map(() => '?').join(', ');
    const statement = db.prepare(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
    for (const row of rows) statement.run(...columns.map((name) => row[name] ?? null));
  }

  return {
    has: (kind, id) => mainRow(kind, id) !== undefined,
    read(kind, id) {
      const { main, parts, link } = TABLES[kind];
      const row = mainRow(kind, id);
      if (!row) return undefined;
      const set: Record<string, readonly Row[]> = { [main]: [row] };
      for (const part of parts)
        set[part] = db.prepare<Row>(`SELECT * FROM ${part} WHERE ${link} = ?`).all(row.ord as number);
      return set;
    },
    write: (kind, id, rows) =>
      db.transaction('durable', () => {
        const { main, parts } = TABLES[kind];
        const row = rows[main]?.[0];
        if (!row || mainRow(kind, id)) return false;
        // Another request may have used the key since. Only one run can have it.
        const key = row.idempotency_key ?? null;
        const isTaken = key !== null && keyTaken.get(key) !== undefined;
        insert(main, [isTaken ? { ...row, idempotency_key: null, request_hash: null } : row]);
        for (const part of parts) insert(part, rows[part] ?? []);
        return true;
      }),
    workflowsWith: (text) => using.all(text),
  };
}
