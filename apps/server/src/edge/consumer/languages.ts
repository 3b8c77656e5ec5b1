// In which language a page is written: the one that the owner of the phone chose, for messages as
// for pages; else the one that this browser chose; else the one that it asks for; else that of the
// utility.

import { pageRoutes, pathOf } from '@prewatt/api';
import { acceptedLanguage, isLanguage, type LanguageCode } from '@prewatt/web/consumer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import { badRequest } from '../../base/http/problem.ts';
import type { Phones } from '../../messaging/phones/index.ts';
import { checkForm, headersOf, type SignIn } from '../../registry/sign-in/index.ts';

const cookieName = 'prewatt.language';
const yearSeconds = 365 * 86_400;

export type Languages = {
  /** Found once for each request; null: the utility's own. */
  readonly find: (request: FastifyRequest) => Promise<LanguageCode | null>;
  /** What `find` found; before it, without whoever is signed in. */
  readonly known: (request: FastifyRequest) => LanguageCode | null;
};

type Deps = {
  readonly phones: Pick<Phones, 'choicesOf' | 'speak'>;
  readonly signIn: Pick<SignIn, 'phoneOf'>;
  readonly publicUrl: string;
};

/** Without whoever is signed in. What is refused early has no cookies yet. */
export function languageOfBrowser(request: FastifyRequest): LanguageCode | null {
  const chosen = request.cookies?.[cookieName];
  return isLanguage(chosen) ? chosen : acceptedLanguage(request.headers['accept-language']);
}

export function createLanguages(o: Deps): Languages {
  const found = new WeakMap<FastifyRequest, Promise<LanguageCode | null>>();
  const resolved = new WeakMap<FastifyRequest, LanguageCode | null>();
  const look = async (request: FastifyRequest): Promise<LanguageCode | null> => {
    const ofPhone = await choiceOf(o, request);
    const language = ofPhone ?? languageOfBrowser(request);
    resolved.set(request, language);
    return language;
  };
  return {
    find: (request) => {
      const looking = found.get(request) ?? look(request);
      found.set(request, looking);
      return looking;
    },
    known: (request) =>
      resolved.has(request) ? (resolved.get(request) ?? null) : languageOfBrowser(request),
  };
}

async function choiceOf(o: Deps, request: FastifyRequest): Promise<LanguageCode | null> {
  const phone = await o.signIn.phoneOf(headersOf(request));
  if (phone === null) return null;
  const { language } = await o.phones.choicesOf(phone);
  return isLanguage(language) ? language : null;
}

/** The switch in the foot of each page. It is kept with the phone of whoever is signed in. */
export function languagePages(app: FastifyInstance, o: Deps): void {
  on(app, pageRoutes.language, async ({ request, reply }) => {
    const { language = '', here = '' } = checkForm(request, o.publicUrl);
    if (!isLanguage(language)) throw badRequest('The pages are not written in this language.');
    const phone = await o.signIn.phoneOf(headersOf(request));
    if (phone !== null) await o.phones.speak(phone, language);
    const secure = o.publicUrl.startsWith('https:');
    reply.setCookie(cookieName, language, {
      ...{ path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: yearSeconds },
    });
    // A path of ours and nothing else.
    const back = /^\/(?![/\\])[\x21-\x7e]*$/.test(here) ? here : pathOf(pageRoutes.start);
    return reply.redirect(back, 303);
  });
}
