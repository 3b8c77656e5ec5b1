// The operator console's files, as they lie on the disk at each request: a console that is built
// anew under a running server is served whole, or refused, never as half a page.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import serveStatic from '@fastify/static';
import { siteApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { HttpProblem, notFound } from '../../base/http/problem.ts';

const notBuilt = () =>
  new HttpProblem({
    status: 503,
    code: 'consoleNotBuilt',
    title: 'The console is not built',
    detail: 'Run npm install again, or npm run prepare.',
  });

// Each visitor loads some dozen parts, and an office shares one address: counted apart from what
// asks the database, so that nobody's page lacks a part because of it.
const partsLimit = { rateLimit: { max: 12_000, timeWindow: 60_000 } };

/**
 * One page with its own routes: unknown paths below /operator/ get that page. A file of the build
 * has a hash in its name: it may be kept for good, and one that is not there any more is a 404, so
 * that no browser takes the page for a script.
 */
export async function consoleFiles(app: FastifyInstance, folder: string): Promise<void> {
  const index = join(folder, 'index.html');
  // The build has packed its files; a browser that takes none of these gets the plain one.
  await app.register(serveStatic, { root: folder, serve: false, preCompressed: true });
  on(app, siteApi.console, ({ reply }) => reply.redirect(`${siteApi.console.path}/`, 308));
  on(app, siteApi.consoleFile, {
    config: partsLimit,
    handler: async ({ request, reply }) => {
      const { file } = request.params;
      if (!/^[\w-]+(?:\.[\w-]+)+$/.test(file)) throw notFound('file');
      return reply.sendFile(`assets/${file}`, folder, { immutable: true, maxAge: '1y' });
    },
  });
  on(app, siteApi.consoleWorker, ({ reply }) =>
    reply.sendFile('worker.js', folder, { maxAge: 0, immutable: false }),
  );
  on(app, siteApi.consolePage, async ({ reply }) => {
    const html = await pageIn(index);
    return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
  });
}

async function pageIn(index: string): Promise<string> {
  try {
    return await readFile(index, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') throw notBuilt();
    throw thrown;
  }
}
