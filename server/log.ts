/** How much is said. */
export type LogLevel = 'info' | 'warn' | 'error';

/** Facts of a log line besides its message. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line a message; never throws. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

function pretty(level: LogLevel, message: string, fields: LogFields): string {
  const details = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${value}`)
    .join('');
  return `${new Date().toISOString().slice(11, 19)} ${level === 'info' ? '' : `${level}: `}${message}${details}\n`;
}

/** A log of JSON lines for machines, or of plain ones for a terminal. */
export function createLog(stream: NodeJS.WriteStream): Log {
  // Whoever read it may have gone. An error nobody takes would be logged in turn, and so on for ever.
  stream.on('error', () => undefined);
  const write = (level: LogLevel, message: string, fields: LogFields = {}) => {
    const line = stream.isTTY
      ? pretty(level, message, fields)
      : `${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`;
    stream.write(line);
  };
  return {
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
  };
}

/** What a log keeps of an error: its code, message and stack; nothing of it goes to a user. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const { code } = error as { code?: unknown };
  return { error: error.message, code: typeof code === 'string' ? code : undefined, stack: error.stack };
}
