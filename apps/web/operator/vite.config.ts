// Builds the operator console into apps/web/dist, to be served at /operator/. The page runs under
// `default-src 'self'`, so nothing is inlined as a data: address, and every file but index.html has
// a name with a hash, so that a server may let it be cached for good, and packed beside it; but for
// worker.js, whose address has to stay.
// In development /api goes to the server named by PREWATT_API.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, transformWithOxc } from 'vite';
import { fieldPaths } from './src/field-paths.ts';

const server = process.env['PREWATT_API'] ?? 'http://127.0.0.1:7070';
const proxy = { '/api': { target: server, changeOrigin: false } };
const base = '/operator/';

const listParts =
  /ui\/(?:columns|data-table|table-row|table\.module)\.|pages\/(?:meter-columns|sale-table|pages\.module)\.|InfiniteQuery/i;

export default defineConfig({
  root: import.meta.dirname,
  base,
  publicDir: false,
  plugins: [react(), noJsonSchemas(), beforeLoad(), fieldWorker(), packed()],
  build: {
    ...{ outDir: '../dist', emptyOutDir: true, assetsInlineLimit: 0, target: 'es2022' },
    // React and the pages' schemas are in one part, and every page needs them.
    chunkSizeWarningLimit: 700,
    // On a slow line each request costs more than a few kB: what stands around every page is one
    // file, and what many pages share beside is another.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', tags: ['$initial'], priority: 3 },
            // Lists, which the first page has as well.
            { name: 'lists', test: listParts, priority: 2 },
            { name: 'shared', minShareCount: 6, priority: 1 },
          ],
        },
      },
    },
  },
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

/**
 * Zod's types each know how to be written as JSON Schema, which bundlers cannot leave out. The
 * console checks by its schemas and writes none: in place of that part stands what throws.
 */
function noJsonSchemas(): Plugin {
  const writers = /\/zod\/v4\/core\/(?:json-schema-processors|to-json-schema)\.js$/;
  return {
    name: 'no-json-schemas',
    apply: 'build',
    enforce: 'pre',
    load: async (id) => {
      if (!writers.test(id)) return null;
      const names = Object.keys(await import(id)).filter((name) => !name.startsWith('create'));
      return `const no = () => { throw new Error('the console writes no JSON schemas'); };
        export const createToJSONSchemaMethod = () => no;
        export const createStandardJSONSchemaMethod = () => no;
        export { ${names.map((name) => `no as ${name}`).join(', ')} };`;
    },
  };
}

/** The worker for work without network, as one file: it is none of the page's parts. */
function fieldWorker(): Plugin {
  return {
    name: 'field-worker',
    apply: 'build',
    async generateBundle() {
      const file = join(import.meta.dirname, 'src/field-worker.ts');
      const { code } = await transformWithOxc(readFileSync(file, 'utf8'), file);
      const source = `const fieldPaths = ${JSON.stringify(fieldPaths)};\n${code}`;
      this.emitFile({ type: 'asset', fileName: 'worker.js', source });
    },
  };
}

/** What packing makes larger, or hardly smaller, is not packed. */
const leastBytes = 1_024;

/** Packs scripts and styles as well as it can be done, which a server could not at each request. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    writeBundle: ({ dir = '' }, bundle) => {
      for (const name of Object.keys(bundle).filter((file) => /\.(?:js|css|svg)$/.test(file))) {
        const file = join(dir, name);
        const plain = readFileSync(file);
        if (plain.length < leastBytes) continue;
        writeFileSync(`${file}.br`, brotliCompressSync(plain));
        writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
      }
    },
  };
}
