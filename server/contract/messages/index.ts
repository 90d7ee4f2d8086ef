import type { Template } from '../../../nodes/sdk/messages.ts';
import { cacheMessage } from './cache.ts';
import { runMessage } from './runs.ts';

/** Every message of the server by its code. A code without its Chinese twin does not compile. */
export const MESSAGES = {
  ...cacheMessage.templates,
  ...runMessage.templates,
} satisfies Readonly<Record<string, Required<Template>>>;
