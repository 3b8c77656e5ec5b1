// The files of the public logs, for anybody: what never changes is kept by caches for a year, the
// checkpoint for a second. Below the limit of an address as every page.

import { tokenLogApi } from '@prewatt/api';
import { keyText } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { readLogFile } from './files.ts';
import { readLogKey } from './store.ts';

export type TokenLogRoutesDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
};

const kept = (isForever: boolean): string =>
  isForever ? 'public, max-age=31536000, immutable' : 'public, max-age=1';

export function tokenLogRoutes({ database, utilities }: TokenLogRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    on(app, tokenLogApi.file, async ({ request, reply }) => {
      const { utility, '*': path = '' } = request.params as Record<string, string>;
      if (!(await utilities.list()).some(({ id }) => id === utility)) throw notFound('log');
      const file = await database.inUtility(utility as string, async (tx) =>
        path === 'key' ? null : await readLogFile(tx, path),
      );
      if (path === 'key') return reply.type('text/plain').send(await keyLine(utility as string));
      if (file === null) throw notFound('file of the log');
      return reply
        .type(file.type)
        .header('cache-control', kept(file.isForever))
        .header('access-control-allow-origin', '*')
        .send(Buffer.from(file.bytes));
    });
  };

  async function keyLine(utilityId: string): Promise<string> {
    const key = await database.inUtility(utilityId, readLogKey);
    if (key === null) throw notFound('key of the log');
    const { origin: name, publicKey } = key;
    return `${keyText(nodeCrypto.sha256, { name, kind: 'ed25519', publicKey })}\n`;
  }
}
