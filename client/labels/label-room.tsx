import { Modal } from '@mantine/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { viewItemKey } from '../../server/contract/view.ts';
import { useTabs } from '../document/tabs.ts';
import { chooseSet } from '../results/pictures/correct.ts';
import { only, select, selectionOf, useHidden, useSelection } from '../results/pictures/selection.ts';
import { type SortRequest, useSortRequest } from '../results/pictures/sortable.ts';
import { useCompared } from '../results/side-by-side.ts';
import { formatCount } from '../ui/format.ts';
import { isNarrow } from '../ui/narrow.ts';
import { t, useLanguage } from '../ui/strings/index.ts';
import { told } from '../ui/strings/told.ts';
import { AllSorted } from './all-sorted.tsx';
import { Chips } from './chips.tsx';
import { ChooseSet } from './choose-set.tsx';
import { Grid, type GridHandle } from './grid.tsx';
import { countsOf, type Filter, filtered, nextOpen, type Order, ordered } from './marks.ts';
import { OneAtATime } from './one-at-a-time.tsx';
import css from './room.module.css';
import { RoomHead } from './room-head.tsx';
import { useRoomKeys } from './room-keys.ts';
import { SetBar } from './set-bar.tsx';
import { ROOM } from './sets.ts';
import {
  closeRoom,
  goTo,
  keepSorting,
  loadAgain,
  openRoom,
  redo,
  ruleOut,
  sortInto,
  undo,
  useSorting,
} from './sorting.ts';

keepSorting();

const SIZE = 'patchbay-category-tiles';
const FIRST_SIZE = 150;

const close = () => {
  closeRoom();
  useSortRequest.setState({ request: null });
};

function Sorter({ request }: { readonly request: SortRequest }) {
  const pictures = useSorting((state) => state.pictures);
  const marks = useSorting((state) => state.marks);
  const categories = useSorting((state) => state.categories);
  const active = useSorting((state) => state.active);
  const tab = useTabs((state) => state.active) ?? '';
  const [filter, setFilter] = useState<Filter>('all');
  const [order, setOrder] = useState<Order>('result');
  const [wish, setWish] = useState(() => Number(localStorage.getItem(SIZE)) || FIRST_SIZE);
  /** The pictures that are leafed through one at a time; null in the grid. They stay the same while they are sorted. */
  const [leafed, setLeafed] = useState<readonly number[] | null>(null);
  const grid = useRef<GridHandle>(null);
  const place = useMemo(() => ({ tab, nodeId: ROOM }), [tab]);

  const hidden = useHidden(place);
  const inOrder = useMemo(() => ordered(pictures, order), [pictures, order]);
  // A category that is gone cannot be shown.
  const isThere = !filter.startsWith('in:') || categories.some(({ id }) => filter === `in:${id}`);
  const chosen = isThere ? filter : 'all';
  const shown = useMemo(() => {
    const found = filtered(inOrder, chosen, pictures, marks, categories);
    return hidden ? found.filter((at) => !hidden.has(keyAt(pictures, at))) : found;
  }, [inOrder, chosen, pictures, marks, categories, hidden]);
  const { sorted } = useMemo(() => countsOf(marks), [marks]);
  const picked = useSelection(({ byTab }) => byTab[tab]?.picked);

  /** The selected pictures in sight of the filter; the one with the focus if none is selected. */
  const targets = (): number[] => {
    const found = shown.filter((at) => picked?.has(keyAt(pictures, at)));
    if (found.length > 0) return found;
    return shown.includes(active) ? [active] : shown.slice(0, 1);
  };
  const show = (at: number, list = shown) => {
    const item = pictures[at]?.item;
    if (!item) return;
    goTo(at);
    select(place, only([{ item }]), Math.max(0, list.indexOf(at)));
    grid.current?.reach(list.indexOf(at), document.activeElement?.closest('input, select') == null);
  };
  /** Selects the next picture without a category, after the shown pictures have changed. */
  const [goal, setGoal] = useState<number>();
  useEffect(() => {
    if (goal === undefined) return;
    setGoal(undefined);
    if (shown.includes(goal)) show(goal);
  });
  const goOn = (from: readonly number[], list: readonly number[]) => {
    const next = nextOpen(list, useSorting.getState().marks, new Set(from));
    if (next === undefined) return;
    if (leafed) goTo(next);
    else setGoal(next);
  };
  const sort = (category: string | null) => {
    const own = leafed ? [active] : targets();
    sortInto(own, category);
    if (category !== null) goOn(own, leafed ?? shown);
  };
  const back = (changed: readonly number[]) => {
    const [first] = changed;
    if (first === undefined) return;
    if (leafed) {
      if (leafed.includes(first)) goTo(first);
    } else setGoal(first);
  };
  const leaf = (at?: number) => {
    if (shown.length === 0) return;
    goTo(at ?? targets()[0] ?? active);
    setLeafed(shown);
  };
  const toGrid = () => {
    setLeafed(null);
    setGoal(active);
  };
  useRoomKeys({
    digit(key, isNot) {
      const category = categories.find((one) => one.key === key);
      if (!category) return;
      if (isNot) ruleOut(leafed ? [active] : targets(), category.id);
      else sort(category.id);
    },
    has: (key) => categories.some((one) => one.key === key),
    clear: () => sort(null),
    undo: () => back(undo()),
    redo: () => back(redo()),
    enter: () => (leafed ? toGrid() : leaf()),
    escape() {
      if (leafed) toGrid();
      else if (selectionOf(tab).picked.size > 0) select(place, only([]), null);
      else close();
    },
    move(key, extend) {
      const at = (leafed ?? shown).indexOf(active);
      if (leafed) {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key];
        const to = step === undefined ? undefined : leafed[at + step];
        if (to !== undefined) goTo(to);
        return step !== undefined;
      }
      const to = grid.current?.moved(key, Math.max(0, at));
      if (to === undefined) return false;
      if (extend) {
        const anchor = selectionOf(tab).anchor ?? Math.max(0, at);
        const range = shown.slice(Math.min(anchor, to), Math.max(anchor, to) + 1);
        select(place, only(range.flatMap((one) => pictures[one] ?? [])), anchor);
        grid.current?.reach(to);
      } else if (shown[to] !== undefined) show(shown[to]);
      return true;
    },
  });
  // Keys work at once: the first picture without a category is selected when the room opens.
  const hasBegun = useRef(false);
  const canBegin = useSorting((state) => state.canBegin);
  useEffect(() => {
    if (hasBegun.current || !canBegin || shown.length === 0) return;
    hasBegun.current = true;
    const { marks: now } = useSorting.getState();
    const first = request.first !== undefined ? active : nextOpen(shown, now, new Set());
    if (isNarrow()) leaf(first);
    else show(first ?? shown[0] ?? 0);
  });

  const resize = (size: number) => {
    setWish(size);
    localStorage.setItem(SIZE, String(size));
  };
  const isDone = sorted === pictures.length && pictures.length > 0;
  const count = picked ? shown.filter((at) => picked.has(keyAt(pictures, at))).length : 0;
  return (
    <div className={css.room} data-one={leafed !== null || undefined}>
      <RoomHead
        sorted={sorted}
        filter={chosen}
        onFilter={setFilter}
        order={order}
        onOrder={setOrder}
        size={wish}
        onSize={resize}
        isOne={leafed !== null}
        onOne={() => (leafed ? toGrid() : leaf())}
        onUndo={() => back(undo())}
        onRedo={() => back(redo())}
        onClose={close}
        place={request.place}
      />
      {request.isWholeSet && !leafed && <SetBar />}
      {isDone && <AllSorted place={request.place} onClose={close} />}
      {leafed ? (
        <OneAtATime
          shown={leafed}
          at={active}
          onGo={goTo}
          onSort={sort}
          onUndo={() => back(undo())}
          onBack={toGrid}
        />
      ) : (
        <div className={css.body}>
          <div className={css.pictures}>
            {shown.length === 0 && pictures.length > 0 && (
              <p className={css.nothing}>
                {t(chosen === 'open' && isDone ? 'categories.nothingOpen' : 'categories.nothing')}
              </p>
            )}
            <Grid
              shown={shown}
              picked={count}
              wish={wish}
              handle={grid}
              onOpen={(at) => leaf(shown[at])}
              onDrop={sort}
            />
            {count > 1 && (
              <p className={css.selected} aria-live="polite">
                {t('pictures.selected', { count: formatCount(count) })}
              </p>
            )}
          </div>
          <Chips onSort={sort} />
        </div>
      )}
    </div>
  );
}

const keyAt = (pictures: SortRequest['pictures'], at: number): string => {
  const item = pictures[at]?.item;
  return item ? viewItemKey(item) : '';
};

function Content({ request }: { readonly request: SortRequest }) {
  const phase = useSorting((state) => state.phase);
  const problem = useSorting((state) => state.problem);
  const set = useSorting((state) => state.set);
  const open = (name: string) => {
    chooseSet(request.place.tab, name);
    if (request.use) {
      close();
      request.use(name);
      return;
    }
    const at = request.pictures.findIndex(({ item }) => viewItemKey(item) === request.first);
    openRoom(name, request.pictures, Math.max(0, at));
  };
  useEffect(() => {
    // Windows that the room would cover, and whose keys it would share.
    useCompared.setState({ ids: null });
    if (request.set !== undefined) open(request.set);
    return closeRoom;
  }, [request]);
  switch (phase) {
    case 'closed':
      return request.set === undefined ? (
        <ChooseSet request={request} onChoose={open} onClose={close} />
      ) : null;
    case 'ready':
      return <Sorter request={request} />;
    case 'loading':
      return <p className={css.wait}>{t('categories.loading', { name: set })}</p>;
    default:
      return (
        <div className={css.wait} role="alert">
          <p>{phase === 'gone' ? t('categories.gone', { name: set }) : problem && told(problem)}</p>
          <button type="button" className={css.tool} onClick={loadAgain}>
            {t('app.retry')}
          </button>{' '}
          <button type="button" className={css.tool} onClick={close}>
            {t('results.close')}
          </button>
        </div>
      );
  }
}

/** The label room: pictures of a result are sorted into the categories of a set, in front of everything else. */
export function LabelRoom() {
  const request = useSortRequest((state) => state.request);
  useLanguage();
  if (!request) return null;
  return (
    <Modal.Root
      opened
      onClose={close}
      fullScreen
      zIndex={310}
      closeOnEscape={false}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content
        className={css.window}
        data-label-room
        aria-label={t('categories.room')}
        onKeyDown={(event) => event.stopPropagation()}
        onPointerDown={(event) => event.stopPropagation()}
      >
        <Content request={request} />
      </Modal.Content>
    </Modal.Root>
  );
}
