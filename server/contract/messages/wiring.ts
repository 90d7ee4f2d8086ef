import { defineMessages } from '../../../nodes/sdk/messages.ts';

/** Messages about the nodes, wires and names of a workflow. */
export const wiringMessage = defineMessages({
  'workflow.empty': {
    en: 'The workflow has no active node with a result. Add one, or unmute one.',
    zh: '工作流中没有会给出结果的启用节点。请添加一个，或启用一个已停用的节点。',
  },
  'workflow.cycle': {
    en: 'These nodes wait for each other in a cycle: {path}. Remove one of the wires between them.',
    zh: '这些节点形成循环，互相等待：{path}。请移除它们之间的一条连线。',
  },
  'cycle.step': { en: '{before} → {after}', zh: '{before} → {after}' },
  'cycle.length': { en: '… ({count} nodes)', zh: '…（{count} 个节点）' },
  'node.unknown-type': {
    en: '{node} has the type "{type}", which this Patchbay does not have.{hint?} Remove it, mute it, or install the extension that has it.',
    zh: '{node} 的类型是“{type}”，此 Patchbay 中没有这种节点。{hint?}请移除它、停用它，或安装提供它的扩展。',
  },

  'edge.self': {
    en: 'A wire leads from {node} back to itself.{advice?}',
    zh: '{node} 的连线连回了它自己。{advice?}',
  },
  'edge.duplicate': {
    en: '{source} is already connected to {target}.{advice?}',
    zh: '{source} 已经连接到 {target}。{advice?}',
  },
  'edge.type-mismatch': {
    en: '{target} takes {expected:or} at {input}, and {source} gives {got:or}.{advice?}',
    zh: '{target} 的 {input} 需要{expected:or}，而 {source} 给出的是{got:or}。{advice?}',
  },
  'edge.cycle': {
    en: 'A wire from {source} to {target} would close a cycle. A node cannot wait for its own result.',
    zh: '从 {source} 到 {target} 的连线会形成循环。节点不能等待它自己的结果。',
  },
  'edge.unknown-node': {
    en: '{wire}, which is not in the workflow.{advice?}',
    zh: '{wire}，但工作流中没有它。{advice?}',
  },
  'edge.from-known': {
    en: 'A wire from {node} leads to {missing}',
    zh: '从 {node} 出发的连线通向 {missing}',
  },
  'edge.to-known': { en: 'A wire to {node} comes from {missing}', zh: '通向 {node} 的连线来自 {missing}' },
  'edge.from-missing': { en: 'A wire comes from {missing}', zh: '一条连线来自 {missing}' },
  'port.unknown': {
    en: '{node} has no {side} called "{port}".{hint?}{advice?}',
    zh: '{node} 没有名为“{port}”的{side}。{hint?}{advice?}',
  },
  'side.input': { en: 'input', zh: '输入' },
  'side.output': { en: 'output', zh: '输出' },
  'input.occupied': {
    en: '{input} of {node} takes one wire and already has one.{advice?}',
    zh: '{node} 的 {input} 只接受一条连线，并且已经有一条了。{advice?}',
  },
  'advice.remove': { en: ' Remove it.', zh: '请移除它。' },
  'advice.remove-one': { en: ' Remove one of them.', zh: '请移除其中一条。' },
  'advice.remove-extra': { en: ' Remove the extra wire.', zh: '请移除多余的连线。' },
  'advice.remove-wire': { en: ' Remove the wire.', zh: '请移除这条连线。' },
  'advice.reconnect': {
    en: ' Remove the wire, or connect it to another {side}.',
    zh: '请移除这条连线，或把它连接到别的{side}。',
  },
  'advice.connect': {
    en: ' Connect something that gives {types:or}.',
    zh: '请连接能给出{types:or}的节点。',
  },

  'input.missing': {
    en: '{input} of {node} is not connected. Connect {types:or} to it.',
    zh: '{node} 的 {input} 没有连接。请把{types:or}连接到它。',
  },
  'input.bypassed': {
    en: '{input} of {node} gets nothing: {source} before it is bypassed and has no {types:or} to pass on. Make it active again, or connect something else.',
    zh: '{node} 的 {input} 没有输入：它前面的 {source} 被旁路，没有{types:or}可以传递。请重新启用它，或连接别的节点。',
  },
  'input.wrong-kind': {
    en: '{node} takes {types:or} at {input}, and got {got}. Connect something that gives {types:or}.',
    zh: '{node} 的 {input} 需要{types:or}，得到的却是{got}。请连接能给出{types:or}的节点。',
  },
  'output.missing': {
    en: '{node} gave no result at {output}, where it should give {types:or}. This is a fault of the node, not of your workflow.',
    zh: '{node} 的 {output} 没有给出结果，它应该给出{types:or}。这是节点的错误，不是您的工作流的错误。',
  },
  'output.wrong-kind': {
    en: '{node} gave {got} at {output}, where it should give {types:or}. This is a fault of the node, not of your workflow.',
    zh: '{node} 的 {output} 给出了 {got}，它应该给出{types:or}。这是节点的错误，不是您的工作流的错误。',
  },
  'output.duplicate': {
    en: '{one} and {other} both write {file}, so one would replace the other. Give one of them another name.',
    zh: '{one} 和 {other} 都写入 {file}，其中一个会覆盖另一个。请为其中一个换一个名称。',
  },

  'output-name.muted': {
    en: 'The output {name} has no result: {node} is muted.',
    zh: '输出 {name} 没有结果：{node} 已停用。',
  },
  'output-name.needs-muted': {
    en: 'The output {name} has no result: {node} needs a node that is muted.',
    zh: '输出 {name} 没有结果：{node} 需要的节点已停用。',
  },

  'target.empty': {
    en: 'The list of nodes to run to is empty. Name at least one node.',
    zh: '要运行到的节点列表是空的。请至少指定一个节点。',
  },
  'target.unknown': {
    en: 'The workflow has no node with the id {id} to run to.{hint?}',
    zh: '工作流中没有 id 为 {id} 的节点，无法运行到那里。{hint?}',
  },
  'target.muted': {
    en: '{node} cannot run: it is muted. Unmute it, or run to another node.',
    zh: '{node} 无法运行：它已停用。请启用它，或运行到别的节点。',
  },
  'target.needs-muted': {
    en: '{node} cannot run: it needs a node that is muted. Unmute that node, or run to another node.',
    zh: '{node} 无法运行：它需要的节点已停用。请启用那个节点，或运行到别的节点。',
  },

  'input-name.duplicate': {
    en: 'The workflow has two inputs called {name}. Rename or remove one of them.',
    zh: '工作流的输入 {name} 出现了两次。请将其中一个改名或移除。',
  },
  'output-name.duplicate': {
    en: 'The workflow has two outputs called {name}. Rename or remove one of them.',
    zh: '工作流的输出 {name} 出现了两次。请将其中一个改名或移除。',
  },
  'input-name.unknown-node': {
    en: "The workflow's input {name} belongs to the node {id}, which is not in the workflow. Remove it or choose another node.",
    zh: '工作流的输入 {name} 属于节点 {id}，但工作流中没有它。请移除这个输入，或选择别的节点。',
  },
  'output-name.unknown-node': {
    en: "The workflow's output {name} belongs to the node {id}, which is not in the workflow. Remove it or choose another node.",
    zh: '工作流的输出 {name} 属于节点 {id}，但工作流中没有它。请移除这个输出，或选择别的节点。',
  },
  'input-name.unknown-field': {
    en: 'The workflow\'s input {name} sets "{field}" of {node}, which has no such param.{hint?}',
    zh: '工作流的输入 {name} 对应 {node} 的参数“{field}”，但它没有这个参数。{hint?}',
  },
  'output-name.unknown-field': {
    en: 'The workflow\'s output {name} gives "{field}" of {node}, which has no such output.{hint?}',
    zh: '工作流的输出 {name} 对应 {node} 的输出“{field}”，但它没有这个输出。{hint?}',
  },
});
