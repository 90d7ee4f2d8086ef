import { Combobox, useCombobox } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import type { Said } from '../../nodes/sdk/messages.ts';
import { documentActions } from '../document/store.ts';
import { labelled } from '../ui/format.ts';
import { told } from '../ui/strings/told.ts';
import { type ControlProps, fieldAttributes } from './control.ts';
import fields from './input.module.css';
import common from './widgets.module.css';

/** A button that opens a list with a search field. It shows what is chosen. */
export function Picker({
  control,
  chosen,
  choose,
  placeholder,
  list,
  width,
  problem,
  onOpen,
  onChoose,
  children,
}: {
  readonly control: ControlProps;
  /** The name of what is chosen; empty for nothing. */
  readonly chosen: string;
  /** What the button says if nothing is chosen. It also names the search field. */
  readonly choose: string;
  /** What can be typed into the search field. */
  readonly placeholder: string;
  /** The name of the list. */
  readonly list: string;
  /** The width of the list in pixels. */
  readonly width: number;
  /** Why the list could not be loaded. */
  readonly problem: Said | null;
  readonly onOpen: () => void;
  /** Called with an option and the text of the search field. The chosen option becomes the value if it is absent. */
  readonly onChoose?: (option: string, words: string) => void;
  /** The options for the text of the search field. */
  readonly children: (words: string) => ReactNode;
}) {
  const [words, setWords] = useState('');
  const listId = useId();
  const box = useCombobox({
    onDropdownOpen: () => box.focusSearchInput(),
    onDropdownClose: () => setWords(''),
  });
  return (
    <Combobox
      store={box}
      keepMounted={false}
      position="bottom-start"
      width={width}
      zIndex={350}
      onOptionSubmit={(option) => {
        if (onChoose) onChoose(option, words);
        else {
          control.onChange(option);
          documentActions().endGesture();
        }
        box.closeDropdown();
        box.focusTarget();
      }}
    >
      <Combobox.Target targetType="button">
        <button
          {...fieldAttributes(control)}
          type="button"
          className={`${fields.input} ${fields.picker} nodrag`}
          aria-label={labelled(control.descriptor.title, chosen || choose)}
          onClick={() => {
            onOpen();
            box.toggleDropdown();
          }}
        >
          <span>{chosen || choose}</span>
          <ChevronDown size={14} aria-hidden />
        </button>
      </Combobox.Target>
      <Combobox.Dropdown className="nowheel nodrag" onPointerDown={(event) => event.stopPropagation()}>
        <Combobox.Search
          role="combobox"
          aria-expanded
          aria-controls={listId}
          value={words}
          aria-label={choose}
          placeholder={placeholder}
          onChange={(event) => {
            setWords(event.currentTarget.value);
            box.selectFirstOption();
          }}
        />
        <Combobox.Options id={listId} aria-label={list} mah={280} style={{ overflowY: 'auto' }}>
          {children(words)}
        </Combobox.Options>
        {problem !== null && <p className={common.problem}>{told(problem)}</p>}
      </Combobox.Dropdown>
    </Combobox>
  );
}
