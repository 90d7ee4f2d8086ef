import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { create } from 'zustand';
import { useBack } from './back.ts';
import { t } from './strings/index.ts';

/** A question for a name. */
export interface NameQuestion {
  readonly title: string;
  /** What stands on the button. */
  readonly action: string;
  /** What the field contains first. */
  readonly start?: string;
  readonly maxLength: number;
  readonly onName: (name: string) => void;
}

const useQuestion = create<{ readonly question: NameQuestion | null }>(() => ({ question: null }));

/** Asks for a name in a small window. Nothing happens if the user closes it. */
export const askName = (question: NameQuestion): void => useQuestion.setState({ question });

function Asked({ question, onClose }: { readonly question: NameQuestion; readonly onClose: () => void }) {
  const [name, setName] = useState(question.start ?? '');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onClose();
        question.onName(name.trim());
      }}
    >
      <TextInput
        data-autofocus
        label={t('inspector.name')}
        value={name}
        maxLength={question.maxLength}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Group justify="flex-end" mt="md" gap={8}>
        <Button variant="default" onClick={onClose}>
          {t('use.cancel')}
        </Button>
        <Button type="submit" disabled={name.trim() === ''}>
          {question.action}
        </Button>
      </Group>
    </form>
  );
}

/** The window of {@link askName}. */
export function AskName() {
  const question = useQuestion((state) => state.question);
  const close = () => useQuestion.setState({ question: null });
  useBack(question !== null, close);
  return (
    <Modal
      opened={question !== null}
      onClose={close}
      title={question?.title}
      zIndex={530}
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {question && <Asked question={question} onClose={close} />}
    </Modal>
  );
}
