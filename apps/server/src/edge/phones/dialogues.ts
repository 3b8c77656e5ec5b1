// The dialogue with what it needs of the world: loads where it stands and what the phone may see,
// lets the machine decide, does what it says, and keeps it before the screen is shown.

import type { UssdHop } from '@prewatt/rails';
import { plainMeter } from '@prewatt/rails';
import { sql } from 'kysely';
import { instant } from '../../base/database.ts';
import { keepText } from '../../messaging/inbox/index.ts';
import { lastTokenText } from '../../messaging/messages/index.ts';
import { amountOf, buy, textLink } from './buying.ts';
import { balanceOf, boundsOf, friendOf, type Home, homesOf, moneyOf } from './homes.ts';
import { closing, type MenuAct, type MenuState, stepMenu } from './menu.ts';
import { type ScreenFacts, screenText } from './screens.ts';
import type { TextsDeps } from './texts.ts';
import { changeTopUp, topUpStanding } from './top-up.ts';
import { languageCodes, languages, wordsOf } from './words.ts';

type Ordered = ScreenFacts['ordered'];
/** As it is kept. */
type Dialogue = { readonly menu: MenuState; readonly ordered: Ordered };

type Met = {
  readonly phone: string;
  readonly homes: readonly Home[];
  readonly friends: ReadonlyMap<string, Home>;
};

const dayMs = 86_400_000;

/** The answer to a hop: "CON …" or "END …". */
export async function hearHop(o: TextsDeps, gateway: string, hop: UssdHop): Promise<string> {
  const { phone } = hop;
  const serviceCode = hop.serviceCode.slice(0, 40);
  // What nothing else has to be known for is asked for at once: a phone waits for each round trip.
  const [mayHave, { language: chosen }, before, homes] = await Promise.all([
    o.limits.mayHave(phone, 'screen'),
    o.phones.choicesOf(phone),
    load(o, phone, serviceCode),
    homesOf(o, phone),
  ]);
  if (!mayHave) return `END ${wordsOf(chosen).busy}`;
  const met: Met = { phone, homes, friends: await friendsIn(o, hop, before?.menu ?? null) };
  const homeOf = ({ home, friend }: Pick<MenuState, 'home' | 'friend'>): Home | null =>
    friend !== null
      ? (met.friends.get(friend) ?? null)
      : (met.homes.find(({ connection }) => connection.connectionId === home) ?? null);
  const { state, act } = stepMenu(hop, before?.menu ?? null, {
    nowMs: o.clocks.real.nowMs(),
    language: wordsKnown(chosen),
    languages: languageCodes,
    homes: met.homes.map(({ connection }) => connection.connectionId),
    isMeter: (meter) => met.friends.has(meter),
    isAmount: (typed, of) => {
      const home = homeOf(of);
      return home !== null && amountOf(typed, home) !== null;
    },
  });
  const isRepeat = before !== null && before.menu === state;
  const ordered = isRepeat ? before.ordered : await doAct(o, act, { gateway, hop, met, homeOf });
  await save(o, { phone, serviceCode, dialogue: { menu: state, ordered } });
  const words = wordsOf(state.language);
  const facts = await factsOf(o, { state, ordered, met, home: homeOf(state) });
  return `${closing.includes(state.screen) ? 'END' : 'CON'} ${screenText(state, words, facts)}`;
}

const wordsKnown = (code: string | null): string =>
  languageCodes.find((each) => each === code) ?? 'en';

/** Homes of the meters that were typed in this hop or before. */
async function friendsIn(
  o: TextsDeps,
  hop: UssdHop,
  before: MenuState | null,
): Promise<ReadonlyMap<string, Home>> {
  const typed = hop.text.split('*').slice(-2).map(plainMeter);
  const found = new Map<string, Home>();
  for (const meter of new Set([before?.friend ?? '', ...typed])) {
    const home = /^\d{11,18}$/.test(meter) ? await friendOf(o, meter) : null;
    if (home !== null) found.set(meter, home);
  }
  return found;
}

async function doAct(
  o: TextsDeps,
  act: MenuAct | null,
  a: {
    readonly gateway: string;
    readonly hop: UssdHop;
    readonly met: Met;
    readonly homeOf: (of: { home: string | null; friend: string | null }) => Home | null;
  },
): Promise<Ordered> {
  const { hop, met } = a;
  // A hop of a session happens once, however often it is told.
  const request = `${a.gateway} ${hop.sessionId} ${hop.text.length}`;
  switch (act?.kind) {
    case undefined:
      return null;
    case 'speak':
      await o.phones.speak(met.phone, act.language);
      return null;
    case 'tell': {
      const home = a.homeOf({ home: act.home, friend: null });
      if (home !== null) await tellOffice(o, { ...a, home, request });
      return null;
    }
    case 'topUp':
      await changeTopUp(o, act, a.homeOf({ home: act.home, friend: null }));
      return null;
    case 'buy': {
      const home = a.homeOf(act);
      if (home === null) return 'notNow';
      const { phone } = met;
      const bought = await buy(o, { home, typed: act.amount, payerPhone: phone, request });
      if (bought.kind === 'asked' || bought.kind === 'busy') return bought.kind;
      if (bought.kind !== 'link') return 'notNow';
      const words = wordsOf((await o.phones.choicesOf(phone)).language);
      await textLink(o, bought, { home, phone, factKey: `ussd:${request}`.slice(0, 200), words });
      return 'link';
    }
  }
}

/** "The meter says reject", for the inbox. */
async function tellOffice(
  o: TextsDeps,
  a: {
    readonly gateway: string;
    readonly met: Met;
    readonly home: Home;
    readonly request: string;
  },
): Promise<void> {
  const { place, connection } = a.home;
  const text = `By USSD: meter ${connection.meter.meterPan} does not take the token.`;
  const nowMs = o.clocks.business.nowMs();
  await o.database.inUtility(place.utilityId, (tx) =>
    keepText(
      tx,
      {
        ...{ id: o.newUuid(), utilityId: place.utilityId, gateway: a.gateway },
        ...{ gatewayId: a.request, phone: a.met.phone, home: place, text },
      },
      nowMs,
    ),
  );
}

async function factsOf(
  o: TextsDeps,
  a: {
    readonly state: MenuState;
    readonly ordered: Ordered;
    readonly met: Met;
    readonly home: Home | null;
  },
): Promise<ScreenFacts> {
  const { state, home, met } = a;
  const words = wordsOf(state.language);
  // What a friend owes is nobody's business.
  const isOwn = met.homes.some(({ place }) => place.connectionId === home?.place.connectionId);
  const asksBalance = state.screen === 'balance' || (state.screen === 'confirm' && isOwn);
  const balance = asksBalance && home !== null ? await balanceOf(o, home, words) : null;
  const amountMinor = state.amount === null || home === null ? null : amountOf(state.amount, home);
  const bounds = home === null ? { least: '', most: '' } : boundsOf(home.utility);
  return {
    ...bounds,
    homes: met.homes.map(({ connection, shown }) => ({
      key: connection.connectionId,
      name: shown,
    })),
    home: home?.shown ?? '',
    code: home?.utility.currency.code ?? '',
    left: balance?.left ?? words.unknownLeft,
    lasting: balance?.lasting ?? null,
    owed: balance?.owed ?? null,
    toType: balance?.toType ?? null,
    note: balance?.note ?? null,
    digits: state.screen === 'token' && home !== null ? await digitsOf(o, home) : null,
    meter: home?.connection.meter.meterPan ?? '',
    amount: amountMinor === null || home === null ? '' : moneyOf(amountMinor, home.utility),
    topUp: state.screen === 'topUp' && home !== null ? await topUpStanding(o, home, words) : null,
    languages: languageCodes.map((code) => languages[code].name),
    ordered: a.ordered,
  };
}

async function digitsOf(o: TextsDeps, { place }: Home): Promise<string | null> {
  const last = await lastTokenText(o.database, place);
  const tokens = last?.text.match(/\d{4}( \d{4}){4}/g) ?? [];
  return tokens.length === 0 ? null : tokens.join('\n');
}

async function load(o: TextsDeps, phone: string, serviceCode: string): Promise<Dialogue | null> {
  const row = await o.database.directories
    .selectFrom('ussd_session_directory')
    .select('state')
    .where('phone', '=', phone)
    .where('service_code', '=', serviceCode)
    .executeTakeFirst();
  return (row?.state as Dialogue | undefined) ?? null;
}

async function save(
  o: TextsDeps,
  a: { readonly phone: string; readonly serviceCode: string; readonly dialogue: Dialogue },
): Promise<void> {
  const at = new Date(o.clocks.real.nowMs());
  const state = JSON.stringify(a.dialogue);
  await sql`INSERT INTO ussd_session_directory (phone, service_code, state, at)
    VALUES (${a.phone}, ${a.serviceCode}, ${state}::jsonb, ${at}::timestamptz)
    ON CONFLICT (phone, service_code) DO UPDATE
    SET state = EXCLUDED.state, at = EXCLUDED.at`.execute(o.database.directories);
}

/** Dialogues that nobody will go on with. */
export async function sweepDialogues(o: TextsDeps): Promise<void> {
  await o.database.directories
    .deleteFrom('ussd_session_directory')
    .where('at', '<', instant(o.clocks.real.nowMs() - dayMs))
    .execute();
}
