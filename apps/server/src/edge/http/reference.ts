// The published document of the API, for programs and for people. Open to all: it holds shapes, and
// nothing of any utility.

import { siteApi } from '@prewatt/api';
import { type OpenApiDocument, openApiDocument } from '@prewatt/api/openapi';
import { renderApiReference } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import manifest from '../../../package.json' with { type: 'json' };
import { on } from '../../base/http/on.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { publicFrame } from '../consumer/index.ts';

export function apiReference(
  app: FastifyInstance,
  o: { readonly publicUrl: string; readonly clocks: Clocks; readonly utilities: Utilities },
): void {
  // Made when it is first asked for: most servers are never asked.
  let made: { readonly document: OpenApiDocument; readonly text: string } | null = null;
  const published = () => {
    if (made === null) {
      const { version } = manifest;
      const document = openApiDocument({ version, serverUrl: o.publicUrl });
      made = { document, text: JSON.stringify(document) };
    }
    return made;
  };
  on(app, siteApi.openApi, async ({ reply }) =>
    reply.type('application/json; charset=utf-8').send(published().text),
  );
  on(app, siteApi.apiReference, async ({ reply }) =>
    reply
      .type('text/html; charset=utf-8')
      .send(renderApiReference(await publicFrame(o, ''), published().document)),
  );
}
