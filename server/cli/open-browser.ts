import { spawn } from 'node:child_process';

/** The command that opens an address in a browser; undefined if there is no desktop. */
export function browserCommand(
  address: string,
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
): readonly [command: string, args: readonly string[]] | undefined {
  // A remote shell has no desktop on this machine, and nobody watches an automatic build.
  if (env.CI || env.SSH_CONNECTION || env.SSH_TTY) return undefined;
  if (platform === 'darwin') return ['open', [address]];
  // The empty argument is the title of the window. Without it, cmd would use the address as the title.
  if (platform === 'win32') return ['cmd', ['/c', 'start', '""', address.replaceAll('&', '^&')]];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open', [address]] : undefined;
}

/** Opens an address in the browser if there is a desktop. Never fails, because the address is also printed. */
export function openBrowser(address: string): void {
  const found = browserCommand(address);
  if (!found) return;
  const [command, args] = found;
  const child = spawn(command, args, { detached: true, stdio: 'ignore', windowsVerbatimArguments: true });
  child.on('error', () => {});
  child.unref();
}
