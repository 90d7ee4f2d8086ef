import { Text } from '@mantine/core';
import type { WorkflowInput } from '../../workflows/workflow.ts';
import { useDocument } from '../document/store.ts';
import { useDescriptor } from '../ui/api/catalogue.ts';
import { labelled } from '../ui/format.ts';
import { t } from '../ui/strings/index.ts';
import { inputTitleText, workflowText } from '../ui/strings/workflow-text.ts';
import { ParamField } from '../widgets/param-field.tsx';
import css from './form.module.css';

function FormInput({ input }: { readonly input: WorkflowInput }) {
  const { node: id, param } = input;
  const node = useDocument((state) => state.nodes[id]);
  const descriptor = useDescriptor(node?.type ?? '')?.params.find(({ name }) => name === param);
  if (!node || !descriptor)
    return (
      <Text size="sm" c="var(--pb-muted)">
        {labelled(input.title ? workflowText(input.title) : input.name, t('form.lostInput'))}
      </Text>
    );
  const title = inputTitleText(node.type, param, input.title);
  const help = input.help === undefined ? descriptor.help : workflowText(input.help);
  return (
    <div data-input={input.name}>
      <ParamField descriptor={{ ...descriptor, title, help }} nodeId={id} />
      <Text size="xs" c="var(--pb-muted)" className={css.help}>
        {help}
      </Text>
    </div>
  );
}

/** The form inputs of the workflow, as fields. */
export function FormInputs() {
  const inputs = useDocument((state) => state.inputs);
  if (inputs.length === 0) return <Text c="var(--pb-muted)">{t('form.noInputs')}</Text>;
  return inputs.map((input) => <FormInput key={input.name} input={input} />);
}
