import type { PointerEvent as ReactPointerEvent } from 'react';
import { formatCount } from '../../ui/format.ts';
import { t } from '../../ui/strings/index.ts';
import css from './pictures.module.css';

/** How far the pointer moves before it is a drag and not a click, in pixels. */
const SLACK = 6;

const categoryAt = (x: number, y: number): HTMLElement | null =>
  document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-category]') ?? null;

/**
 * Drags the selected pictures if the pointer goes down on one of them; on other pictures it starts the rubber band of the area.
 * @param count how many pictures are selected
 * @param onDrop gets the id of the category under the pointer
 * @param onDrag hears when the drag begins and ends
 * @returns whether it may become a drag
 */
export function startDrag(
  event: ReactPointerEvent<HTMLElement>,
  count: number,
  onDrop: (category: string) => void,
  onDrag: (isDragged: boolean) => void = () => {},
): boolean {
  const { target, button, pointerType, pointerId, clientX, clientY } = event;
  if (button !== 0 || pointerType === 'touch' || event.shiftKey || event.ctrlKey || event.metaKey)
    return false;
  if (!(target instanceof Element) || !target.closest('[data-stop][data-picked]')) return false;
  // Without this the area starts its rubber band.
  event.stopPropagation();
  let ghost: HTMLElement | undefined;
  let over: HTMLElement | null = null;
  const mark = (next: HTMLElement | null) => {
    over?.removeAttribute('data-over');
    over = next;
    over?.setAttribute('data-over', '');
  };
  const move = (moved: PointerEvent) => {
    if (moved.pointerId !== pointerId) return;
    if (!ghost) {
      if (Math.hypot(moved.clientX - clientX, moved.clientY - clientY) < SLACK) return;
      ghost = document.createElement('div');
      ghost.className = css.ghost ?? '';
      ghost.textContent = t('categories.dragged', { count: formatCount(count) });
      document.body.append(ghost);
      onDrag(true);
    }
    ghost.style.transform = `translate(${moved.clientX + 12}px, ${moved.clientY + 12}px)`;
    mark(categoryAt(moved.clientX, moved.clientY));
  };
  const stop = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', end);
    removeEventListener('pointercancel', stop);
    removeEventListener('keydown', cancel, { capture: true });
    if (ghost) onDrag(false);
    ghost?.remove();
    mark(null);
  };
  const end = (up: PointerEvent) => {
    if (up.pointerId !== pointerId) return;
    const category = ghost && categoryAt(up.clientX, up.clientY)?.dataset.category;
    const wasDrag = ghost !== undefined;
    stop();
    if (!wasDrag) return;
    // The browser sends a click after it, which would change the selection.
    const swallow = (click: Event) => click.stopPropagation();
    addEventListener('click', swallow, { capture: true });
    setTimeout(() => removeEventListener('click', swallow, { capture: true }));
    if (category !== undefined) onDrop(category);
  };
  const cancel = (key: KeyboardEvent) => {
    if (key.key !== 'Escape') return;
    key.stopImmediatePropagation();
    stop();
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', end);
  addEventListener('pointercancel', stop);
  addEventListener('keydown', cancel, { capture: true });
  return true;
}
