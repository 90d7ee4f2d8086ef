import type { Template } from '../../../nodes/sdk/messages.ts';
import { adapterMessage } from './adapters.ts';
import { cacheMessage } from './cache.ts';
import { deviceMessage } from './devices.ts';
import { encoderMessage } from './encoders.ts';
import { fileMessage } from './files.ts';
import { hubMessage } from './hub.ts';
import { imageMessage } from './images.ts';
import { checkMessage, modelMessage } from './models.ts';
import { nodeFileMessage } from './node-files.ts';
import { onnxMessage } from './onnx.ts';
import { preprocessMessage } from './preprocess.ts';
import { resultMessage } from './results.ts';
import { runnerMessage } from './runner.ts';
import { runMessage } from './runs.ts';
import { sessionMessage } from './sessions.ts';
import { tensorMessage } from './tensors.ts';
import { usageMessage } from './usage.ts';

/** Every message of the server by its code. A code without its Chinese twin does not compile. */
export const MESSAGES = {
  ...cacheMessage.templates,
  ...deviceMessage.templates,
  ...fileMessage.templates,
  ...hubMessage.templates,
  ...imageMessage.templates,
  ...preprocessMessage.templates,
  ...resultMessage.templates,
  ...runMessage.templates,
  ...runnerMessage.templates,
  ...nodeFileMessage.templates,
  ...usageMessage.templates,
  ...adapterMessage.templates,
  ...checkMessage.templates,
  ...encoderMessage.templates,
  ...modelMessage.templates,
  ...onnxMessage.templates,
  ...sessionMessage.templates,
  ...tensorMessage.templates,
} satisfies Readonly<Record<string, Required<Template>>>;
