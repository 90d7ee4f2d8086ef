import { type NodeProps, NodeResizeControl } from '@xyflow/react';
import { memo } from 'react';
import { isUnfinished } from '../../../server/contract/not-run.ts';
import { useChecks } from '../../document/checks.ts';
import { nameOfNode } from '../../document/node-name.ts';
import { useIsQuiet } from '../../document/quiet.ts';
import { useDocument } from '../../document/store.ts';
import { useNodeFact } from '../../runs/store.ts';
import { useDescriptor } from '../../ui/api/catalogue.ts';
import { countRender } from '../../ui/render-count.ts';
import { t, useLanguage } from '../../ui/strings/index.ts';
import { tintStyle } from '../../ui/theme/category-mark.tsx';
import type { TintStyle } from '../../ui/theme/ports.tsx';
import type { FlowNode } from '../flow-items.ts';
import { isLow, useNodeLook } from '../low-zoom.ts';
import { portsOfType } from '../ports-of.ts';
import { zoomTo } from '../view.ts';
import { NodeBody } from './node-body.tsx';
import { NodeMessages } from './node-messages.tsx';
import { NodeTitle } from './node-title.tsx';
import { PortRows, useWirePorts } from './port-rows.tsx';
import './node.css';

/** A node seen from far away. Its title, if any, is large enough to read. */
function Box({
  id,
  title,
  tint,
  width,
  height,
}: {
  id: string;
  title?: string;
  tint: TintStyle;
  width: number;
  height: number;
}) {
  const state = useNodeFact(id, (run) => run.state);
  return (
    <div className={`pb-box pb-drag pb-is-${state}`} style={{ ...tint, width, height }}>
      {title}
    </div>
  );
}

/** The title of a node whose own title is too small to read. All of the node can be dragged. */
function Outline({ id, title }: { readonly id: string; readonly title: string }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter does the same with the keyboard.
    <div
      className="pb-outline pb-drag"
      onDoubleClick={(event) => {
        event.stopPropagation();
        zoomTo(id);
      }}
    >
      {title}
    </div>
  );
}

/** A node. It gets its id and whether it is selected. Its parts read everything else by id. */
export const PatchNode = memo(function PatchNode({ id, selected, width, height }: NodeProps<FlowNode>) {
  countRender(id);
  const look = useNodeLook();
  const node = useDocument((state) => state.nodes[id]);
  const descriptor = useDescriptor(node?.type ?? '');
  const wirePorts = useWirePorts(id, descriptor === undefined);
  const state = useNodeFact(id, (run) => run.state);
  const isWrong = useChecks(({ byNode }) => byNode[id]?.some((problem) => !isUnfinished(problem)) ?? false);
  const isQuiet = useIsQuiet(id);
  useLanguage();
  if (!node) return null;
  if (isLow(look))
    return (
      <Box
        id={id}
        title={look === 'titled' ? nameOfNode(node) : undefined}
        width={width ?? 240}
        height={height ?? 100}
        tint={tintStyle(node.type)}
      />
    );
  const ports = descriptor ? portsOfType(descriptor) : wirePorts;
  const classes = [
    'pb-node',
    `pb-is-${state}`,
    `pb-mode-${node.mode ?? 'active'}`,
    selected && 'pb-selected',
    !descriptor && 'pb-missing',
    isWrong && !isQuiet && 'pb-invalid',
    node.collapsed && 'pb-collapsed',
  ].filter(Boolean);
  return (
    <div className={classes.join(' ')} style={tintStyle(node.type)} data-node-id={id}>
      <NodeTitle id={id} />
      {look === 'outline' && <Outline id={id} title={nameOfNode(node)} />}
      <PortRows id={id} ports={ports} collapsed={node.collapsed === true} />
      {!node.collapsed && (
        <>
          {descriptor ? (
            <NodeBody id={id} descriptor={descriptor} />
          ) : (
            <p className="pb-missing-text">{t('canvas.missingNode', { type: node.type })}</p>
          )}
          <NodeMessages id={id} descriptor={descriptor} />
          {selected && (
            <NodeResizeControl position="bottom-right" minWidth={200} minHeight={72} className="pb-resize" />
          )}
        </>
      )}
    </div>
  );
});
