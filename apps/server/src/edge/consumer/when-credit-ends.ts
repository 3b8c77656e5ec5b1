// What a customer can count on when credit ends: a token that only has to be typed, emergency
// credit, and the hours in which the rules allow no cut.

import type { LiveReading } from '@prewatt/api';
import {
  emergencyCreditOf,
  hasTimesWithoutCut,
  type ProtectionRules,
  timesWithoutCut,
} from '@prewatt/protection';
import { civilDateOf, formatKwh } from '@prewatt/quantities';
import type { Voice } from '@prewatt/web/consumer';
import type { Tx } from '../../base/database.ts';
import { heardByMeters, supplyHome } from '../../metering/protection/index.ts';
import { emergencyLeft } from '../../metering/readings/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { waitingTokens } from '../../money/tokens/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { emergencyMinor, moneyLeftOf } from '../../workflows/wallet/index.ts';

/** Tokens to type, as they are read; a wallet has none. */
export async function waitingFor(tx: Tx, connection: Connection): Promise<readonly string[]> {
  if (connection.creditMode === 'wallet') return [];
  return (await waitingTokens(tx, [connection])).get(connection.connectionId)?.tokens ?? [];
}

/** As the meter says; in wallet mode it is begun by the wallet, and the rules tell of it. */
export async function emergencyOf(
  tx: Tx,
  { connection, voice }: { readonly connection: Connection; readonly voice: Voice },
): Promise<LiveReading['emergency']> {
  if (connection.creditMode === 'wallet') return null;
  const left = (await emergencyLeft(tx, [connection])).get(connection.connectionId);
  if (left === undefined) return null;
  const { energyWh, microMinor, isAutomatic } = left;
  const text =
    microMinor === null
      ? voice.kwh(energyWh.toString())
      : voice.money((microMinor / 1_000_000n).toString());
  return { left: text, isAutomatic };
}

const pressSentence =
  'Using more switches supply off: switch something off, then press the button on the meter.';

/** Of a home whose meter may hold other rules than we do. */
const unheard =
  'Your meter has not confirmed our newest rules yet: until then it follows the rules that it had before.';

type Asked = {
  readonly connection: Connection;
  readonly utility: Utility;
  readonly nowMs: number;
  readonly voice: Voice;
};

/** What the rules say, where the meter goes by them. */
export async function afterCreditOf(
  tx: Tx,
  o: Asked & { readonly tariffs: Pick<Tariffs, 'inForce'> },
): Promise<readonly string[]> {
  const { connection, utility, nowMs } = o;
  const { protectionRules: rules, zone } = utility;
  const sentences = afterCreditSentences(rules, staysOff(rules));
  if (connection.creditMode === 'wallet') {
    const { vulnerable, medical } = await supplyHome(tx, connection, civilDateOf(nowMs, zone));
    const isNeverCut = vulnerable === true || medical === true;
    return [
      ...afterCreditSentences(
        { ...rules, softLanding: [], emergencyCreditWh: '0' },
        isNeverCut ? '' : comesOn,
      ),
      ...(await emergencySentences(tx, o)),
      ...(isNeverCut ? [] : await lentSentences(tx, o)),
    ];
  }
  const place = { bucket: connection.bucket, meterId: connection.meter.meterId };
  const heard = await heardByMeters(tx, [place], { rules, date: civilDateOf(nowMs, zone) });
  return heard.get(place.meterId) === 'newest' ? sentences : [unheard];
}

/** A wallet owes money, so what is lent is money, too; without a price it is energy. */
async function emergencySentences(
  tx: Tx,
  o: Asked & { readonly tariffs: Pick<Tariffs, 'inForce'> },
): Promise<readonly string[]> {
  const energyWh = emergencyCreditOf(o.utility.protectionRules);
  if (energyWh === 0n) return [];
  const lentMinor = await emergencyMinor(tx, o, o);
  const { balanceMinor } = await moneyLeftOf(tx, o, o);
  if (lentMinor > 0n && balanceMinor <= -lentMinor) {
    return ['Your emergency credit is used up. What you pay in goes to what you owe first.'];
  }
  const lent = `${formatKwh(energyWh)} kWh`;
  const until =
    lentMinor === 0n ? lent : `about ${o.voice.money(lentMinor.toString())}, for ${lent}`;
  return [
    `Emergency credit: supply stays on until you owe ${until}. What you pay in goes to that first.`,
  ];
}

/** Where hours without a cut turn supply on again only up to what the rules lend. */
async function lentSentences(
  tx: Tx,
  o: Asked & { readonly tariffs: Pick<Tariffs, 'inForce'> },
): Promise<readonly string[]> {
  const { protectedOwedLimitWh: limit } = o.utility.protectionRules;
  if (limit === undefined) return [];
  const lent = `${formatKwh(BigInt(limit))} kWh`;
  const { owedEnergyWh } = await moneyLeftOf(tx, o, o);
  const isOver = owedEnergyWh !== null && owedEnergyWh > BigInt(limit);
  return [
    `Once you owe more than ${lent}, supply that has gone off stays off in hours without a cut, too, until you pay.`,
    ...(isOver ? [`You owe more than that now: about ${formatKwh(owedEnergyWh)} kWh.`] : []),
  ];
}

/** A meter keeps its switch closed in such hours, and does not close it by them. */
const staysOff = (rules: ProtectionRules): string =>
  'Supply that goes off at another time stays off in these hours, too, until you load credit' +
  (rules.emergencyCreditWh === '0' ? '.' : ' or take emergency credit.');

/** A wallet is asked anew when such hours begin. */
const comesOn =
  'Supply that goes off at another time comes on again in these hours; what you use then is owed.';

/** In sentences, for everybody: grace and marks are told to those who have them. */
function afterCreditSentences(rules: ProtectionRules, ofHomesOff: string): readonly string[] {
  const lent = BigInt(rules.emergencyCreditWh);
  const landing = rules.softLanding.map(
    ({ belowWh, powerLimitW }) =>
      `Below ${formatKwh(BigInt(belowWh))} kWh the meter allows ${powerLimitW} W at a time.`,
  );
  return [
    ...(landing.length === 0 ? [] : [...landing, pressSentence]),
    ...timesWithoutCut(rules),
    ...(hasTimesWithoutCut(rules) && ofHomesOff !== '' ? [ofHomesOff] : []),
    ...(lent > 0n
      ? [`Emergency credit: ${formatKwh(lent)} kWh. What you pay next pays it back.`]
      : []),
  ];
}
