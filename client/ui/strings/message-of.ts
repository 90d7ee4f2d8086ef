import type { Message, Said } from '../../../nodes/sdk/messages.ts';

/** The message that a thrown value carries, otherwise its text; `told` shows it in the reader's language. */
export function messageOf(error: unknown): Said {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const { code, message } = error;
    const args = 'args' in error ? (error.args as Message['args']) : undefined;
    return { code, args, message };
  }
  return error instanceof Error ? error.message : String(error);
}
