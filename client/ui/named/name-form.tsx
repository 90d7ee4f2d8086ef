import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Said } from '../../../nodes/sdk/messages.ts';
import { t } from '../strings/index.ts';
import { messageOf, told } from '../strings/told.ts';
import css from './named.module.css';

/** The most characters of a name. */
const MOST = 80;

/** A field for a name with a button; an error stands below the field. */
export function NameForm({
  label,
  start,
  action,
  onSave,
  onCancel,
  selected = false,
}: {
  readonly label: string;
  readonly start: string;
  readonly action: string;
  readonly onSave: (name: string) => Promise<unknown>;
  readonly onCancel?: () => void;
  /** Whether the field has the focus at once, with its text selected. */
  readonly selected?: boolean;
}) {
  const [name, setName] = useState(start);
  const [problem, setProblem] = useState<Said>();
  const save = async () => {
    setProblem(undefined);
    try {
      await onSave(name.trim());
      setName(start);
      onCancel?.();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <form
      className={css.fields}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextInput
        flex={1}
        autoFocus={selected}
        onFocus={(event) => {
          if (selected) event.currentTarget.select();
        }}
        label={label}
        value={name}
        maxLength={MOST}
        error={problem && told(problem)}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit" variant="light" disabled={name.trim() === '' || name.trim() === start}>
        {action}
      </Button>
      {onCancel && (
        <Button variant="default" onClick={onCancel}>
          {t('home.keep')}
        </Button>
      )}
    </form>
  );
}
