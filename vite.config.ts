import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Builds the editor into the folder that the server serves. The development server forwards API requests to it. */
export default defineConfig({
  root: 'client',
  plugins: [react()],
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // The start page loads as one file: React, the widget library and the socket.
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: {
      '/api': { target: process.env.PATCHBAY_URL ?? 'http://127.0.0.1:8765' },
      '/socket.io': { target: process.env.PATCHBAY_URL ?? 'http://127.0.0.1:8765', ws: true },
    },
  },
});
