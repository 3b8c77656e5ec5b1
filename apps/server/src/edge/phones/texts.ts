// What a customer writes, and the answer: commands in any case, and everything else to the inbox.

import { languageOfCommand, readCommand } from '@prewatt/rails';
import type { NewUuid } from '../../base/ids.ts';
import { type Heard, type MessageGateway, sendByFirst } from '../../messaging/gateways/index.ts';
import { keepText, textAnswered } from '../../messaging/inbox/index.ts';
import { lastTokenText, type Messages } from '../../messaging/messages/index.ts';
import type { Phones } from '../../messaging/phones/index.ts';
import { type Bought, type BuyingDeps, buy } from './buying.ts';
import { balanceOf, boundsOf, friendOf, type Home, type HomesDeps, homesOf } from './homes.ts';
import { type Words, wordsOf } from './words.ts';

export type TextsDeps = HomesDeps &
  BuyingDeps & {
    readonly messages: Messages;
    readonly phones: Phones;
    readonly gateways: readonly MessageGateway[];
    readonly newUuid: NewUuid;
  };

type Text = Extract<Heard, { kind: 'text' }>;
type Command = ReturnType<typeof readCommand>;

/** What is said, and of which home; null where nothing is said. */
type Answer = { readonly text: string; readonly home: Home | null; readonly isOpen?: true };

/** In a list of homes. */
const homesNamed = 3;

export async function hearText(o: TextsDeps, gateway: string, heard: Text): Promise<void> {
  const phone = heard.from;
  // A short code or a name may be a machine that answers our answers.
  if (!/^\+\d{8,15}$/.test(phone)) return;
  const homes = await homesOf(o, phone);
  const { language } = await o.phones.choicesOf(phone);
  const words = wordsOf(language ?? languageOfCommand(heard.text));
  const command = readCommand(heard.text);
  const friend = command.meter === null ? null : await friendOf(o, command.meter);
  const own = homes.find(({ connection }) => isMeterOf(connection, friend)) ?? null;
  const request = `${gateway} ${heard.id ?? o.newUuid()}`;
  const about = own ?? homes[0] ?? (command.command === 'buy' ? friend : null);
  const asked = { command, phone, homes, own, friend, words, request };
  if (about === null) {
    await hearStranger(o, { gateway, heard, asked });
    return;
  }
  const { place: home } = about;
  const { utilityId } = home;
  const kept = await keep(o, { gateway, heard, utilityId, home, request });
  if (kept.isAnswered) return;
  const isLimited = !(await o.limits.mayHave(phone, 'answer'));
  const answer = isLimited ? null : await answerTo(o, asked);
  await o.database.inUtility(utilityId, async (tx) => {
    const isOpen = answer === null ? command.command === 'free-text' : answer.isOpen === true;
    await textAnswered(tx, kept.id, { answer: answer?.text ?? null, isOpen });
    if (answer === null) return;
    const { place } = answer.home ?? about;
    const factKey = `answer:${kept.id}`;
    const isHere = place.utilityId === utilityId;
    await o.messages.queue(tx, {
      ...{ place: isHere ? place : about.place, kind: 'answer', factKey, phone, text: answer.text },
    });
  });
}

/**
 * A phone of no home: answered beside the messages of homes. What the first utility keeps of it is
 * bounded by the phone's limit, since nobody is known to stand behind it.
 */
async function hearStranger(
  o: TextsDeps,
  a: { readonly gateway: string; readonly heard: Text; readonly asked: Asked },
): Promise<void> {
  const { command, phone, request } = a.asked;
  const [first] = await o.utilities.list();
  if (first === undefined || !(await o.limits.mayHave(phone, 'answer'))) return;
  const utilityId = first.id;
  const kept = await keep(o, { ...a, utilityId, home: null, request });
  if (kept.isAnswered) return;
  const { text } = await answerTo(o, a.asked);
  const sent = await sendByFirst(o.gateways, { id: kept.id, to: phone, text });
  const answer = sent.ok ? text : null;
  const isOpen = command.command === 'free-text';
  await o.database.inUtility(utilityId, (tx) => textAnswered(tx, kept.id, { answer, isOpen }));
}

const isMeterOf = (connection: Home['connection'], friend: Home | null): boolean =>
  friend !== null && connection.meter.meterPan === friend.connection.meter.meterPan;

/** The text as it is kept; whether it was answered before. */
async function keep(
  o: TextsDeps,
  a: {
    readonly gateway: string;
    readonly heard: Text;
    readonly utilityId: string;
    readonly home: Home['place'] | null;
    readonly request: string;
  },
): Promise<{ readonly id: string; readonly isAnswered: boolean }> {
  const { utilityId, home } = a;
  return o.database.inUtility(utilityId, (tx) =>
    keepText(
      tx,
      {
        ...{ id: o.newUuid(), utilityId, gateway: a.gateway },
        gatewayId: a.heard.id ?? a.request,
        phone: a.heard.from,
        home,
        text: a.heard.text.replaceAll('\0', ''),
      },
      o.clocks.business.nowMs(),
    ),
  );
}

type Asked = {
  readonly command: Command;
  readonly phone: string;
  readonly homes: readonly Home[];
  /** The phone's own home with the meter that was written. */
  readonly own: Home | null;
  /** The home with the meter that was written, whoever's. */
  readonly friend: Home | null;
  readonly words: Words;
  readonly request: string;
};

async function answerTo(o: TextsDeps, asked: Asked): Promise<Answer> {
  const { command, phone, homes, own, words } = asked;
  const { sms } = words;
  const [first] = homes;
  switch (command.command) {
    case 'stop':
      await o.phones.stop(phone);
      return { text: sms.stopped, home: own };
    case 'start':
      await o.phones.start(phone);
      return { text: sms.started, home: own };
    case 'help':
      return { text: first === undefined ? sms.stranger : sms.help, home: own };
    case 'buy':
      return buyByText(o, asked);
    case 'balance':
      if (first === undefined) return { text: sms.stranger, home: null };
      return balances(o, own === null ? homes.slice(0, homesNamed) : [own], words);
    case 'last-token':
      if (first === undefined) return { text: sms.stranger, home: null };
      return lastToken(o, own === null ? homes : [own], words);
    case 'free-text':
      return {
        text: first === undefined ? sms.strangerReceived : sms.received,
        home: own,
        isOpen: true,
      };
  }
}

async function balances(o: TextsDeps, homes: readonly Home[], words: Words): Promise<Answer> {
  const lines: string[] = [];
  for (const home of homes) {
    const balance = await balanceOf(o, home, words);
    const { left } = balance;
    const lasting = balance.lasting ?? '';
    const act = balance.note ?? (balance.toType === null ? null : words.type(balance.toType));
    const type = act === null ? '' : ` ${act}`;
    lines.push(`${words.sms.balance({ home: home.shown, left, lasting })}${type}`);
  }
  return { text: lines.join('\n'), home: homes[0] ?? null };
}

async function lastToken(o: TextsDeps, homes: readonly Home[], words: Words): Promise<Answer> {
  const found: { readonly text: string; readonly atMs: number; readonly home: Home }[] = [];
  for (const home of homes) {
    const { place } = home;
    const last = await o.database.inUtility(place.utilityId, (tx) => lastTokenText(tx, place));
    if (last !== null) found.push({ ...last, home });
  }
  const [newest] = found.sort((a, b) => b.atMs - a.atMs);
  if (newest === undefined) return { text: words.sms.noToken, home: null };
  return { text: words.sms.again(newest.text), home: newest.home };
}

async function buyByText(o: TextsDeps, asked: Asked): Promise<Answer> {
  const { command, homes, own, friend, words, request } = asked;
  const { sms } = words;
  if (command.meter !== null && friend === null) return { text: sms.noMeter, home: null };
  const home = own ?? friend ?? homes[0];
  if (home === undefined) return { text: sms.stranger, home: null };
  if (command.meter === null && homes.length > 1) {
    const named = homes.slice(0, homesNamed);
    const names = named.map(({ shown, connection }) => `${shown} ${connection.meter.meterPan}`);
    return { text: sms.whichHome(names.join(', ')), home };
  }
  if (command.amount === null) return { text: sms.howToBuy, home };
  const isFriend = own === null && !homes.includes(home);
  const { phone: payerPhone } = asked;
  const bought = await buy(o, { home, typed: command.amount, payerPhone, isFriend, request });
  switch (bought.kind) {
    case 'asked':
      return {
        text: (isFriend ? sms.askedFriend : sms.asked)({
          amount: bought.amount,
          home: home.shown,
        }),
        home,
      };
    case 'unclear':
      return { text: sms.unclear({ ...bought, home: home.shown }), home };
    case 'link':
      return { text: sms.pay({ ...bought, home: home.shown }), home };
    case 'before':
      return { text: beforeText(bought, { home, words }), home };
    case 'badAmount':
      return { text: sms.badAmount(boundsOf(home.utility)), home };
    case 'busy':
      return { text: words.busy, home };
    case 'away':
      return { text: words.away, home };
    case 'notNow':
      return { text: sms.notNow, home };
  }
}

/** What stands already, and what is to be done about it. */
export function beforeText(
  bought: Extract<Bought, { kind: 'before' }>,
  { home: { shown: home }, words }: { readonly home: Home; readonly words: Words },
): string {
  const { amount, url, standing, minutes } = bought;
  const said = { amount, home, minutes };
  if (url !== null) return words.sms.payBefore({ amount, home, url });
  switch (standing) {
    case 'bought':
      return words.sms.boughtBefore(said);
    case 'unclear':
      return words.sms.unclear(said);
    case 'other':
      return words.sms.otherBefore(said);
    case 'asked':
      return words.sms.askedBefore(said);
  }
}
