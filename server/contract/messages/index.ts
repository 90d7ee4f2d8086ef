import type { Template } from '../../../nodes/sdk/messages.ts';
import { adapterMessage } from './adapters.ts';
import { encoderMessage } from './encoders.ts';
import { checkMessage, modelMessage } from './models.ts';
import { onnxMessage } from './onnx.ts';
import { runMessage } from './runs.ts';

/** Every message of the server by its code. A code without its Chinese twin does not compile. */
export const MESSAGES = {
  ...runMessage.templates,
  ...adapterMessage.templates,
  ...checkMessage.templates,
  ...encoderMessage.templates,
  ...modelMessage.templates,
  ...onnxMessage.templates,
} satisfies Readonly<Record<string, Required<Template>>>;
