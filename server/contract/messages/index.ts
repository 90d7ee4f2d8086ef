import type { Template } from '../../../nodes/sdk/messages.ts';
import { fileMessage } from './files.ts';
import { imageMessage } from './images.ts';
import { preprocessMessage } from './preprocess.ts';
import { runMessage } from './runs.ts';

/** Every message of the server by its code. A code without its Chinese twin does not compile. */
export const MESSAGES = {
  ...fileMessage.templates,
  ...imageMessage.templates,
  ...preprocessMessage.templates,
  ...runMessage.templates,
} satisfies Readonly<Record<string, Required<Template>>>;
