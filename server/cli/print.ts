/** Writes to stdout and waits until a pipe has read everything. Otherwise an exit could cut a document short. */
export function print(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => (error ? failed(error) : done()));
  });
}
