/** Writes to stdout and waits until a pipe has taken everything, so that leaving does not cut a document short. */
export function print(text: string): Promise<void> {
  return new Promise((done, failed) => {
    process.stdout.write(text, (error) => (error ? failed(error) : done()));
  });
}
