import { ActionIcon, Textarea, TextInput } from '@mantine/core';
import { X } from 'lucide-react';
import type { WorkflowInput } from '../../workflows/workflow.ts';
import { retitleInput, toggleInput } from '../document/edits.ts';
import { documentActions, useDocument } from '../document/store.ts';
import { labelled } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { inputTitleText, useTextField } from '../ui/strings/workflow-text.ts';
import css from './panels.module.css';

/** An input of the form: its title, and a button that removes it. */
function FormInputRow({ input }: { readonly input: WorkflowInput }) {
  const { name, node, param } = input;
  const type = useDocument((state) => state.nodes[node]?.type ?? '');
  const { edit } = documentActions();
  const title = (text: string) => (text === '' ? '' : inputTitleText(type, param, text));
  const field = useTextField(
    input.title ?? '',
    (text) => edit('form', (content) => retitleInput(content, name, text), { merge: `form:${name}` }),
    title,
  );
  return (
    <div className={css.formInput}>
      <TextInput
        size="xs"
        aria-label={labelled(t('inspector.formName'), name)}
        placeholder={inputTitleText(type, param, undefined)}
        {...field}
      />
      <ActionIcon
        size="sm"
        variant="subtle"
        color="gray"
        aria-label={t('inspector.removeInput', { name: inputTitleText(type, param, input.title) })}
        onClick={() => edit('form', (content) => toggleInput(content, node, param))}
      >
        <X size={14} aria-hidden />
      </ActionIcon>
    </div>
  );
}

/** The workflow: its name, its description and the inputs of its form. */
export function WorkflowTab() {
  const inputs = useDocument((state) => state.inputs);
  const { edit } = documentActions();
  const name = useTextField(
    useDocument((state) => state.name),
    (next) => edit('rename', (content) => ({ ...content, name: next }), { merge: 'workflow:name' }),
  );
  const description = useTextField(
    useDocument((state) => state.description),
    (next) =>
      edit('describe', (content) => ({ ...content, description: next }), { merge: 'workflow:description' }),
  );
  return (
    <div className={css.stack}>
      <h2 className={css.helpTitle}>{t('inspector.workflow')}</h2>
      <TextInput size="xs" label={t('inspector.name')} {...name} />
      <Textarea size="xs" rows={4} resize="vertical" label={t('inspector.description')} {...description} />
      {inputs.length > 0 && (
        <section className={css.group}>
          <h3>{t('inspector.formInputs')}</h3>
          <p className={css.quiet}>{t('inspector.formHelp')}</p>
          {inputs.map((input) => (
            <FormInputRow key={input.name} input={input} />
          ))}
        </section>
      )}
      <p className={css.quiet}>{t('inspector.nothing')}</p>
    </div>
  );
}
