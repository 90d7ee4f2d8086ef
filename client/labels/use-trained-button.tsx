import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { WandSparkles } from 'lucide-react';
import { useRef, useState } from 'react';
import { contentIn, useDocument } from '../document/store.ts';
import { useRunState } from '../runs/store.ts';
import { t } from '../ui/strings/index.ts';
import { messageOf, told } from '../ui/strings/told.ts';
import { type Trained, trainedOf } from './trained.ts';
import { useTrained } from './use-trained.ts';

const MOST = 80;

function NameWindow({ trained, onClose }: { readonly trained: Trained; readonly onClose: () => void }) {
  const [name, setName] = useState(() =>
    t(trained.kind === 'classifier' ? 'use.firstName' : 'use.firstAdapter'),
  );
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const work = useRef<AbortController>(null);
  const close = () => {
    work.current?.abort();
    onClose();
  };
  const use = async () => {
    const mine = new AbortController();
    work.current = mine;
    setProblem(undefined);
    setBusy(true);
    try {
      await useTrained(contentIn(useDocument.getState()), trained, name.trim(), mine.signal);
      onClose();
    } catch (error) {
      if (!mine.signal.aborted) setProblem(told(messageOf(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={close}
      title={t(trained.kind === 'classifier' ? 'use.classifier' : 'use.adapter')}
      closeButtonProps={{ 'aria-label': t('canvas.close') }}
      transitionProps={{ duration: 0 }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void use();
        }}
      >
        <Stack gap={12}>
          <Text c="var(--pb-muted)" size="sm">
            {t(trained.kind === 'classifier' ? 'use.classifierHelp' : 'use.adapterHelp')}
          </Text>
          <TextInput
            data-autofocus
            label={t('use.name')}
            value={name}
            maxLength={MOST}
            error={problem}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group gap={8} justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('use.cancel')}
            </Button>
            <Button type="submit" loading={isBusy} disabled={name.trim() === ''}>
              {t('use.saveAndOpen')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Below the result of a node that learned something: saves it and opens the template that uses it on other pictures. */
export function UseTrainedButton({ id }: { readonly id: string }) {
  const type = useDocument((state) => state.nodes[id]?.type);
  const { state } = useRunState(id);
  const [isOpen, setOpen] = useState(false);
  const trained = type === undefined ? undefined : trainedOf(useDocument.getState(), id);
  if (!trained || !(state === 'done' || state === 'cached' || state === 'warning')) return null;
  return (
    <>
      <Button
        className="nodrag"
        size="xs"
        variant="light"
        leftSection={<WandSparkles size={14} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t(trained.kind === 'classifier' ? 'use.classifier' : 'use.adapter')}
      </Button>
      {isOpen && <NameWindow trained={trained} onClose={() => setOpen(false)} />}
    </>
  );
}
