// The customer's choices about messages, and the pages as an app that shows them. The form carries
// all choices, so that sending it again changes nothing.

import { type AlertSettingsView, assetRoute, pageRoutes, pathOf } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import {
  iconPath,
  iconSizes,
  renderManifest,
  renderMessages,
  workerSource,
} from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest, notFound } from '../../base/http/problem.ts';
import type { Connection } from '../../registry/connections/index.ts';
import { checkForm, headersOf } from '../../registry/sign-in/index.ts';
import {
  type AlertChoices,
  loadChoices,
  readQuietHours,
  saveChoices,
  timeOfMinute,
} from '../../workflows/alerts/index.ts';
import { iconPng } from './app-icon.ts';
import { publicFrame } from './frame.ts';
import { mailView } from './mail-routes.ts';
import { type PagesContext, strict } from './pages.ts';

export function messagePages(app: FastifyInstance, o: PagesContext): void {
  on(app, pageRoutes.messages, async ({ request, reply, uuid, readQuery }) => {
    const id = uuid('id');
    const { view, utility } = await o.onConnection(request, id, async (scope) => ({
      view: {
        ...viewOf(scope.connection, await loadChoices(scope.tx, scope.connection)),
        pushKey: o.push.publicKey,
      },
      utility: scope.utility,
    }));
    const { saved, mail: problem } = readQuery();
    const mail = await mailView(o, request, problem);
    const shown = { ...view, mail, isSaved: saved === '1' };
    return o.page(reply, renderMessages(o.frame(request, reply, utility), shown));
  });

  on(app, pageRoutes.saveMessages, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const id = uuid('id');
      const form = checkForm(request, o.publicUrl);
      const { low, veryLow, restored, quietFrom = '', quietTo = '' } = form;
      const digest = form.digest === 'on';
      const wanted = { low: low === 'on', veryLow: veryLow === 'on', restored: restored === 'on' };
      const quiet = readQuietHours({ from: quietFrom, to: quietTo });
      const { connection, utility, voice } = await o.onConnection(request, id, async (scope) => {
        const { connection: place, nowMs } = scope;
        if (quiet.ok) {
          await saveChoices(scope.tx, {
            place,
            choices: { wanted, digest, quiet: quiet.value },
            nowMs,
          });
        }
        return scope;
      });
      if (quiet.ok)
        return reply.redirect(
          pathOf(pageRoutes.messages, { ...request.params, query: { saved: 1 } }),
          303,
        );
      const html = renderMessages(o.frame(request, reply, utility), {
        ...viewOf(connection, { wanted, digest, quiet: null }),
        quietFrom: quietFrom.slice(0, 20),
        quietTo: quietTo.slice(0, 20),
        problem: voice.words.messages[quiet.error],
        ...{ pushKey: o.push.publicKey, mail: await mailView(o, request, undefined) },
      });
      return o.page(reply, html, 422);
    },
  });
}

/** The pages as an app, and its notifications for the phone that is signed in there. */
export function pushPages(app: FastifyInstance, o: PagesContext): void {
  on(app, pageRoutes.pushWorker, ({ reply }) =>
    reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'public, max-age=3600')
      .send(workerSource),
  );

  for (const size of iconSizes) {
    const picture = iconPng(size);
    on(app, assetRoute(iconPath(size)), ({ reply }) =>
      reply
        .type('image/png')
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(picture),
    );
  }

  on(app, pageRoutes.manifest, async ({ reply }) =>
    reply
      .type('application/manifest+json')
      .header('cache-control', 'public, max-age=3600')
      .send(renderManifest(await publicFrame(o, ''))),
  );

  on(app, pageRoutes.changePush, {
    ...strict,
    handler: async ({ request, reply, uuid }) => {
      const form = checkForm(request, o.publicUrl);
      await o.onConnection(request, uuid('id'), async () => null);
      const phone = await o.signIn.phoneOf(headersOf(request));
      const { endpoint = '', p256dh = '', auth = '' } = form;
      if (phone === null || o.push.publicKey === null) throw notFound('notifications');
      if (form.change === 'off') await o.push.remove(phone, endpoint);
      else if (!(await o.push.add(phone, { endpoint, p256dh, auth })).ok) {
        throw badRequest('This browser cannot be notified: its push service is not known here.');
      }
      const to = pathOf(pageRoutes.messages, { ...request.params, query: { saved: 1 } });
      return reply.redirect(to, 303);
    },
  });
}

function viewOf(
  connection: Connection,
  { wanted, digest, quiet }: AlertChoices,
): AlertSettingsView {
  return {
    connection: {
      connectionId: idFromUuid('connection', connection.connectionId),
      name: connection.name,
    },
    phone: connection.customerPhone,
    isWallet: connection.creditMode === 'wallet',
    wanted,
    digest,
    quietFrom: quiet === null ? '' : timeOfMinute(quiet.fromMinute),
    quietTo: quiet === null ? '' : timeOfMinute(quiet.toMinute),
    ...{ pushKey: null, mail: null, problem: null, isSaved: false },
  };
}
