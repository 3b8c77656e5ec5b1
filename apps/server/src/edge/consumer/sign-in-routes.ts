// Signing in and out: a code to the phone, twice asked for at most.

import { pageRoutes, pathOf } from '@prewatt/api';
import { homeZoneOf, idFromUuid, parsePhone } from '@prewatt/quantities';
import { renderCode, renderSignIn } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { checkForm, headersOf, setCookies } from '../../registry/sign-in/index.ts';
import { type PagesContext, strict } from './pages.ts';

/** Codes one phone may be sent: an address limit alone would let many addresses flood it. */
const codesPerPhone = { max: 20, timeWindow: 3_600_000 };

export function signInPages(app: FastifyInstance, context: PagesContext): void {
  const { page, publicPage, signIn } = context;
  /** Before the tenant is known: numbers as at home, where all utilities are of one country. */
  const homeZone = async (): Promise<string | undefined> =>
    homeZoneOf((await context.utilities.list()).map(({ zone }) => zone));

  const countCode = app.createRateLimit({
    ...codesPerPhone,
    keyGenerator: async (request) => `code:${phoneOf(request, await homeZone())}`,
  });

  on(app, pageRoutes.start, async ({ request, reply }) => {
    const places = await signIn.customerOf(headersOf(request));
    const [first] = places ?? [];
    if (first === undefined) return reply.redirect(pathOf(pageRoutes.signIn), 303);
    const id = idFromUuid('connection', first.connectionId);
    return reply.redirect(pathOf(pageRoutes.home, { id }), 303);
  });

  on(app, pageRoutes.signIn, async ({ request, reply }) =>
    page(reply, renderSignIn(await publicPage(request, reply), { phone: '', problem: null })),
  );

  on(app, pageRoutes.sendCode, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { phone: typed = '' } = checkForm(request, context.publicUrl);
      const phone = parsePhone(typed, await homeZone());
      const shown = await publicPage(request, reply);
      if (!phone.ok) {
        const problem = 'Write the number with its country code, for example +27 82 555 0101.';
        return page(reply, renderSignIn(shown, { phone: typed, problem }), 422);
      }
      const count = await countCode(request);
      if (!count.isAllowed && count.isExceeded) {
        const problem = 'Too many codes were sent to this number. Wait an hour, then try again.';
        return page(reply, renderSignIn(shown, { phone: typed, problem }), 429);
      }
      await signIn.requestCode(phone.value);
      return page(reply, renderCode(shown, { phone: phone.value, problem: null }));
    },
  });

  on(app, pageRoutes.confirmCode, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { phone: typed = '', code = '' } = checkForm(request, context.publicUrl);
      const phone = parsePhone(typed, await homeZone());
      const cookies =
        phone.ok && /^\d{6}$/.test(code.trim())
          ? await signIn.confirmCode(phone.value, code.trim())
          : null;
      if (cookies === null) {
        const problem =
          'That code is wrong or has expired. Check the last message, or ask for a new code.';
        const shown = await publicPage(request, reply);
        return page(reply, renderCode(shown, { phone: typed, problem }), 422);
      }
      setCookies(reply, cookies);
      return reply.redirect(pathOf(pageRoutes.start), 303);
    },
  });

  on(app, pageRoutes.signOut, async ({ request, reply }) => {
    checkForm(request, context.publicUrl);
    setCookies(reply, await signIn.signOut(headersOf(request)));
    return reply.redirect(pathOf(pageRoutes.signIn), 303);
  });
}

function phoneOf(request: FastifyRequest, zone: string | undefined): string {
  const { phone } = request.body as { phone?: unknown };
  const parsed = parsePhone(typeof phone === 'string' ? phone : '', zone);
  return parsed.ok ? parsed.value : 'none';
}
