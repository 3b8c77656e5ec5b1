// The site's pages on the local network: credit and token entry for whoever has a meter number, the
// whole cabinet for the technician with the PIN. Plain HTTP without scripts, so that an old phone
// on the site's Wi-Fi is enough.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '@prewatt/quantities';
import { createRateLimit } from '@prewatt/virtual-meter/rate-limit';
import type { Logger } from 'pino';
import type { Gateway, Member } from '../gateway.ts';
import { historyStepMs } from '../history.ts';
import { type DayLoss, lossOfDay, midnightsOf, nodeReadingsCsv } from '../loss.ts';
import type { Plant } from '../power-plant.ts';
import type { StsMember } from '../start-sts-meter.ts';
import { type AgentDoors, createAgentDoors } from './agent.ts';
import { type Answer, findMember, findStsMember, html, isSameOrigin, readForm } from './doors.ts';
import { homePage, meterPage, technicianPage } from './pages.ts';
import { saidOfToken, stsMeterPage } from './sts-pages.ts';

export type PagesDeps = { readonly gateway: Gateway; readonly clock: Clock; readonly log: Logger };

const lossDays = 7;
const csvDays = 35;

export function createSitePages(deps: PagesDeps): Server {
  const limits = {
    mayEnter: createRateLimit({ acts: 20, perMs: 60_000, realNowMs: deps.clock.nowMs }),
    mayLook: createRateLimit({ acts: 120, perMs: 60_000, realNowMs: deps.clock.nowMs }),
    mayTryPin: createRateLimit({ acts: 10, perMs: 600_000, realNowMs: deps.clock.nowMs }),
  };
  const agents = createAgentDoors(deps.gateway, deps.clock);
  return createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
    answerTo(request, { ...deps, agents }, limits).then(
      (answer) => send(response, answer),
      (error: unknown) => {
        deps.log.error({ error: String(error) }, 'a page failed');
        send(response, html(500, 'Failed'));
      },
    );
  });
}

type Limits = Readonly<Record<'mayEnter' | 'mayLook' | 'mayTryPin', (key: string) => boolean>>;

async function answerTo(
  request: IncomingMessage,
  deps: PagesDeps & { readonly agents: AgentDoors | null },
  limits: Limits,
): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://site');
  const { gateway } = deps;
  const home = (status: number, note: string): Answer =>
    html(status, homePage(gateway, plantText(gateway.plant()), note));
  if (request.method === 'GET' && url.pathname === '/health') return health(gateway);
  if (request.method === 'GET' && url.pathname === '/') return home(200, '');
  if (request.method === 'GET' && url.pathname.startsWith('/technician')) {
    return technician(request, url.pathname, deps, limits);
  }
  const ofAgent = deps.agents?.answer(request, url.pathname);
  if (ofAgent != null) return await ofAgent;
  if (!limits.mayLook('all')) return home(429, 'Too many requests: wait a minute.');
  if (request.method === 'GET' && url.pathname === '/meter') {
    const number = url.searchParams.get('number') ?? '';
    const sts = findStsMember(gateway, number);
    if (sts !== null) return html(200, stsMeterPage(sts, gateway.site.zone));
    const member = findMember(gateway, number);
    if (member === null) return home(404, 'There is no meter with this number here.');
    return showMeter(member, deps);
  }
  if (request.method !== 'POST' || url.pathname !== '/token') return home(404, 'Not found.');
  if (!isSameOrigin(request)) return home(403, 'Only the page of this site may do this.');
  const form = await readForm(request);
  const sts = findStsMember(gateway, form?.get('number') ?? '');
  if (form !== null && sts !== null) return enterAtSts(sts, form, { deps, limits, home });
  const member = findMember(gateway, form?.get('number') ?? '');
  if (form === null || member === null)
    return home(404, 'There is no meter with this number here.');
  if (!limits.mayEnter(member.channel.meterPan))
    return home(429, 'Too many entries: wait a minute.');
  const digits = (form.get('digits') ?? '').replaceAll(/[ -]/g, '');
  if (!/^\d{1,40}$/.test(digits)) return home(400, 'A token has 20 digits.');
  member.channel.enter(digits);
  return showMeter(member, deps);
}

async function enterAtSts(
  member: StsMember,
  form: URLSearchParams,
  o: {
    readonly deps: PagesDeps;
    readonly limits: Limits;
    readonly home: (status: number, note: string) => Answer;
  },
): Promise<Answer> {
  const { meter } = member;
  if (!o.limits.mayEnter(meter.meterPan)) return o.home(429, 'Too many entries: wait a minute.');
  const digits = (form.get('digits') ?? '').replaceAll(/[ -]/g, '');
  const { zone } = o.deps.gateway.site;
  if (!/^\d{20}$/.test(digits)) {
    return html(400, stsMeterPage(member, zone, 'A token has 20 digits.'));
  }
  const outcome = await meter.enter(digits);
  return html(200, stsMeterPage(member, zone, saidOfToken(outcome)));
}

function showMeter(member: Member, { gateway, clock }: PagesDeps): Answer {
  const supply = gateway.shedder.supplyOf(member.channel.setting.shedOrder);
  const { zone } = gateway.site;
  return html(200, meterPage(member, { supply, nowMs: clock.nowMs(), zone }));
}

function technician(
  request: IncomingMessage,
  path: string,
  { gateway, clock }: PagesDeps,
  limits: Limits,
): Answer {
  const given = request.headers.authorization;
  const isRight = given !== undefined && isPin(given, gateway.site.pagePin);
  if (!isRight) {
    // A first look without a PIN is how a browser learns to ask for it.
    const isLocked = given !== undefined && !limits.mayTryPin('all');
    const headers = { 'www-authenticate': 'Basic realm="technician", charset="UTF-8"' };
    const text = isLocked
      ? 'Too many tries: wait ten minutes.'
      : 'The PIN of the site is asked for.';
    return { ...html(isLocked ? 429 : 401, text), ...(isLocked ? {} : { headers }) };
  }
  const nowMs = clock.nowMs();
  if (path === '/technician/main-meter.csv') {
    const records = gateway.history.between(nowMs - csvDays * 86_400_000, nowMs);
    const body = nodeReadingsCsv(records, gateway.site.mainMeter?.node ?? 'main');
    return { status: 200, type: 'text/csv; charset=utf-8', body };
  }
  if (path !== '/technician') return html(404, 'Not found.');
  const losses = lossesOf(gateway, nowMs);
  const plant = plantText(gateway.plant());
  return html(200, technicianPage(gateway, { plant, losses, nowMs }));
}

/** The last whole days, newest first; none without a main meter. */
export function lossesOf({ site, history }: Gateway, nowMs: number): DayLoss[] {
  if (site.mainMeter === undefined) return [];
  const { zone } = site;
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(zone)
    .toPlainDate();
  const panOf = (shared: boolean): string[] =>
    site.channels.filter((each) => each.shared === shared).map(({ meterPan }) => meterPan);
  const meters = { homes: panOf(false), shared: panOf(true) };
  return Array.from({ length: lossDays }, (_, index) => {
    const day = today.subtract({ days: index + 1 }).toString();
    const [fromMs, toMs] = midnightsOf(day, zone);
    const records = [
      ...history.between(fromMs, fromMs + historyStepMs),
      ...history.between(toMs, toMs + historyStepMs),
    ];
    return lossOfDay(records, { day, zone }, meters);
  });
}

function health({ members, stsMembers, mainMeter }: Gateway): Answer {
  const silent =
    members.filter(({ channel }) => channel.silentSinceMs() !== null).length +
    stsMembers.filter(({ meter }) => meter.isSilent()).length +
    (mainMeter !== null && mainMeter.silentSinceMs() !== null ? 1 : 0);
  const all = [...members, ...stsMembers];
  const linked = all.filter(({ link }) => link.state() === 'up').length;
  const body = JSON.stringify({ status: 'ready', meters: all.length, silent, linked });
  return { status: 200, type: 'application/json', body };
}

function plantText({ batteryPermille, batteryW, generationW, inverter, charge }: Plant): string {
  const parts = [
    ...(generationW === null ? [] : [`generation ${generationW} W`]),
    ...(batteryPermille === null ? [] : [`battery ${Math.floor(batteryPermille / 10)} %`]),
    ...(batteryW === null ? [] : [`${Math.abs(batteryW)} W at the battery`]),
    ...(charge === null ? [] : [charge]),
    ...(inverter === null ? [] : [`inverter ${inverter}`]),
  ];
  return parts.join(', ');
}

/** Compared by digests, so that the time tells nothing. */
function isPin(authorization: string, pin: string): boolean {
  const [scheme, encoded = ''] = authorization.split(' ');
  if (scheme !== 'Basic') return false;
  const given = Buffer.from(encoded, 'base64').toString('utf8').split(':').slice(1).join(':');
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(pin));
}

function send(response: ServerResponse, { status, type, body, headers = {} }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    // Without a referrer a browser would not name the origin of a form, either.
    'referrer-policy': 'same-origin',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}
