// The files of the public logs, for anybody: what never changes is kept by caches for a year, the
// checkpoint for a second. Below the limit of an address as every page.

import { tokenLogApi } from '@prewatt/api';
import { keyText } from '@prewatt/transparency';
import { nodeCrypto } from '@prewatt/transparency/node-crypto';
import type { FastifyInstance } from 'fastify';
import type { Database, Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { type LogFile, readLogFile } from './files.ts';
import { readLogKey } from './store.ts';

export type TokenLogRoutesDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly realNowMs: () => number;
};

const kept = (isForever: boolean): string =>
  isForever ? 'public, max-age=31536000, immutable' : 'public, max-age=1';

export function tokenLogRoutes({ database, utilities, realNowMs }: TokenLogRoutesDeps) {
  return async (app: FastifyInstance): Promise<void> => {
    on(app, tokenLogApi.file, async ({ request, reply }) => {
      const { utility, '*': path = '' } = request.params as Record<string, string>;
      if (!(await utilities.list()).some(({ id }) => id === utility)) throw notFound('log');
      const file = await database.inUtility(utility as string, async (tx) =>
        path === 'key' ? await keyFile(tx) : await readLogFile(tx, path, realNowMs()),
      );
      if (file === null) throw notFound('file of the log');
      return reply
        .type(file.type)
        .header('cache-control', kept(file.isForever))
        .header('access-control-allow-origin', '*')
        .send(Buffer.from(file.bytes));
    });
  };
}

async function keyFile(tx: Tx): Promise<LogFile | null> {
  const key = await readLogKey(tx);
  if (key === null) return null;
  const { origin: name, publicKey } = key;
  const line = `${keyText(nodeCrypto.sha256, { name, kind: 'ed25519', publicKey })}\n`;
  return { bytes: Buffer.from(line), type: 'text/plain; charset=utf-8', isForever: false };
}
