import { ActionIcon, Button, Menu, Switch, TextInput, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { ArrowUpToLine, Ellipsis, Pause, Pin, PinOff, Play, Search, Square } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { isFinal, RUN_STATES, type RunState, type RunSummary } from '../../server/contract/run.ts';
import { useActiveTab } from '../document/tabs.ts';
import type { RunPair } from '../results/compare-window.tsx';
import { Thumbnail } from '../results/thumbnail.tsx';
import { deleteRun, reopenRun } from '../runs/actions.ts';
import { useRuns } from '../runs/store.ts';
import {
  cancelRun,
  changeRun,
  clearQueue,
  listRuns,
  moveToFront,
  pauseQueue,
  resumeQueue,
} from '../ui/api/runs.ts';
import { bracketed, dateText, durationText, formatCount, labelled } from '../ui/format.ts';
import { loadedLater } from '../ui/loaded-later.tsx';
import { t } from '../ui/strings/index.ts';
import { plainText } from '../ui/strings/told.ts';
import { workflowText } from '../ui/strings/workflow-text.ts';
import { attempt } from '../ui/tell.ts';
import { useTrash } from '../ui/trash/trash.ts';
import { TrashButton } from '../ui/trash/trash-button.tsx';
import { TrashLink } from '../ui/trash/trash-link.tsx';
import { isComposing } from '../ui/typing.ts';
import css from './panels.module.css';

const CompareWindow = loadedLater(async () => (await import('../results/compare-window.tsx')).CompareWindow);

function Act({
  label,
  onClick,
  children,
}: {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={label} openDelay={400}>
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={label} onClick={onClick}>
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** The name of a run for people. */
const nameOf = ({ title, name }: RunSummary): string => title ?? (workflowText(name) || t('runs.untitled'));

/** The last folder of a path, as people call it. */
const folderName = (path: string): string =>
  path
    .split(/[/\\:]/)
    .filter(Boolean)
    .at(-1) ?? path;

/** A field for the name of a run. Enter and leaving the field save it; Escape does not. */
function NameField({ run, onDone }: { readonly run: RunSummary; readonly onDone: (name?: string) => void }) {
  const [text, setText] = useState(nameOf(run));
  const isOver = useRef(false);
  const end = (name?: string) => {
    if (isOver.current) return;
    isOver.current = true;
    onDone(name);
  };
  return (
    <TextInput
      size="xs"
      className={css.runName}
      value={text}
      maxLength={500}
      autoFocus
      aria-label={t('runs.nameField')}
      onFocus={(event) => event.currentTarget.select()}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => end(text)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (isComposing(event.nativeEvent)) return;
        if (event.key === 'Enter') end(text);
        if (event.key === 'Escape') end();
      }}
    />
  );
}

/** After this many milliseconds a closed menu has returned the focus. */
const MENU_MS = 60;

interface RowActs {
  readonly onChanged: () => void;
  /** The run to compare with another one; null if none was chosen. */
  readonly first: RunSummary | null;
  readonly onCompare: (run: RunSummary) => void;
}

function EndedActs({
  run,
  onRename,
  onChanged,
  onCompare,
}: { readonly run: RunSummary; readonly onRename: () => void } & Pick<RowActs, 'onChanged' | 'onCompare'>) {
  const { id, pinned } = run;
  const act = (work: Promise<unknown>) => void attempt(work.finally(onChanged));
  return (
    <>
      <Act
        label={pinned ? t('runs.unpin') : t('runs.pin')}
        onClick={() => act(changeRun(id, { pinned: !pinned }))}
      >
        {pinned ? <PinOff size={14} aria-hidden /> : <Pin size={14} aria-hidden />}
      </Act>
      <Menu withInitialFocusPlaceholder={false} keepMounted={false} position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('runs.more')}>
            <Ellipsis size={14} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item data-autofocus onClick={() => act(reopenRun(id))}>
            {t('runs.reopen')}
          </Menu.Item>
          <Menu.Item onClick={() => onCompare(run)}>{t('runs.compare')}</Menu.Item>
          <Menu.Item onClick={onRename}>{t('runs.rename')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <TrashButton
        kind="run"
        id={id}
        name={nameOf(run)}
        label={t('runs.forget')}
        size="sm"
        onDelete={() => deleteRun(id)}
      />
    </>
  );
}

/** The picture of a run, or an empty place until it has one. */
function Look({ run: { thumbnail } }: { readonly run: RunSummary }) {
  if (thumbnail) return <Thumbnail source={thumbnail} edge={44} label="" />;
  return <span className={css.runBlank} aria-hidden />;
}

function Run({ run, onChanged, first, onCompare }: { readonly run: RunSummary } & RowActs) {
  const act = (work: Promise<unknown>) => void attempt(work.finally(onChanged));
  const [isRenaming, setRenaming] = useState(false);
  const { id, status, createdAt, ms, message, problem, series, query, folder, pictures, title, name } = run;
  const isOver = isFinal(status);
  const rename = (text?: string) => {
    setRenaming(false);
    // The name of the workflow is no name of the run.
    if (text !== undefined && text.trim() !== nameOf(run))
      act(changeRun(id, { title: text.trim() === workflowText(name) ? '' : text }));
  };
  const facts = [
    folder && folderName(folder),
    pictures !== null && t('runs.pictures', { count: formatCount(pictures), total: pictures }),
  ].filter(Boolean);
  return (
    <li className={css.run} data-status={status}>
      <span className={css.runBody}>
        <Look run={run} />
        <span className={css.runWords}>
          <span className={css.runHead}>
            <span className={css.dot} data-status={status} aria-hidden />
            {isRenaming ? (
              <NameField run={run} onDone={rename} />
            ) : (
              <button
                type="button"
                className={css.runName}
                title={labelled(
                  title === null ? nameOf(run) : bracketed(nameOf(run), workflowText(name)),
                  t('runs.reopen'),
                )}
                onClick={() => act(reopenRun(id))}
              >
                {nameOf(run)}
              </button>
            )}
            {status === 'queued' && (
              <Act label={t('runs.front')} onClick={() => act(moveToFront(id))}>
                <ArrowUpToLine size={14} aria-hidden />
              </Act>
            )}
            {!isOver && (
              <Act label={t('runs.cancel')} onClick={() => act(cancelRun(id))}>
                <Square size={14} aria-hidden />
              </Act>
            )}
            {isOver && first === null && (
              <EndedActs
                run={run}
                // Once the menu has given the focus back, which would end the field.
                onRename={() => setTimeout(() => setRenaming(true), MENU_MS)}
                onChanged={onChanged}
                onCompare={onCompare}
              />
            )}
          </span>
          {query !== null && (
            <span className={css.runQuery} title={query}>
              {query}
            </span>
          )}
          {facts.length > 0 && (
            <span className={css.quiet} title={folder ?? undefined}>
              {facts.join(' · ')}
            </span>
          )}
          <span className={css.quiet}>
            {t(`run.${status}`)} · {dateText(createdAt)}
            {ms !== null && ` · ${durationText(ms)}`}
            {series !== null && ` · ${t('runs.automatic')}`}
          </span>
        </span>
      </span>
      {message && <span className={css.problem}>{plainText(problem ?? message)}</span>}
      {isOver && first !== null && first.id !== id && (
        <Button size="compact-xs" variant="light" onClick={() => onCompare(run)}>
          {t('runs.compareWith')}
        </Button>
      )}
    </li>
  );
}

interface Page {
  readonly items: readonly RunSummary[];
  readonly next: string | null;
}

/** The states whose name in the language of the reader begins with a text. */
function statesCalled(text: string): RunState[] {
  const wanted = text.trim().toLowerCase();
  return wanted === ''
    ? []
    : RUN_STATES.filter((state) => t(`run.${state}`).toLowerCase() === wanted || state === wanted);
}

const SEARCH_MS = 200;

/** The queue and all past runs, each with its workflow and results. */
export function RunsPanel() {
  const queue = useRuns((state) => state.queue);
  const connection = useRuns((state) => state.connection);
  const trashChanges = useTrash((state) => state.changes);
  const workflowId = useActiveTab()?.workflowId ?? undefined;
  const [onlyThis, setOnlyThis] = useState(false);
  const [pinned, setPinned] = useState<readonly RunSummary[]>([]);
  const [page, setPage] = useState<Page>();
  const [text, setText] = useState('');
  const [search] = useDebouncedValue(text, SEARCH_MS);
  const [first, setFirst] = useState<RunSummary | null>(null);
  const [pair, setPair] = useState<RunPair | null>(null);
  const filter = onlyThis ? workflowId : undefined;
  const asked = useRef(0);

  const load = useCallback(
    async (cursor?: string) => {
      asked.current += 1;
      const own = asked.current;
      const states = statesCalled(search);
      const wanted = {
        workflowId: filter,
        ...(states.length > 0 ? { status: states } : { search: search.trim() || undefined }),
      };
      const [onTop, { items, next }] = await Promise.all([
        cursor ? undefined : listRuns({ ...wanted, pinned: true, limit: 200 }),
        listRuns({ ...wanted, pinned: false, cursor }),
      ]);
      // An answer to an earlier search must not replace a later one.
      if (own !== asked.current) return;
      if (onTop) setPinned(onTop.items);
      setPage((before) => ({ items: cursor ? [...(before?.items ?? []), ...items] : items, next }));
    },
    [filter, search],
  );
  // Load the list again when the queue changes, a run was deleted or restored, or the server is back.
  useEffect(() => void load().catch(() => undefined), [load, queue, connection, trashChanges]);
  const reload = () => void load().catch(() => undefined);
  const waiting = queue?.queuedTotal ?? 0;
  const compare = (run: RunSummary) => {
    if (first === null) return setFirst(run);
    const [before, after] = first.createdAt < run.createdAt ? [first, run] : [run, first];
    setPair({ before, after });
    setFirst(null);
  };
  const rows = (runs: readonly RunSummary[]) => (
    <ul className={css.list}>
      {runs.map((run) => (
        <Run key={run.id} run={run} onChanged={reload} first={first} onCompare={compare} />
      ))}
    </ul>
  );
  const isEmpty = page !== undefined && page.items.length + pinned.length === 0;

  return (
    <>
      <section className={css.group}>
        <h3>{t('runs.queue')}</h3>
        <p className={css.quiet}>
          {queue?.paused
            ? t('runs.paused')
            : waiting > 0
              ? t('run.queueLength', { count: waiting })
              : t('runs.queueEmpty')}
        </p>
        <div className={css.buttons}>
          {queue?.paused ? (
            <Button
              size="compact-xs"
              variant="light"
              leftSection={<Play size={12} aria-hidden />}
              onClick={() => void attempt(resumeQueue())}
            >
              {t('runs.resume')}
            </Button>
          ) : (
            <Button
              size="compact-xs"
              variant="default"
              leftSection={<Pause size={12} aria-hidden />}
              onClick={() => void attempt(pauseQueue())}
            >
              {t('runs.pause')}
            </Button>
          )}
          {waiting > 0 && (
            <Button size="compact-xs" variant="default" onClick={() => void attempt(clearQueue())}>
              {t('runs.clear')}
            </Button>
          )}
        </div>
      </section>
      <section className={css.group}>
        <h3>{t('runs.history')}</h3>
        {workflowId !== undefined && (
          <Switch
            size="xs"
            label={t('runs.onlyThis')}
            checked={onlyThis}
            onChange={(event) => setOnlyThis(event.currentTarget.checked)}
          />
        )}
        <TextInput
          size="xs"
          type="search"
          mt={6}
          aria-label={t('runs.search')}
          placeholder={t('runs.search')}
          leftSection={<Search size={13} aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {first !== null && (
          <p className={css.comparing} role="status">
            {t('runs.comparing', { name: first.query ?? nameOf(first) })}{' '}
            <Button size="compact-xs" variant="default" onClick={() => setFirst(null)}>
              {t('runs.compareStop')}
            </Button>
          </p>
        )}
        {isEmpty && (
          <p className={css.quiet}>{search.trim() === '' ? t('runs.empty') : t('runs.noneFound')}</p>
        )}
        {pinned.length > 0 && (
          <>
            <h4 className={css.runGroup}>{t('runs.pinned')}</h4>
            {rows(pinned)}
          </>
        )}
        {page && rows(page.items)}
        {page?.next && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => void attempt(load(page.next ?? undefined))}
          >
            {t('home.more')}
          </Button>
        )}
        <TrashLink />
      </section>
      {pair && <CompareWindow pair={pair} onClose={() => setPair(null)} />}
    </>
  );
}
