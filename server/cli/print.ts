/** Writes to stdout and waits until a pipe has read everything. Otherwise an exit could cut a document short. */
export function print(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => (error ? failed(error) : done()));
  });
}

/** Writes lines to stdout. Commands use it instead of `console.log`, which nodes use too and which goes to stderr. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}
