import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useBack } from '../../ui/back.ts';
import { t } from '../../ui/strings/index.ts';
import { moveToNamed, useNewCategory } from './correct.ts';

/** Asks for the name of a category and moves pictures of a result into it. */
export function NewCategory() {
  const on = useNewCategory((state) => state.on);
  const [name, setName] = useState('');
  const close = () => {
    setName('');
    useNewCategory.setState({ on: null });
  };
  useBack(on !== null, close);
  return (
    <Modal
      opened={on !== null}
      onClose={close}
      title={t('correct.newTitle')}
      zIndex={530}
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (on) moveToNamed(on.place, on.items, name);
          close();
        }}
      >
        <TextInput
          data-autofocus
          label={t('categories.name')}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md" gap={8}>
          <Button variant="default" onClick={close}>
            {t('use.cancel')}
          </Button>
          <Button type="submit" disabled={name.trim() === ''}>
            {t('correct.move')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
