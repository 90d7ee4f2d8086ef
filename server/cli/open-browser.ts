import { spawn } from 'node:child_process';

/** What opens an address on this machine, or undefined where there is no desktop to open it on. */
export function browserCommand(
  address: string,
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): readonly [command: string, args: readonly string[]] | undefined {
  // A remote shell has a desktop at its other end at most, and an automatic build has nobody in front of it.
  if (env.CI || env.SSH_CONNECTION || env.SSH_TTY) return undefined;
  if (platform === 'darwin') return ['open', [address]];
  // The empty argument is the window's title; cmd would take the address for one.
  if (platform === 'win32') return ['cmd', ['/c', 'start', '""', address.replaceAll('&', '^&')]];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', [address]] : undefined;
}

/** Opens an address in the browser where there is a desktop; the printed address serves everyone else. Never fails. */
export function openBrowser(address: string): void {
  const found = browserCommand(address);
  if (!found) return;
  const [command, args] = found;
  const child = spawn(command, args, { detached: true, stdio: 'ignore', windowsVerbatimArguments: true });
  child.on('error', () => {});
  child.unref();
}
