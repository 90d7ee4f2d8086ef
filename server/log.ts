/** The level of a log line. */
export type LogLevel = 'info' | 'warn' | 'error';

/** Further values of a log line. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one line per message and never throws. */
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

/** Makes a log that writes JSON lines, or plain lines to a terminal. */
export function createLog(stream: NodeJS.WriteStream): Log {
  // The reader of the stream may be gone. An unhandled error would be logged in turn, forever.
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

/** The code, message and stack of an error, for the log only and never for a user. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) };
  const { code } = error as { code?: unknown };
  return { error: error.message, code: typeof code === 'string' ? code : undefined, stack: error.stack };
}
