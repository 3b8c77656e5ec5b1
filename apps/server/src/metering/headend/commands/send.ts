// What operators ask of meters: who may ask for what, and what a protection rule forbids (law 7).
// The meter checks again: it knows its home best.

import type { CommandBody } from '@prewatt/api';
import { type MayDisconnect, mayDisconnect, type ProtectionRules } from '@prewatt/protection';
import { err, hourMs, ok, type Result, zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import { answerAgain } from '../../../base/request-ids.ts';
import type { Clocks } from '../../../base/time.ts';
import { isModeChanging, type MeterPlace } from '../../../registry/connections/index.ts';
import type { Utilities } from '../../../registry/utilities/index.ts';
import type { StoredAction } from './actions.ts';
import type { Commands } from './command-types.ts';
import { modeForbids } from './control-mode.ts';
import { type SendRefusal, sendSentences } from './errors.ts';
import { type SafetyTerms, supplyHoldOf } from './holds.ts';
import { type SecondPerson, safetyTerms } from './safety.ts';
import { bigintAsText } from './stages.ts';
import { lockMeter } from './superseding.ts';

/** A limit below this leaves a home with nothing that it could live by: a cut by another name. */
export const leastPowerW = 500;
/** A document travels in one message; the protocol's limit. */
const maximumDocument = 30_000;

type Kind = CommandBody['kind'];
type Rule = {
  readonly role: 'operator' | 'administrator';
  /** 0 goes first. A token goes at 5. */
  readonly priority: number;
  readonly expiresAfterMs: number;
};
const rules: Readonly<Record<Kind, Rule>> = {
  readNow: { role: 'operator', priority: 6, expiresAfterMs: hourMs },
  switchOpen: { role: 'operator', priority: 2, expiresAfterMs: 24 * hourMs },
  switchClose: { role: 'operator', priority: 1, expiresAfterMs: 72 * hourMs },
  switchArm: { role: 'operator', priority: 1, expiresAfterMs: 72 * hourMs },
  setClock: setting('operator', 3),
  setPowerLimit: setting('operator', 4),
  setEmergencyCredit: setting('administrator', 7),
  setProtection: setting('administrator', 7),
  setTariff: setting('administrator', 7),
  setPaymentMode: setting('administrator', 7),
  setControlMode: setting('administrator', 7),
};

function setting(role: Rule['role'], priority: number): Rule {
  return { role, priority, expiresAfterMs: 7 * 24 * hourMs };
}

/** About the supply: a person's word begins or ends a hold. */
const switches: readonly string[] = ['switchOpen', 'switchClose', 'switchArm'];

export type Asker = {
  /** Whoever cuts for safety answers for it in their own row. */
  readonly operatorId?: string;
  /** From where over the network. */
  readonly address?: string | undefined;
  readonly name: string;
  readonly role: 'administrator' | 'operator' | 'viewer';
};

export type SendDeps = {
  readonly commands: Commands;
  readonly clocks: Clocks;
  readonly utilities: Utilities;
  /** The document of the tariff in force for the connection, as JSON text, with its parameters. */
  readonly tariffOf: (
    tx: Tx,
    place: MeterPlace,
  ) => Promise<{ readonly documentJson: string; readonly parameters: object } | null>;
  /** It is on its way to the meter by this command; the meter is locked. */
  readonly onTariffSent: (tx: Tx, place: MeterPlace, commandId: string) => Promise<void>;
  /** What the rules ask about the home; a flag of which nobody ever spoke is null. */
  readonly homeOf: (
    tx: Tx,
    place: MeterPlace,
    zone: string,
  ) => Promise<{
    readonly vulnerable: boolean | null;
    readonly medical: boolean | null;
    readonly convertedAtMs: number | null;
    readonly owedMilliWh: number;
  }>;
  /** Somebody has let go of a supply that was held open, by this command; the meter is locked. */
  readonly onReleased: (tx: Tx, place: MeterPlace, commandId: string) => Promise<void>;
};

export type SendRequest = {
  readonly place: MeterPlace;
  readonly by: Asker;
  readonly body: CommandBody & { readonly requestId: string };
  readonly zone: string;
  readonly protection: ProtectionRules;
  /** An install job's, which neither closes nor opens what an operator holds open. */
  readonly ofJob?: boolean;
  /** Of a cut for safety: another person has allowed it. */
  readonly approved?: SecondPerson;
};

export type Sending = {
  /**
   * Queues what an operator asks for; the same request id again answers with the first command.
   */
  readonly send: (
    tx: Tx,
    request: SendRequest,
  ) => Promise<Result<{ readonly commandId: string }, SendRefusal>>;
  /** Of a refusal by a protection rule: until when it holds, in a sentence. */
  readonly protectedText: (tx: Tx, request: Protected) => Promise<string>;
  readonly cancel: (
    tx: Tx,
    request: {
      readonly place: MeterPlace;
      readonly commandId: string;
      readonly by: Asker;
      readonly reason: string;
    },
  ) => Promise<Result<void, SendRefusal>>;
};

export function createSending(o: SendDeps): Sending {
  return {
    send: async (tx, request) => {
      const { place, body, by } = request;
      await lockMeter(tx, place);
      const first = await knownRequest(tx, request);
      if (first !== null) return first;
      const rule = rules[body.kind];
      if (by.role === 'viewer' || (rule.role === 'administrator' && by.role !== 'administrator')) {
        return err('notAllowed');
      }
      const hold = switches.includes(body.kind) ? await supplyHoldOf(tx, place) : null;
      if (hold !== null && request.ofJob === true && !hold.ofJob) return err('heldOpen');
      const forbidden = await modeForbids(tx, place, body);
      if (forbidden !== null) return err(forbidden);
      const nowMs = o.clocks.business.nowMs();
      const action = await actionFor(o, tx, { request, nowMs });
      if (!action.ok) return action;
      const terms = await termsOf(o, tx, request);
      if (!terms.ok) return terms;
      const safety = terms.value;
      const common = {
        place,
        requestId: body.requestId,
        // A cut that reaches the meter after its end would have none.
        expiresAtMs: Math.min(nowMs + rule.expiresAfterMs, safety?.endsAtMs ?? Infinity),
        priority: rule.priority,
        asked: { by: by.name, reason: body.reason ?? 'Read now' },
      };
      const { value } = action;
      if (value.kind === 'readNow') {
        return ok(await o.commands.enqueue(tx, { ...common, kind: 'readNow' }));
      }
      const word = request.ofJob === true ? 'job' : 'operator';
      const queued = await o.commands.enqueue(tx, {
        ...{ ...common, kind: value.kind, action: value },
        ...(switches.includes(value.kind) ? { word } : {}),
        ...(safety === null ? {} : { safety }),
      });
      if (value.kind === 'setTariff') await o.onTariffSent(tx, place, queued.commandId);
      if (safety !== null) {
        const { utilityId, connectionId } = place;
        await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
      }
      if (hold !== null && value.kind !== 'switchOpen') {
        await o.onReleased(tx, place, queued.commandId);
      }
      return ok(queued);
    },
    protectedText: (tx, request) => protectedText(o, tx, request),
    cancel: async (tx, { place, commandId, by, reason }) => {
      const row = await tx
        .selectFrom('commands')
        .select(['id', 'cancelled_by', 'cancel_reason'])
        .where('bucket', '=', place.bucket)
        .where('id', '=', commandId)
        .where('connection_id', '=', place.connectionId)
        .executeTakeFirst();
      if (row === undefined) return err('unknownCommand');
      // The same word of the same person again: it was heard, whatever became of it.
      if (row.cancelled_by === by.name && row.cancel_reason === reason) return ok(undefined);
      const ref = { utilityId: place.utilityId, bucket: place.bucket, commandId };
      const taken = await o.commands.cancel(tx, ref, { by: by.name, reason });
      return taken ? ok(undefined) : err('commandEnded');
    },
  };
}

/** Of a cut for safety who answers for it and until when it lasts; null for any other command. */
async function termsOf(
  o: SendDeps,
  tx: Tx,
  { place, body, by, approved }: SendRequest,
): Promise<Result<SafetyTerms | null, SendRefusal>> {
  if (body.kind !== 'switchOpen' || body.cause !== 'safety') return ok(null);
  const { utilityId } = place;
  const { operatorId } = by;
  if (operatorId === undefined) return err('notAllowed');
  const { hours } = body;
  return safetyTerms(tx, o, { utilityId, operatorId, hours, approved: approved ?? null });
}

/** What the body asks of the meter, without what only names the request or bounds it here. */
function wishOf(body: CommandBody): object {
  const { requestId: _, reason: __, ...wish } = body;
  if (wish.kind !== 'switchOpen') return wish;
  const { hours: ___, ...ofMeter } = wish;
  return ofMeter;
}

/** Null when the request id is new. */
async function knownRequest(
  tx: Tx,
  { place, body }: SendRequest,
): Promise<Result<{ readonly commandId: string }, SendRefusal> | null> {
  const row = await tx
    .selectFrom('commands')
    .select(['id', 'kind', 'action'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('request_id', '=', body.requestId)
    .executeTakeFirst();
  if (row === undefined) return null;
  // Documents are those in force when the wish was first heard; the wish is the same.
  const wish = wishOf(body);
  const known =
    body.kind === 'setTariff' || body.kind === 'setProtection' || row.action === null
      ? { kind: row.kind }
      : row.action;
  return answerAgain(wish, known, { commandId: row.id });
}

async function actionFor(
  o: SendDeps,
  tx: Tx,
  { request, nowMs }: { readonly request: SendRequest; readonly nowMs: number },
): Promise<Result<StoredAction | { readonly kind: 'readNow' }, SendRefusal>> {
  const { body } = request;
  switch (body.kind) {
    case 'switchOpen':
      if (body.cause !== 'safety' && (await isProtected(o, tx, { request, nowMs }))) {
        return err('protected');
      }
      return ok({ kind: 'switchOpen', cause: body.cause });
    case 'setPowerLimit': {
      const { requestId: _, reason: __, ...wish } = body;
      const isCut = wish.limitW !== null && wish.limitW < leastPowerW;
      if (isCut && (await isProtected(o, tx, { request, nowMs }))) return err('protected');
      return ok(wish);
    }
    case 'setProtection': {
      const rulesJson = JSON.stringify(request.protection, bigintAsText);
      if (rulesJson.length > maximumDocument) return err('documentTooLong');
      const home = await o.homeOf(tx, request.place, request.zone);
      return ok({
        kind: 'setProtection',
        rulesJson,
        ...(home.vulnerable === null ? {} : { vulnerable: home.vulnerable }),
        ...(home.medical === null ? {} : { medical: home.medical }),
        ...(home.convertedAtMs === null ? {} : { convertedAtMs: home.convertedAtMs }),
      });
    }
    case 'setTariff': {
      const tariff = await o.tariffOf(tx, request.place);
      if (tariff === null) return err('noTariff');
      const { documentJson } = tariff;
      if (documentJson.length > maximumDocument) return err('documentTooLong');
      const parameters = tariff.parameters as Record<string, string>;
      return ok({ kind: 'setTariff', documentJson, activatesAtMs: nowMs, parameters });
    }
    case 'setPaymentMode': {
      const refusal = await losesCredit(tx, request.place, body.balance);
      if (refusal !== null) return err(refusal);
      const { requestId: _, reason: __, microMinorPerKwh, ...wish } = body;
      const price = microMinorPerKwh === undefined ? null : BigInt(microMinorPerKwh);
      return ok(price === null ? wish : { ...wish, microMinorPerKwh: price });
    }
    default: {
      const { requestId: _, reason: __, ...wish } = body;
      return ok(wish as StoredAction | { readonly kind: 'readNow' });
    }
  }
}

type Protected = Pick<SendRequest, 'place' | 'zone' | 'protection'>;

/** Until when a cut is refused, and that it will work then. */
async function protectedText(o: SendDeps, tx: Tx, request: Protected): Promise<string> {
  const answer = await mayCut(o, tx, { request, nowMs: o.clocks.business.nowMs() });
  if (answer.allowed) return sendSentences.protected;
  if (answer.until === null) {
    return ['medical', 'vulnerable'].includes(answer.because)
      ? 'This home is marked never to be cut: only danger opens its switch.'
      : 'A protection rule forbids a cut in all of the next forty days: only danger opens a switch.';
  }
  const at = zonedAt(answer.until, request.zone);
  const day = at.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
  const time = at.toPlainTime().toString().slice(0, 5);
  return (
    `A protection rule forbids a cut until ${day}, ${time}. Ask again then, or say that there is ` +
    'danger.'
  );
}

/** Whether a protection rule forbids a cut of this home now. */
const isProtected = async (
  o: SendDeps,
  tx: Tx,
  at: { readonly request: SendRequest; readonly nowMs: number },
): Promise<boolean> => !(await mayCut(o, tx, at)).allowed;

async function mayCut(
  o: SendDeps,
  tx: Tx,
  { request, nowMs }: { readonly request: Protected; readonly nowMs: number },
): Promise<MayDisconnect> {
  const home = await o.homeOf(tx, request.place, request.zone);
  const moment = {
    ...home,
    atMs: nowMs,
    zone: request.zone,
    vulnerable: home.vulnerable ?? false,
    medical: home.medical ?? false,
  };
  return mayDisconnect(request.protection, moment);
}

/** The change of credit mode keeps what a meter hands over; sent by itself it would be lost. */
async function losesCredit(
  tx: Tx,
  place: MeterPlace,
  balance: 'keep' | 'handOver',
): Promise<SendRefusal | null> {
  if (await isModeChanging(tx, place)) return 'creditModeChanging';
  const { credit_mode: mode } = await tx
    .selectFrom('connections')
    .select('credit_mode')
    .where('bucket', '=', place.bucket)
    .where('id', '=', place.connectionId)
    .executeTakeFirstOrThrow();
  if (mode === 'wallet') return 'ofWallet';
  return balance === 'handOver' ? 'ofCreditMode' : null;
}
