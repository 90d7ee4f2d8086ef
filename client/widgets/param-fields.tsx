import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { ParamDescriptor } from '../../nodes/sdk/descriptor.ts';
import { presentValue } from '../../server/contract/params.ts';
import { useDocument } from '../document/store.ts';
import { t, useLanguage } from '../ui/strings/index.ts';
import { problemOf } from './check-param.ts';
import css from './param-field.module.css';
import { ParamField } from './param-field.tsx';
import { shownParams } from './shown-params.ts';

const NONE: Readonly<Record<string, unknown>> = {};

/**
 * All params of a node that apply to the current values. Advanced params are under "More", which opens if one of them
 * has a problem.
 */
export function ParamFields({
  params,
  nodeId,
  also,
}: {
  /** With titles and help in the current language. */
  readonly params: readonly ParamDescriptor[];
  readonly nodeId: string;
  /** Other nodes of the same type, which a change applies to as well. */
  readonly also?: readonly string[];
}) {
  useLanguage();
  const [opened, setOpened] = useState(false);
  const values = useDocument((state) => state.nodes[nodeId]?.params) ?? NONE;
  const { plain, advanced } = shownParams(params, values);
  const trouble = advanced.some(
    (param) => problemOf(param, presentValue(param.name, param, values)) !== null,
  );
  const isOpen = opened || trouble;
  const field = (param: ParamDescriptor) => (
    <ParamField key={param.name} descriptor={param} nodeId={nodeId} also={also} />
  );
  return (
    <>
      {plain.map(field)}
      {advanced.length > 0 && (
        <button
          type="button"
          className={`${css.more} nodrag`}
          aria-expanded={isOpen}
          onClick={() => setOpened(!isOpen)}
        >
          <ChevronRight size={12} aria-hidden data-open={isOpen || undefined} />
          {isOpen ? t('widgets.less') : t('widgets.more')}
        </button>
      )}
      {isOpen && advanced.map(field)}
    </>
  );
}
