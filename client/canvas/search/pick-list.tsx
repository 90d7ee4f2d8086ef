import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { isComposing } from '../../ui/typing.ts';
import './pick-list.css';

interface PickListProps<T> {
  readonly label: string;
  readonly placeholder?: string;
  /** Name of the list for screen readers; default is the label. */
  readonly listLabel?: string;
  readonly query: string;
  readonly onQuery: (query: string) => void;
  readonly found: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly row: (item: T) => ReactNode;
  /** Type of a row and the colour at its edge. */
  readonly look?: (item: T) => { readonly type: string; readonly tint: string };
  readonly onChoose: (item: T) => void;
  /** Called on Escape and Tab. Without it, these keys go to the element around the list. */
  readonly onLeave?: () => void;
  /** Shown if nothing is found. */
  readonly none: string;
}

/** A field with a list below: words filter, arrows and Enter choose. */
export function PickList<T>(props: PickListProps<T>) {
  const { label, placeholder, listLabel = label, query, onQuery, found, keyOf, row, look, onLeave } = props;
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    list.current?.children[current]?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const choose = (item: T | undefined) => {
    if (item !== undefined) props.onChoose(item);
  };
  const keys: Readonly<Record<string, (() => void) | undefined>> = {
    ArrowDown: () => setCurrent((index) => Math.min(found.length - 1, index + 1)),
    ArrowUp: () => setCurrent((index) => Math.max(0, index - 1)),
    Enter: () => choose(found[current]),
    Escape: onLeave,
    Tab: onLeave,
  };
  return (
    <>
      <input
        ref={field}
        data-autofocus
        value={query}
        placeholder={placeholder ?? label}
        role="combobox"
        aria-label={label}
        aria-expanded="true"
        aria-controls={id}
        aria-activedescendant={found[current] ? `${id}-${current}` : undefined}
        onChange={(event) => {
          onQuery(event.currentTarget.value);
          setCurrent(0);
        }}
        onKeyDown={(event) => {
          if (onLeave) event.stopPropagation();
          const act = isComposing(event.nativeEvent) ? undefined : keys[event.key];
          if (!act) return;
          event.preventDefault();
          act();
        }}
      />
      <ul ref={list} id={id} role="listbox" aria-label={listLabel} tabIndex={-1}>
        {found.map((item, index) => {
          const drawn = look?.(item);
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above handles the keys.
            <li
              key={keyOf(item)}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === current}
              data-type={drawn?.type}
              style={drawn && { borderLeftColor: drawn.tint }}
              onPointerMove={() => setCurrent(index)}
              onClick={() => choose(item)}
            >
              {row(item)}
            </li>
          );
        })}
      </ul>
      {found.length === 0 && <p className="pb-search-none">{props.none}</p>}
    </>
  );
}
