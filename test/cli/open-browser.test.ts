import { describe, expect, it } from 'vitest';
import { browserCommand } from '../../server/cli/open-browser.ts';

const ADDRESS = 'http://127.0.0.1:8787/?token=a&b=c';

describe('the browser', () => {
  it('is opened by what the platform has for it', () => {
    expect(browserCommand(ADDRESS, 'darwin', {})).toEqual(['open', [ADDRESS]]);
    expect(browserCommand(ADDRESS, 'linux', { DISPLAY: ':0' })).toEqual(['xdg-open', [ADDRESS]]);
    expect(browserCommand(ADDRESS, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })?.[0]).toBe('xdg-open');
    expect(browserCommand(ADDRESS, 'win32', {})?.[1].at(-1)).toBe('http://127.0.0.1:8787/?token=a^&b=c');
  });

  it('is not opened where nobody would see it', () => {
    expect(browserCommand(ADDRESS, 'linux', {})).toBeUndefined();
    expect(browserCommand(ADDRESS, 'linux', { DISPLAY: ':0', SSH_TTY: '/dev/pts/1' })).toBeUndefined();
    expect(browserCommand(ADDRESS, 'darwin', { CI: 'true' })).toBeUndefined();
  });
});
