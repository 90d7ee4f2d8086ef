import { Modal } from '@mantine/core';
import { Check, ChevronLeft, ChevronRight, Ellipsis, Minus, Plus, X } from 'lucide-react';
import { type MouseEvent, type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ViewItem } from '../../server/contract/view.ts';
import { viewItemKey } from '../../server/contract/view.ts';
import { pictureUrl } from '../ui/api/files.ts';
import { useBack } from '../ui/back.ts';
import { factsTogether, formatCount } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { categoryOf } from './label-text.ts';
import css from './lightbox.module.css';
import { useLightboxGestures, zoomAtMiddle } from './lightbox-gestures.ts';
import { actByKey, menuPoint, runChoice } from './pictures/act.ts';
import { type ActedOn, actionsFor } from './pictures/actions.ts';
import type { Area } from './pictures/area.ts';
import { useMarked } from './pictures/corrections.ts';
import { openPictureMenu } from './pictures/menu.ts';
import { type Pages, subjectOf } from './pictures/pages.ts';
import { useIsPicked, useSelection } from './pictures/selection.ts';
import { Choose } from './pictures/selection-bar.tsx';
import { useSortRequest } from './pictures/sortable.ts';

/** The pages of the lightbox, and the first one to show. */
export interface LightboxProps {
  readonly area: Area;
  readonly pages: Pages;
  readonly start: number;
  readonly onClose: () => void;
}

const MAX_ZOOM = 16;
/** Prevents Escape from also closing a dialog below. */
const OWN_KEYS = { 'data-mantine-stop-propagation': true } as const;

function Tool({
  label,
  onClick,
  children,
  disabled,
}: {
  readonly label: string;
  readonly onClick: (event: MouseEvent<HTMLButtonElement>) => void;
  readonly children: ReactNode;
  readonly disabled?: boolean;
}) {
  return (
    <button
      {...OWN_KEYS}
      type="button"
      className={css.tool}
      aria-label={label}
      title={label}
      onClick={onClick}
      disabled={disabled}
    >
      {children}
    </button>
  );
}

function Side({
  item,
  tab,
  zoom,
  onMenu,
}: {
  readonly item: ViewItem;
  readonly tab: string;
  readonly zoom: number;
  readonly onMenu: (event: MouseEvent<HTMLElement>) => void;
}) {
  const [failed, setFailed] = useState(false);
  const { picture, title } = item;
  const mark = useMarked(tab, item);
  const label = item.label === undefined ? undefined : categoryOf(item, item.label);
  return (
    <figure className={css.side} onContextMenu={onMenu}>
      <div {...OWN_KEYS} className={css.stage} tabIndex={zoom > 1 ? 0 : -1} data-stage>
        {picture && !failed ? (
          <img
            src={pictureUrl(picture)}
            alt={label === undefined ? title : factsTogether([title, label])}
            draggable={false}
            style={{ width: `${zoom * 100}%`, height: `${zoom * 100}%` }}
            onError={() => setFailed(true)}
          />
        ) : (
          <p className={css.words}>{item.isPicture ? t('results.gone') : title}</p>
        )}
      </div>
      <figcaption className={css.sideCaption}>
        <span>{title}</span>
        {label !== undefined && <span className={css.label}>{label}</span>}
        {mark && (
          <strong>
            {'to' in mark ? `→ ${mark.to}` : t('correct.isNot', { category: categoryOf(item, mark.not) })}
          </strong>
        )}
      </figcaption>
    </figure>
  );
}

/**
 * Pictures in front of everything else. Arrows, Home and End change the page; + and - zoom, 0 fits, Esc closes. The other keys
 * and the menu are those of the picture. For fingers see {@link useLightboxGestures}.
 */
export function LightboxWindow({ area, pages, start, onClose }: LightboxProps) {
  const [wanted, setPlace] = useState(start);
  const [zoom, setZoom] = useState(1);
  useBack(true, onClose);
  const last = pages.count - 1;
  // Pictures can be hidden while they are looked at.
  const place = Math.max(0, Math.min(wanted, last));
  const items = pages.items(place);
  const subject = subjectOf(pages, place);
  const pickedTotal = useSelection(({ byTab }) => byTab[area.tab]?.picked.size ?? 0);
  const isPicked = useIsPicked(area.tab, subject ? viewItemKey(subject.item) : '') && area.isSelectable;
  const leaf = (to: number) => {
    setPlace(Math.max(0, Math.min(last, to)));
    setZoom(1);
  };
  const sides = useRef<HTMLDivElement>(null);
  const zoomBy = (factor: number) =>
    zoomAtMiddle(sides.current, () =>
      flushSync(() => setZoom((now) => Math.max(1, Math.min(MAX_ZOOM, now * factor)))),
    );
  const gestures = useLightboxGestures({
    zoom,
    maxZoom: MAX_ZOOM,
    setZoom: (next) => flushSync(() => setZoom(next)),
    leaf: (by) => leaf(place + by),
    close: onClose,
  });
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowRight: () => leaf(place + 1),
      ArrowLeft: () => leaf(place - 1),
      Home: () => leaf(0),
      End: () => leaf(last),
      '+': () => zoomBy(1.5),
      '=': () => zoomBy(1.5),
      '-': () => zoomBy(1 / 1.5),
      '0': () => setZoom(1),
      Escape: onClose,
    };
    // The menu in front of the lightbox has its own keys.
    if (event.target instanceof Element && event.target.closest('[data-picture-menu]')) return;
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) {
      const isButton = event.target instanceof Element && event.target.closest('button') !== null;
      if (isButton && (event.key === ' ' || event.key === 'Enter')) return;
      if (!actByKey(on(), event, (asked) => openPictureMenu(asked, centre()))) return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    act?.();
  });
  /** What the menu and the keys are about. It is open already, so there is no page to open. */
  const on = (item = subject): ActedOn => ({ place: area, area, items: item ? [item] : [] });
  const centre = () => ({ x: innerWidth / 2, y: innerHeight / 3 });
  const isEmpty = subject === undefined;
  useEffect(() => {
    if (isEmpty) onClose();
  }, [isEmpty, onClose]);
  // The label room is behind the lightbox.
  useEffect(() => useSortRequest.subscribe(({ request }) => request && onClose()), [onClose]);
  // Listens in the capture phase, wherever the focus is: a dialog below must not close together with the lightbox.
  useEffect(() => {
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  }, []);
  if (isEmpty) return null;
  return (
    <Modal.Root
      opened
      onClose={onClose}
      fullScreen
      zIndex={500}
      closeOnEscape={false}
      transitionProps={{ transition: 'fade', duration: 120 }}
    >
      <Modal.Overlay />
      <Modal.Content
        data-lightbox
        className={css.content}
        aria-label={t('results.lightbox')}
        // Keys pressed here must not reach the elements below.
        onKeyDown={(event) => event.stopPropagation()}
        onPointerDown={(event) => event.stopPropagation()}
        onDoubleClick={(event) => event.stopPropagation()}
      >
        <div className={css.frame} tabIndex={-1} data-autofocus {...OWN_KEYS}>
          <div className={css.bar}>
            <span className={css.place} aria-live="polite">
              {pages.count > 1 &&
                t('results.place', { place: formatCount(place + 1), total: formatCount(pages.count) })}
            </span>
            <span className={css.caption}>{pages.caption?.(place)}</span>
            {isPicked && (
              <span className={css.picked}>
                <Check size={14} aria-hidden /> {t('pictures.selected', { count: pickedTotal })}
              </span>
            )}
            {actionsFor(on())
              .filter(({ group, inBar }) => group === 'correct' && inBar)
              .map(({ id, title, icon: Icon, choices }) => {
                const ways = choices(on());
                const name = title(on());
                return ways.length > 1 ? (
                  <Choose key={id} name={name} ways={ways} className={css.tool} zIndex={510}>
                    <Icon size={18} aria-hidden />
                  </Choose>
                ) : (
                  <Tool key={id} label={name} onClick={() => runChoice(ways[0])}>
                    <Icon size={18} aria-hidden />
                  </Tool>
                );
              })}
            <Tool label={t('pictures.menu')} onClick={(event) => openPictureMenu(on(), event.currentTarget)}>
              <Ellipsis size={18} aria-hidden />
            </Tool>
            <Tool label={t('results.zoomOut')} onClick={() => zoomBy(1 / 1.5)} disabled={zoom <= 1}>
              <Minus size={18} aria-hidden />
            </Tool>
            <Tool label={t('results.zoomIn')} onClick={() => zoomBy(1.5)} disabled={zoom >= MAX_ZOOM}>
              <Plus size={18} aria-hidden />
            </Tool>
            <Tool label={t('results.close')} onClick={onClose}>
              <X size={18} aria-hidden />
            </Tool>
          </div>
          <div className={css.middle}>
            <Tool label={t('results.previous')} onClick={() => leaf(place - 1)} disabled={place === 0}>
              <ChevronLeft size={24} aria-hidden />
            </Tool>
            <div ref={sides} className={css.sides} {...gestures}>
              {items.map((item, side) => (
                <Side
                  key={`${place}-${side}`}
                  item={item}
                  tab={area.tab}
                  zoom={zoom}
                  onMenu={(event) => {
                    event.preventDefault();
                    event.stopPropagation();
                    openPictureMenu(on({ item, score: subject.score }), menuPoint(event));
                  }}
                />
              ))}
            </div>
            <Tool label={t('results.next')} onClick={() => leaf(place + 1)} disabled={place >= last}>
              <ChevronRight size={24} aria-hidden />
            </Tool>
          </div>
        </div>
      </Modal.Content>
    </Modal.Root>
  );
}
