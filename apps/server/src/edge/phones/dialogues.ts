// The dialogue with what it needs of the world: loads where it stands and what the phone may see,
// lets the machine decide, does what it says, and keeps it before the screen is shown.

import type { UssdHop } from '@prewatt/rails';
import { plainMeter } from '@prewatt/rails';
import type { Kysely } from 'kysely';
import { instant, type Tx, together, withCommit } from '../../base/database.ts';
import type { Tables } from '../../base/tables.ts';
import { keepText } from '../../messaging/inbox/index.ts';
import { lastTokenText } from '../../messaging/messages/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  loadConnectionsOfPhone,
} from '../../registry/connections/index.ts';
import { amountOf, buy, textLink } from './buying.ts';
import {
  type Caller,
  type Dialogue,
  type DialogueKey,
  keepAndCount,
  keepCounted,
  lookAtCaller,
} from './dialogue-store.ts';
import {
  balanceIn,
  boundsOf,
  friendOf,
  type Home,
  homeOf,
  homesAt,
  moneyOf,
  owedIn,
} from './homes.ts';
import { closing, type MenuAct, type MenuState, stepMenu } from './menu.ts';
import { type ScreenFacts, screenText } from './screens.ts';
import type { TextsDeps } from './texts.ts';
import { changeTopUp, topUpStanding, weekOf } from './top-up.ts';
import { languageCodes, languages, wordsOf } from './words.ts';

type Ordered = Dialogue['ordered'];

type Met = {
  readonly phone: string;
  readonly homes: readonly Home[];
  readonly friends: ReadonlyMap<string, Home>;
};

/** A hop with what is known of who sent it. */
type Heard = {
  readonly gateway: string;
  readonly hop: UssdHop;
  readonly key: DialogueKey;
  readonly caller: Caller;
};

/** What the machine decided, and about whom. */
type Decided = {
  readonly met: Met;
  readonly state: MenuState;
  readonly act: MenuAct | null;
  /** Of the screen that is shown again; null for another one. */
  readonly ordered: Ordered;
};

const dayMs = 86_400_000;

/** The answer to a hop: "CON …" or "END …". */
export async function hearHop(o: TextsDeps, gateway: string, hop: UssdHop): Promise<string> {
  const key = { phone: hop.phone, serviceCode: hop.serviceCode.slice(0, 40) };
  const { caller, here, screen, kept } = await o.database.inUtilityFound((tx) =>
    showAtOnce(tx, o, { hop, key }),
  );
  if (screen !== null) return (await kept) === true ? screen : busy(caller);
  const isHere = ({ utilityId }: ConnectionPlace) => utilityId === caller.places[0]?.utilityId;
  const elsewhere = await homesAt(
    o,
    caller.places.filter((place) => !isHere(place)),
  );
  const homes = inOrder(caller.places, [...here, ...elsewhere]);
  const friends = await friendsIn(o, hop, caller.before?.menu ?? null);
  const met = { phone: hop.phone, homes, friends };
  return showAfter(o, { gateway, hop, key, caller }, decide(o, { hop, caller, met }));
}

type AtOnce = {
  readonly caller: Caller;
  /** Of the transaction's utility. */
  readonly here: readonly Home[];
  /** Null where more is needed than this transaction has, or is done. */
  readonly screen: string | null;
  /** Said by the commit. */
  readonly kept: Promise<boolean> | null;
};

/** Most screens are this one transaction: the homes, what is shown of one, and where it stands. */
async function showAtOnce(
  tx: Tx,
  o: TextsDeps,
  { hop, key }: Pick<Heard, 'hop' | 'key'>,
): Promise<AtOnce> {
  const [caller, connections] = await together(
    lookAtCaller(tx, key),
    loadConnectionsOfPhone(tx, key.phone),
  );
  const here = await homesAs(o, connections);
  const homes = inOrder(caller.places, here);
  const isAll = caller.places.every(({ utilityId }) => utilityId === caller.places[0]?.utilityId);
  const needsMore = !isAll || metersIn(hop, caller.before?.menu ?? null).length > 0;
  if (needsMore) return { caller, here, screen: null, kept: null };
  const met = { phone: key.phone, homes, friends: new Map() };
  const decided = decide(o, { hop, caller, met });
  // Nothing waits for an act in a transaction.
  if (decided.act !== null) return { caller, here, screen: null, kept: null };
  const screen = await screenOf(tx, o, decided);
  const kept = keepAndCount(tx, { key, dialogue: dialogueOf(decided), clocks: o.clocks });
  withCommit(tx, kept);
  return { caller, here, screen, kept };
}

const busy = ({ language }: Caller): string => `END ${wordsOf(language).busy}`;

const homesAs = (o: TextsDeps, connections: readonly Connection[]): Promise<Home[]> =>
  Promise.all(connections.map(async (each) => homeOf(each, await o.utilities.get(each.utilityId))));

const inOrder = (places: Caller['places'], homes: readonly Home[]): readonly Home[] =>
  places.flatMap(
    ({ connectionId }) => homes.find(({ place }) => place.connectionId === connectionId) ?? [],
  );

/** One's own by its key, or a friend's by its meter. */
const homeIn = (
  { homes, friends }: Met,
  { home, friend }: Pick<MenuState, 'home' | 'friend'>,
): Home | null =>
  friend !== null
    ? (friends.get(friend) ?? null)
    : (homes.find(({ connection }) => connection.connectionId === home) ?? null);

/** It has this phone: what is sold to it comes here. */
const isOwnOf = ({ homes }: Met, { place }: Home): boolean =>
  homes.some((own) => own.place.connectionId === place.connectionId);

function decide(
  o: Pick<TextsDeps, 'clocks'>,
  { hop, caller, met }: Pick<Heard, 'hop' | 'caller'> & { readonly met: Met },
): Decided {
  const { before } = caller;
  const { state, act } = stepMenu(hop, before?.menu ?? null, {
    nowMs: o.clocks.real.nowMs(),
    language: wordsKnown(caller.language),
    languages: languageCodes,
    homes: met.homes.map(({ connection }) => connection.connectionId),
    isMeter: (meter) => met.friends.has(meter),
    isAmount: (typed, of) => {
      const home = homeIn(met, of);
      return home !== null && amountOf(typed, home) !== null;
    },
    isWeek: (typed, { home: key, amount }) => {
      const home = homeIn(met, { home: key, friend: null });
      return home !== null && weekOf(typed, { amount, home }) !== null;
    },
  });
  const ordered = before !== null && before.menu === state ? before.ordered : null;
  return { met, state, act, ordered };
}

/**
 * The screen of what could not be shown at once: an act comes first, which nothing waits in a
 * transaction for, or what it shows is another utility's or nobody's.
 */
async function showAfter(o: TextsDeps, heard: Heard, decided: Decided): Promise<string> {
  const { key, caller } = heard;
  const { act, met } = decided;
  if (act !== null && !(await o.limits.mayHave(key.phone, 'screen'))) return busy(caller);
  const done =
    act === null ? decided : { ...decided, ordered: await doAct(o, act, { ...heard, met }) };
  const keep = async (on: Kysely<Tables>): Promise<boolean> => {
    const kept = { key, dialogue: dialogueOf(done), clocks: o.clocks };
    if (act === null) return keepAndCount(on, kept);
    await keepCounted(on, kept);
    return true;
  };
  const home = homeIn(met, done.state);
  if (home === null) {
    return (await keep(o.database.directories)) ? screenOf(null, o, done) : busy(caller);
  }
  return o.database.inUtility(home.place.utilityId, async (tx) =>
    (await keep(tx)) ? screenOf(tx, o, done) : busy(caller),
  );
}

const dialogueOf = ({ state, ordered }: Decided): Dialogue => ({ menu: state, ordered });

/** `tx` is of the utility of the home that is shown; null where none is. */
async function screenOf(tx: Tx | null, o: TextsDeps, decided: Decided): Promise<string> {
  const { state } = decided;
  const facts = await factsOf(tx, o, decided);
  const text = screenText(state, wordsOf(state.language), facts);
  return `${closing.includes(state.screen) ? 'END' : 'CON'} ${text}`;
}

const wordsKnown = (code: string | null): string =>
  languageCodes.find((each) => each === code) ?? 'en';

/** What may be a friend's meter, typed in this hop or before. */
function metersIn(hop: UssdHop, before: MenuState | null): readonly string[] {
  const typed = hop.text.split('*').slice(-2).map(plainMeter);
  return [...new Set([before?.friend ?? '', ...typed])].filter((each) => /^\d{11,18}$/.test(each));
}

async function friendsIn(
  o: TextsDeps,
  hop: UssdHop,
  before: MenuState | null,
): Promise<ReadonlyMap<string, Home>> {
  const found = new Map<string, Home>();
  for (const meter of metersIn(hop, before)) {
    const home = await friendOf(o, meter);
    if (home !== null) found.set(meter, home);
  }
  return found;
}

async function doAct(
  o: TextsDeps,
  act: MenuAct,
  a: Pick<Heard, 'gateway' | 'hop'> & { readonly met: Met },
): Promise<Ordered> {
  const { hop, met } = a;
  // A hop of a session happens once, however often it is told.
  const request = `${a.gateway} ${hop.sessionId} ${hop.text.length}`;
  switch (act.kind) {
    case 'speak':
      await o.phones.speak(met.phone, act.language);
      return null;
    case 'tell': {
      const home = homeIn(met, { home: act.home, friend: null });
      if (home !== null) await tellOffice(o, { ...a, home, request });
      return null;
    }
    case 'topUp':
      await changeTopUp(o, act, homeIn(met, { home: act.home, friend: null }));
      return null;
    case 'buy': {
      const home = homeIn(met, act);
      if (home === null) return 'notNow';
      const { phone } = met;
      const isFriend = !isOwnOf(met, home);
      const wish = { home, typed: act.amount, payerPhone: phone, isFriend, request };
      const bought = await buy(o, wish);
      if (bought.kind === 'asked') return isFriend ? 'askedFriend' : 'asked';
      if (bought.kind === 'busy' || bought.kind === 'away') return bought.kind;
      if (bought.kind === 'unclear') {
        const { kind: before, amount, minutes } = bought;
        return { before, amount, minutes };
      }
      if (bought.kind === 'before' && bought.url === null) {
        const { standing: before, amount, minutes } = bought;
        return { before, amount, minutes };
      }
      const { url = null } = bought.kind === 'before' || bought.kind === 'link' ? bought : {};
      if (url === null || !('amount' in bought)) return 'notNow';
      const words = wordsOf((await o.phones.choicesOf(phone)).language);
      await textLink(
        o,
        { ...bought, url },
        { home, phone, factKey: `ussd:${request}`.slice(0, 200), words },
      );
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

/** What the screen shows, and nothing else. */
async function factsOf(
  tx: Tx | null,
  o: TextsDeps,
  { state, ordered, met }: Decided,
): Promise<ScreenFacts> {
  const words = wordsOf(state.language);
  const home = homeIn(met, state);
  const amountMinor = state.amount === null || home === null ? null : amountOf(state.amount, home);
  const { amount, week = null } = state;
  const weekMinor = week === null || home === null ? null : weekOf(week, { amount, home });
  const bounds = home === null ? { least: '', most: '' } : boundsOf(home.utility);
  const shown = tx === null || home === null ? {} : await shownOf(tx, o, { state, met, home });
  return {
    ...bounds,
    homes: met.homes.map((each) => ({ key: each.connection.connectionId, name: each.shown })),
    home: home?.shown ?? '',
    code: home?.utility.currency.code ?? '',
    ...{ left: words.unknownLeft, lasting: null, owed: null, toType: null, note: null },
    ...{ digits: null, topUp: null },
    ...shown,
    meter: home?.connection.meter.meterPan ?? '',
    amount: amountMinor === null || home === null ? '' : moneyOf(amountMinor, home.utility),
    week: weekMinor === null || home === null ? '' : moneyOf(weekMinor, home.utility),
    languages: languageCodes.map((code) => languages[code].name),
    ordered,
  };
}

/** What the screen shows of the home beside its row. */
async function shownOf(
  tx: Tx,
  o: TextsDeps,
  a: { readonly state: MenuState; readonly met: Met; readonly home: Home },
): Promise<Partial<ScreenFacts>> {
  const { state, met, home } = a;
  const words = wordsOf(state.language);
  switch (state.screen) {
    case 'balance':
      return balanceIn(tx, o, { home, words });
    case 'confirm': {
      // What a friend owes is nobody's business.
      return isOwnOf(met, home) ? { owed: await owedIn(tx, o, home) } : {};
    }
    case 'token':
      return { digits: digitsIn(await lastTokenText(tx, home.place)) };
    case 'topUp':
      return { topUp: await topUpStanding(tx, o, { home, words }) };
    default:
      return {};
  }
}

function digitsIn(last: { readonly text: string } | null): string | null {
  const tokens = last?.text.match(/\d{4}( \d{4}){4}/g) ?? [];
  return tokens.length === 0 ? null : tokens.join('\n');
}

/** Dialogues that nobody will go on with. */
export async function sweepDialogues(o: TextsDeps): Promise<void> {
  await o.database.directories
    .deleteFrom('ussd_session_directory')
    .where('at', '<', instant(o.clocks.real.nowMs() - dayMs))
    .execute();
}
