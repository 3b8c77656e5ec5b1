// Builds the operator console into apps/web/dist, to be served at /operator/. Nothing is inlined as a data: address, since
// the page runs under `default-src 'self'`. In development /api goes to the server named by PREWATT_API.

import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const server = process.env['PREWATT_API'] ?? 'http://127.0.0.1:7070';
const proxy = { '/api': { target: server, changeOrigin: false } };

export default defineConfig({
  root: import.meta.dirname,
  base: '/operator/',
  plugins: [react()],
  build: { outDir: '../dist', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
  server: { host: '127.0.0.1', port: 7810, strictPort: true, proxy },
  preview: { host: '127.0.0.1', port: 7811, strictPort: true, proxy },
});
