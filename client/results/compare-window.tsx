import { Button, Group, Modal, Text } from '@mantine/core';
import { ArrowDown, ArrowUp, Download } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import {
  CHANGES,
  type Change,
  type ChangedParam,
  type ComparedPart,
  type ComparedRow,
  type ComparedSide,
  changesIn,
  compareRuns,
  comparisonTable,
  type RunComparison,
  sizeOfChange,
} from '../../server/contract/compare-runs.ts';
import type { RunDetail, RunSummary } from '../../server/contract/run.ts';
import type { ViewCell } from '../../server/contract/view.ts';
import { nameOfNode } from '../document/node-name.ts';
import { getRun } from '../ui/api/runs.ts';
import { useBack } from '../ui/back.ts';
import { saveFile } from '../ui/browser-files.ts';
import { dateText, formatCount, formatNumber, formatScore, listText } from '../ui/format.ts';
import { nodeText, t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { workflowText } from '../ui/strings/workflow-text.ts';
import css from './compare-window.module.css';
import { csvFile } from './csv.ts';
import { nextSorting, type Sorting, sortRows } from './sort-rows.ts';
import { ItemTile } from './thumbnail.tsx';
import { wholeView } from './use-whole-view.ts';
import { ShowMore } from './view-frame.tsx';

/** The two runs to compare, the earlier one first. */
export interface RunPair {
  readonly before: RunSummary;
  readonly after: RunSummary;
}

interface Compared {
  readonly before: RunDetail;
  readonly after: RunDetail;
  readonly comparison: RunComparison;
}

/** A run with all views loaded; views whose data is gone are left out. */
async function comparable(run: RunDetail, signal: AbortSignal) {
  const views = await Promise.all(
    Object.entries(run.views).map(async ([id, json]) => {
      const view = await wholeView(json, signal).catch(() => undefined);
      return view ? ([[id, view]] as const) : [];
    }),
  );
  return { workflow: run.workflow, views: Object.fromEntries(views.flat()) };
}

async function compared({ before, after }: RunPair, signal: AbortSignal): Promise<Compared> {
  const [one, other] = await Promise.all([getRun(before.id, signal), getRun(after.id, signal)]);
  const [a, b] = await Promise.all([comparable(one, signal), comparable(other, signal)]);
  return { before: one, after: other, comparison: compareRuns(a, b) };
}

const nodeOf = ({ title, type, nodeId }: Pick<ComparedPart, 'title' | 'type' | 'nodeId'>): string =>
  type === undefined ? (title ?? nodeId) : nameOfNode({ title, type });

const CHANGE_TEXT = {
  up: 'compare.up',
  down: 'compare.down',
  new: 'compare.new',
  gone: 'compare.gone',
  changed: 'compare.changed',
  same: 'compare.same',
} as const satisfies Readonly<Record<Change, string>>;

/** `3 rose, 2 fell`; for numbers, they grew or shrank, which the same words say. */
function countsText(rows: readonly ComparedRow[]): string {
  const counts = changesIn(rows);
  const told = CHANGES.filter((change) => counts[change] > 0).map((change) =>
    t(CHANGE_TEXT[change], { count: formatCount(counts[change]) }),
  );
  return listText(told);
}

function sideText({ kind }: ComparedPart, side: ComparedSide | null): string {
  if (side === null) return '–';
  const { rank, value, category } = side;
  const number = value === undefined ? '' : kind === 'numbers' ? formatNumber(value) : formatScore(value);
  if (kind === 'ranks') return `${rank} · ${number}`;
  return [category, number].filter(Boolean).join(' · ') || t('compare.there');
}

function changeText({ kind }: ComparedPart, { change, difference }: ComparedRow): string {
  switch (change) {
    case 'up':
    case 'down': {
      const sign = change === 'up' ? '▲' : '▼';
      const size = Math.abs(difference ?? 0);
      return `${sign} ${kind === 'numbers' ? formatNumber(size) : size}`;
    }
    case 'new':
      return t('compare.isNew');
    case 'gone':
      return t('compare.isGone');
    case 'changed':
      return t('compare.isChanged');
    case 'same':
      return '=';
  }
}

/** Sorts what came or went first, then what moved furthest. */
const orderOf = (row: ComparedRow): number => Math.min(sizeOfChange(row), Number.MAX_VALUE);
const sideCell = ({ kind }: ComparedPart, side: ComparedSide | null): ViewCell =>
  side === null ? null : ((kind === 'ranks' ? side.rank : (side.category ?? side.value)) ?? null);

const ROWS = 60;

function Part({ part, alone }: { readonly part: ComparedPart; readonly alone: boolean }) {
  const { rows, query, isPart } = part;
  const [sorting, setSorting] = useState<Sorting | null>({ column: 1, descending: true });
  const [shown, setShown] = useState(ROWS);
  const cells = useMemo(
    () =>
      rows.map((row): ViewCell[] => [
        row.item.title,
        orderOf(row),
        sideCell(part, row.before),
        sideCell(part, row.after),
      ]),
    [rows, part],
  );
  const order = useMemo(() => sortRows(cells, sorting), [cells, sorting]);
  const columns = ['compare.item', 'compare.change', 'compare.before', 'compare.after'] as const;
  const isSame = query && query.before?.title === query.after?.title;
  return (
    <section className={css.part}>
      <h3 className={css.head}>
        {alone ? '' : nodeOf(part)}
        {query?.before?.isPicture && <ItemTile item={query.before} edge={32} />}
        {query?.before && <span>{query.before.title}</span>}
        {query && !isSame && (
          <>
            <span aria-hidden>→</span>
            {query.after?.isPicture && <ItemTile item={query.after} edge={32} />}
            <span>{query.after?.title ?? '–'}</span>
          </>
        )}
      </h3>
      <p className={css.counts}>
        {countsText(rows)}
        {isPart && ` · ${t('compare.part')}`}
      </p>
      <table className={css.table}>
        <thead>
          <tr>
            {columns.map((key, column) => {
              const sorted = sorting?.column === column ? sorting : null;
              const direction = sorted?.descending ? 'descending' : 'ascending';
              return (
                <th key={key} aria-sort={sorted ? direction : 'none'}>
                  <button
                    type="button"
                    title={t('results.sortBy', { column: t(key) })}
                    onClick={() => setSorting(nextSorting(sorting, column, column === 1))}
                  >
                    {t(key)}
                    {sorted &&
                      (sorted.descending ? (
                        <ArrowDown size={12} aria-hidden />
                      ) : (
                        <ArrowUp size={12} aria-hidden />
                      ))}
                  </button>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {order.slice(0, shown).map((place) => {
            const row = rows[place];
            if (!row) return null;
            return (
              <tr key={place} data-change={row.change}>
                <td>
                  <span className={css.item}>
                    {row.item.isPicture && <ItemTile item={row.item} edge={40} label="" />}
                    <span title={row.item.title}>{row.item.title}</span>
                  </span>
                </td>
                <td className={css.change} data-change={row.change}>
                  {changeText(part, row)}
                </td>
                <td>{sideText(part, row.before)}</td>
                <td>{sideText(part, row.after)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <ShowMore left={order.length - shown} size="large" onMore={() => setShown(shown + ROWS)} />
    </section>
  );
}

const valueText = (value: unknown): string =>
  value === undefined
    ? '–'
    : Array.isArray(value)
      ? listText(value.map(String))
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);

function Param({ changed }: { readonly changed: ChangedParam }) {
  const { type, param, before, after } = changed;
  const name = nodeText(type).param(param).title;
  return (
    <li>
      {nodeOf(changed)} · {name}: <s>{valueText(before)}</s> → <b>{valueText(after)}</b>
    </li>
  );
}

/** The name of a run for people, with its time. */
const runText = ({ title, query, name, createdAt }: RunSummary): string =>
  `${title ?? query ?? (workflowText(name) || t('runs.untitled'))} · ${dateText(createdAt)}`;

function Body({ compared: { before, after, comparison } }: { readonly compared: Compared }) {
  const { params, parts } = comparison;
  const csv = () => {
    const { header, rows } = comparisonTable(comparison);
    saveFile(csvFile(header, rows), 'comparison.csv');
  };
  return (
    <>
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          {runText(before)} → {runText(after)}
        </Text>
        {parts.length > 0 && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Download size={14} aria-hidden />}
            onClick={csv}
          >
            {t('results.exportCsv')}
          </Button>
        )}
      </Group>
      {params.length > 0 && (
        <ul className={css.params} aria-label={t('compare.params')}>
          {params.map((changed) => (
            <Param key={`${changed.nodeId} ${changed.param}`} changed={changed} />
          ))}
        </ul>
      )}
      {params.length === 0 && parts.length > 0 && (
        <Text size="sm" c="var(--pb-muted)" mt={6}>
          {t('compare.sameParams')}
        </Text>
      )}
      {parts.length === 0 && <Text mt="md">{t('compare.nothing')}</Text>}
      {parts.map((part, at) => (
        <Part key={at} part={part} alone={parts.length === 1 && part.query !== undefined} />
      ))}
    </>
  );
}

/** A window that says what rose and what fell between two runs. */
export function CompareWindow({ pair, onClose }: { readonly pair: RunPair; readonly onClose: () => void }) {
  const [found, setFound] = useState<Compared>();
  const [problem, setProblem] = useState<string>();
  useBack(true, onClose);
  useEffect(() => {
    const left = new AbortController();
    compared(pair, left.signal).then(setFound, (error: unknown) => {
      if (!left.signal.aborted) setProblem(told(messageOf(error)));
    });
    return () => left.abort();
  }, [pair]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('compare.title')}
      size="min(900px, 94vw)"
      zIndex={300}
      closeButtonProps={{ 'aria-label': t('results.close') }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {found && <Body compared={found} />}
      {!found && problem === undefined && <Text c="var(--pb-muted)">{t('results.loading')}</Text>}
      {problem !== undefined && <Text role="alert">{problem}</Text>}
    </Modal>
  );
}
