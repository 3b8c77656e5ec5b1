// Signing in and out of customers, by a code that is sent to the phone.

import { pageRoutes, pathOf } from '@prewatt/api';
import { homeZoneOf, idFromUuid, parsePhone } from '@prewatt/quantities';
import { renderCode, renderSignIn, voiceOf } from '@prewatt/web/consumer';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { type CodeAnswer, checkForm, headersOf, setCookies } from '../../registry/sign-in/index.ts';
import { type PagesContext, strict } from './pages.ts';
import { waitText } from './refusals.ts';

export function signInPages(app: FastifyInstance, context: PagesContext): void {
  const { page, publicPage, signIn } = context;
  /** Before the tenant is known: numbers as at home, where all utilities are of one country. */
  const homeZone = async (): Promise<string | undefined> =>
    homeZoneOf((await context.utilities.list()).map(({ zone }) => zone));

  on(app, pageRoutes.start, async ({ request, reply }) => {
    const places = await signIn.customerOf(headersOf(request));
    const [first] = places ?? [];
    if (first === undefined) return reply.redirect(pathOf(pageRoutes.signIn), 303);
    const id = idFromUuid('connection', first.connectionId);
    return reply.redirect(pathOf(pageRoutes.home, { id }), 303);
  });

  on(app, pageRoutes.signIn, async ({ request, reply, readQuery }) => {
    const hasEnded = readQuery().ended !== undefined;
    const shown = await publicPage(request, reply);
    return page(reply, renderSignIn(shown, { phone: '', problem: null, hasEnded }));
  });

  on(app, pageRoutes.sendCode, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { phone: typed = '' } = checkForm(request, context.publicUrl);
      const phone = parsePhone(typed, await homeZone());
      const shown = await publicPage(request, reply);
      const voice = voiceOf(shown);
      const { say, words } = voice;
      if (!phone.ok) {
        const problem = say(words.signIn.badPhone, { example: '+27 82 555 0101' });
        return page(reply, renderSignIn(shown, { phone: typed, problem }), 422);
      }
      const wait = await signIn.requestCode(phone.value, request.ip);
      if (wait !== null) {
        const problem = say(words.signIn.tooManyCodes, { wait: waitText(wait, voice) });
        return page(reply, renderSignIn(shown, { phone: typed, problem }), 429);
      }
      return page(reply, renderCode(shown, { phone: phone.value, problem: null }));
    },
  });

  on(app, pageRoutes.confirmCode, {
    ...strict,
    handler: async ({ request, reply }) => {
      const { phone: typed = '', code = '' } = checkForm(request, context.publicUrl);
      const phone = parsePhone(typed, await homeZone());
      const answer: CodeAnswer =
        phone.ok && /^\d{6}$/.test(code.trim())
          ? await signIn.confirmCode(phone.value, code.trim(), request.ip)
          : { kind: 'wrong' };
      if (answer.kind === 'signedIn') {
        setCookies(reply, answer.cookies);
        return reply.redirect(pathOf(pageRoutes.start), 303);
      }
      const shown = await publicPage(request, reply);
      const voice = voiceOf(shown);
      const { say, words } = voice;
      const [status, problem] =
        answer.kind === 'wait'
          ? [429, say(words.signIn.tooManyWrong, { wait: waitText(answer.seconds, voice) })]
          : [422, words.signIn.wrongCode];
      return page(reply, renderCode(shown, { phone: typed, problem }), status);
    },
  });

  signOutPages(app, context);
}

/** Leaving: this session, or all of this phone's. */
function signOutPages(app: FastifyInstance, context: PagesContext): void {
  const { signIn } = context;
  on(app, pageRoutes.signOut, async ({ request, reply }) => {
    checkForm(request, context.publicUrl);
    setCookies(reply, await signIn.signOut(headersOf(request)));
    await context.hub.closeEnded();
    return reply.redirect(pathOf(pageRoutes.signIn), 303);
  });

  on(app, pageRoutes.signOutEverywhere, async ({ request, reply }) => {
    checkForm(request, context.publicUrl);
    const phone = await signIn.phoneOf(headersOf(request));
    // A lost phone is told nothing more.
    if (phone !== null) await context.push.removeAll(phone);
    setCookies(reply, await signIn.signOutEverywhere(headersOf(request)));
    await context.hub.closeEnded();
    return reply.redirect(pathOf(pageRoutes.signIn), 303);
  });
}
