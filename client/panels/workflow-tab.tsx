import { ActionIcon, Textarea, TextInput } from '@mantine/core';
import { X } from 'lucide-react';
import { retitleInput, toggleInput } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { labelled } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import css from './panels.module.css';

/** The workflow: its name, its description and the inputs of its form. */
export function WorkflowTab() {
  const name = useDocument((state) => state.name);
  const description = useDocument((state) => state.description);
  const inputs = useDocument((state) => state.inputs);
  const edit = documentActions().edit;
  return (
    <div className={css.stack}>
      <h2 className={css.helpTitle}>{t('inspector.workflow')}</h2>
      <TextInput
        size="xs"
        label={t('inspector.name')}
        value={name}
        onChange={(event) => {
          const next = event.currentTarget.value;
          edit('rename', (content) => ({ ...content, name: next }), { merge: 'workflow:name' });
        }}
      />
      <Textarea
        size="xs"
        autosize
        minRows={2}
        maxRows={8}
        label={t('inspector.description')}
        value={description}
        onChange={(event) => {
          const next = event.currentTarget.value;
          edit('describe', (content) => ({ ...content, description: next }), {
            merge: 'workflow:description',
          });
        }}
      />
      {inputs.length > 0 && (
        <section className={css.group}>
          <h3>{t('inspector.formInputs')}</h3>
          <p className={css.quiet}>{t('inspector.formHelp')}</p>
          {inputs.map((input) => (
            <div key={input.name} className={css.formInput}>
              <TextInput
                size="xs"
                aria-label={labelled(t('inspector.formName'), input.name)}
                value={input.title ?? ''}
                placeholder={input.name}
                onChange={(event) => {
                  const title = event.currentTarget.value;
                  edit('form', (content) => retitleInput(content, input.name, title), {
                    merge: `form:${input.name}`,
                  });
                }}
              />
              <ActionIcon
                size="sm"
                variant="subtle"
                color="gray"
                aria-label={t('inspector.removeInput', { name: input.title || input.name })}
                onClick={() => edit('form', (content) => toggleInput(content, input.node, input.param, ''))}
              >
                <X size={14} aria-hidden />
              </ActionIcon>
            </div>
          ))}
        </section>
      )}
      <p className={css.quiet}>{t('inspector.nothing')}</p>
    </div>
  );
}
