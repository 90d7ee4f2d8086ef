import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The editor: built into the folder that the server serves; in development the server is asked through a proxy. */
export default defineConfig({
  root: 'client',
  plugins: [react()],
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // Home in one piece: React, the widgets' library and the socket.
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: {
      '/api': { target: process.env.PATCHBAY_URL ?? 'http://127.0.0.1:8765' },
      '/socket.io': { target: process.env.PATCHBAY_URL ?? 'http://127.0.0.1:8765', ws: true },
    },
  },
});
