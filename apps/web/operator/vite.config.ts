// Builds the operator console into apps/web/dist, to be served at /operator/. The page runs under
// `default-src 'self'`, so nothing is inlined as a data: address, and every file but index.html has
// a name with a hash, so that a server may let it be cached for good.
// In development /api goes to the server named by PREWATT_API.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env['PREWATT_API'] ?? 'http://127.0.0.1:7070';
const proxy = { '/api': { target: server, changeOrigin: false } };
const base = '/operator/';

export default defineConfig({
  root: import.meta.dirname,
  base,
  publicDir: false,
  plugins: [react(), beforeLoad()],
  build: { outDir: '../dist', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
  server: { host: '127.0.0.1', port: 7810, strictPort: true, proxy },
  preview: { host: '127.0.0.1', port: 7811, strictPort: true, proxy },
});

/** Puts src/before-load.js into the head as a plain script, which Vite by itself would not hash. */
function beforeLoad(): Plugin {
  const name = 'before-load.js';
  const file = join(import.meta.dirname, 'src', name);
  let isBuild = false;
  return {
    name: 'before-load',
    configResolved: (config) => {
      isBuild = config.command === 'build';
    },
    buildStart() {
      if (!isBuild) return;
      this.emitFile({ type: 'asset', name, source: readFileSync(file, 'utf8') });
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle }) => {
        const built = Object.values(bundle ?? {}).find(
          (part) => part.type === 'asset' && part.names.includes(name),
        );
        if (isBuild && built === undefined) throw new Error(`${name} is not in the bundle`);
        const src = `${base}${built?.fileName ?? `src/${name}`}`;
        return [{ tag: 'script', attrs: { src }, injectTo: 'head-prepend' }];
      },
    },
  };
}
