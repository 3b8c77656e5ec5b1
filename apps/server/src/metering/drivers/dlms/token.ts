// A token through the token gateway (class 115), and what its status says in the words that the
// head-end has for what becomes of a token. What a meter leaves open stays open: it is asked again.

import { octetString } from '@prewatt/dlms';
import { attributeOf, methodOf, tokenGatewayClass, tokenStatusCodes } from '@prewatt/dlms/classes';
import {
  type DriverFault,
  type MeterTaskResult,
  type TokenOutcome,
  type TokenRefusal,
  tokenRefusals,
} from '@prewatt/protocol';
import { energyWh, err, ok, type Result } from '@prewatt/quantities';
import { tokenClassOf } from '@prewatt/sts/codec';
import { accountOf, attributesOfAccount, energyWhOf } from './account.ts';
import { fail, refuse, type TaskPlace, unless } from './task-place.ts';
import { invoke, readAll, valueIn } from './values.ts';

/** A meter that is still at work is asked so often, so far apart. */
const looks = 5;
const betweenLooksMs = 1_000;
/** Credit of tokens comes in steps of 100 Wh; what is used meanwhile is less. */
const stepWh = 100n;

/** `ofSet`: the token is one of a key-change set. */
export async function enterToken(
  at: TaskPlace,
  token: string,
  { ofSet = false }: { readonly ofSet?: boolean } = {},
): Promise<MeterTaskResult> {
  const { session, model } = at;
  const { gateway } = model;
  if (gateway === null) return refuse('unsupported');
  const octets = octetString(new TextEncoder().encode(token));
  const known = await isTaken(at, { gateway, token });
  if (!known.ok) return fail(known.error);
  if (known.value) return { kind: 'tokenEntered', outcome: acceptedAs(token, null, 0n) };
  const before = await netWh(at);
  if (!before.ok) return fail(before.error);
  const entered = await invoke(session, methodOf(tokenGatewayClass, gateway, 'enter'), octets);
  if (!entered.ok) return fail(entered.error);
  const hindrance = unless(entered, 'unsupported');
  const status = await settledStatus(at, gateway, ofSet);
  if (!status.ok) return fail(status.error);
  const { code, description } = status.value;
  const refusal = refusalOf(code, description);
  if (refusal !== null) {
    return { kind: 'tokenEntered', outcome: { result: 'refused', refusal, tid: null } };
  }
  // Its status may be that of the token before.
  if (hindrance !== null) return hindrance;
  if (isPart(status.value, ofSet)) {
    return { kind: 'tokenEntered', outcome: acceptedAs(token, partOfSet, 0n) };
  }
  if (code !== tokenStatusCodes.executionOk) return fail('noAnswer');
  const after = await netWh(at);
  if (!after.ok) return fail(after.error);
  return {
    kind: 'tokenEntered',
    outcome: acceptedAs(token, description, after.value - before.value),
  };
}

/**
 * The meter's last token is this one, and was taken: its first answer was lost. Entered again it
 * would be refused, in words that few meters make plain.
 */
async function isTaken(
  { session }: TaskPlace,
  { gateway, token }: { readonly gateway: string; readonly token: string },
): Promise<Result<boolean, DriverFault>> {
  const read = await readAll(session, [
    attributeOf(tokenGatewayClass, gateway, 'token'),
    attributeOf(tokenGatewayClass, gateway, 'tokenStatus'),
  ]);
  if (!read.ok) return read;
  const last = valueIn(tokenGatewayClass, 'token', read.value[0]);
  const status = valueIn(tokenGatewayClass, 'tokenStatus', read.value[1]);
  const isSame = last !== null && new TextDecoder('latin1').decode(last) === token;
  return ok(isSame && status?.statusCode === 'executionOk');
}

function acceptedAs(token: string, description: string | null, gainedWh: bigint): TokenOutcome {
  const effects = ['credit', 'management', 'test', 'keyChangePart', 'keyChanged'] as const;
  const tokenClass = tokenClassOf(token);
  const byClass = { 0: 'credit', 1: 'test', 2: 'management', 3: 'management' } as const;
  const usual = byClass[tokenClass.ok ? tokenClass.value : 2];
  const effect = effects.find((each) => each === description) ?? usual;
  const steps = effect === 'credit' && gainedWh > 0n ? (gainedWh + stepWh / 2n) / stepWh : 0n;
  return { result: 'accepted', effect, tid: null, creditedEnergyWh: energyWh(steps * stepWh) };
}

/** What the account is worth in watt-hours: credit less what is to be cleared; 0 without one. */
async function netWh({ session, model }: TaskPlace): Promise<Result<bigint, DriverFault>> {
  const read = await readAll(session, attributesOfAccount(model.account));
  if (!read.ok) return read;
  const account = accountOf(read.value);
  if (account === null) return ok(0n);
  const owed = energyWhOf(account.amountToClear, account.currency) ?? 0n;
  const available = energyWhOf(account.availableCredit, account.currency) ?? 0n;
  return ok(available - (owed < 0n ? -owed : owed));
}

type Status = { readonly code: number; readonly description: string | null };

const partOfSet = 'keyChangePart';

/** The meter has the token, finds it valid, and waits for the others of its set. */
const isPart = ({ code, description }: Status, ofSet: boolean): boolean =>
  code === tokenStatusCodes.validationOk && (ofSet || description === partOfSet);

/** Once the meter has done with the token, or has been waited for long enough. */
async function settledStatus(
  { session, pause }: TaskPlace,
  gateway: string,
  ofSet: boolean,
): Promise<Result<Status, DriverFault>> {
  for (let look = 1; ; look += 1) {
    const read = await readAll(session, [
      attributeOf(tokenGatewayClass, gateway, 'tokenStatus'),
      attributeOf(tokenGatewayClass, gateway, 'tokenDescription'),
    ]);
    if (!read.ok) return read;
    const status = valueIn(tokenGatewayClass, 'tokenStatus', read.value[0]);
    if (status === null) return err('malformed');
    const [description = null] =
      valueIn(tokenGatewayClass, 'tokenDescription', read.value[1]) ?? [];
    const { statusCode } = status;
    const code = typeof statusCode === 'number' ? statusCode : tokenStatusCodes[statusCode];
    const isDone = !underWay.includes(code) || isPart({ code, description }, ofSet);
    if (isDone || look >= looks) return ok({ code, description });
    await pause(betweenLooksMs);
  }
}

const underWay: readonly number[] = [
  tokenStatusCodes.formatOk,
  tokenStatusCodes.authenticationOk,
  tokenStatusCodes.validationOk,
  tokenStatusCodes.receivedNotProcessed,
];

/**
 * The meter's own word where it has one of ours; else what its status can mean at worst: a token
 * that did not pass validation may be used or old, and "used" would count as delivered.
 */
function refusalOf(code: number, description: string | null): TokenRefusal | null {
  const usual = {
    [tokenStatusCodes.formatFailure]: 'format',
    [tokenStatusCodes.authenticationFailure]: 'crc',
    [tokenStatusCodes.validationFailure]: 'old',
    [tokenStatusCodes.executionFailure]: 'overflow',
  } as const satisfies Record<number, TokenRefusal>;
  const refusal = (usual as Partial<Record<number, TokenRefusal>>)[code];
  if (refusal === undefined) return null;
  return tokenRefusals.find((each) => each === description) ?? refusal;
}
