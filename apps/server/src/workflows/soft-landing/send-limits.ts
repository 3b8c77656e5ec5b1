// The sweep over homes without a link: each one whose step is due gets its limit token by text
// message, in a transaction of its own under the meter's lock.

import { checkProtectionRules, type ProtectionRules } from '@prewatt/protection';
import { zonedAt } from '@prewatt/quantities';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Log } from '../../base/log.ts';
import type { Messages } from '../../messaging/messages/index.ts';
import { languageToTell } from '../../messaging/phones/index.ts';
import { latestVersion } from '../../metering/protection/index.ts';
import type { Grants } from '../../money/grants/index.ts';
import {
  type ConnectionPlace,
  loadConnectionForUpdate,
  setPowerToAllow,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import {
  type DueLanding,
  dueLanding,
  type FlaggedHome,
  flaggedUnderLimit,
  fromTheFirst,
  type LandingHome,
  landingHomes,
  nextPage,
  type Which,
} from './due.ts';
import { landingMessage, liftMessage } from './labels.ts';
import { liftByGrant } from './lift.ts';

export type LandDeps = {
  readonly database: Database;
  readonly grants: Pick<Grants, 'issue'>;
  readonly messages: Pick<Messages, 'queue'>;
  /** Who wants to hear of low credit, outside of quiet hours; else the next look asks again. */
  readonly mayBeTold: (
    tx: Tx,
    o: { readonly place: ConnectionPlace; readonly nowMs: number; readonly zone: string },
  ) => Promise<boolean>;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
  readonly log: Log;
};

/** Nobody is sent a limit while most people sleep. */
const firstHour = 8;
const lastHour = 20;

type Approved = { readonly rules: ProtectionRules; readonly version: number };

/** Sends what is due; answers with how many tokens were sent. */
export async function landHomes(deps: LandDeps, utility: Utility): Promise<number> {
  const nowMs = deps.nowMs();
  const now = zonedAt(nowMs, utility.zone);
  const date = now.toPlainDate().toString();
  await liftFlagged(deps, { utility, date });
  if (utility.protectionRules.softLandingByToken === undefined) return 0;
  if (now.hour < firstHour || now.hour >= lastHour) return 0;
  let sent = 0;
  let which: Which | null = fromTheFirst;
  while (which !== null) {
    const page: Which = which;
    const [approved, homes] = await deps.database.inUtility(
      utility.id,
      async (tx) =>
        [
          await approvedRules(tx, utility.id),
          await landingHomes(tx, { utilityId: utility.id, nowMs, date, which: page }),
        ] as const,
    );
    if (approved === null) return sent;
    for (const home of homes) {
      if (dueLanding(approved.rules, { home, nowMs }) === null) continue;
      if (await landHome(deps, { utility, home, date })) sent += 1;
    }
    which = nextPage(homes);
  }
  return sent;
}

/** The rule set that a second person approved, if it sends tokens; null otherwise. */
async function approvedRules(tx: Tx, utilityId: string): Promise<Approved | null> {
  const version = await latestVersion(tx, utilityId);
  const row = await tx
    .selectFrom('protection_rule_sets')
    .select('document')
    .where('utility_id', '=', utilityId)
    .where('version', '=', version)
    .executeTakeFirst();
  const rules = row === undefined ? null : checkProtectionRules(row.document);
  if (rules?.ok !== true || rules.value.softLandingByToken === undefined) return null;
  return { rules: rules.value, version };
}

/** Looked at again under the meter's lock: a purchase or a flag may have come between. */
function landHome(
  deps: LandDeps,
  o: { readonly utility: Utility; readonly home: LandingHome; readonly date: string },
): Promise<boolean> {
  const { utility, date } = o;
  const place: ConnectionPlace = {
    utilityId: utility.id,
    bucket: o.home.bucket,
    connectionId: o.home.connectionId,
  };
  return deps.database.inUtility(utility.id, async (tx) => {
    await loadConnectionForUpdate(tx, place);
    const nowMs = deps.nowMs();
    const approved = await approvedRules(tx, utility.id);
    const asked = { utilityId: utility.id, nowMs, date, which: { only: place } };
    const [home] = await landingHomes(tx, asked);
    if (approved === null || home === undefined) return false;
    const due = dueLanding(approved.rules, { home, nowMs });
    if (due === null) return false;
    const { zone } = utility;
    if (!(await deps.mayBeTold(tx, { place, nowMs, zone }))) return false;
    return send(tx, deps, { utility, place, home, due, version: approved.version, nowMs });
  });
}

type ToSend = {
  readonly utility: Utility;
  readonly place: ConnectionPlace;
  readonly home: LandingHome;
  readonly due: DueLanding;
  readonly version: number;
  readonly nowMs: number;
};

async function send(tx: Tx, deps: LandDeps, o: ToSend): Promise<boolean> {
  const { place, home, due, utility } = o;
  const made = await limitToken(tx, deps, {
    place,
    requestId: `landing:${home.last_sale_id}:${due.step}`,
    powerW: BigInt(due.powerLimitW),
    reason: `Soft landing by token: step ${due.step} of rules version ${o.version}.`,
    version: o.version,
  });
  if (made === null) return false;
  await keepLanding(tx, { ...o, id: deps.newUuid(), grantId: made.grantId, powerW: made.powerW });
  await deps.messages.queue(tx, {
    place,
    kind: 'powerLimit',
    factKey: `landing:${home.last_sale_id}:${due.step}`,
    phone: home.phone,
    text: landingMessage({
      language: await languageToTell(tx, utility, home.phone),
      utility: utility.name,
      home: home.name,
      zone: utility.zone,
      ...made,
      ...due,
    }),
  });
  return true;
}

async function keepLanding(
  tx: Tx,
  o: ToSend & { readonly id: string; readonly grantId: string; readonly powerW: bigint },
): Promise<void> {
  const { home, due } = o;
  const at = new Date(o.nowMs);
  await tx
    .updateTable('landing_tokens')
    .set({ state: 'replaced', state_at: at })
    .where('bucket', '=', home.bucket)
    .where('meter_id', '=', home.meterId)
    .where('state', '=', 'sent')
    .execute();
  await tx
    .insertInto('landing_tokens')
    .values({
      bucket: home.bucket,
      id: o.id,
      utility_id: o.utility.id,
      connection_id: home.connectionId,
      meter_id: home.meterId,
      grant_id: o.grantId,
      rules_version: o.version,
      spell_sale_id: home.last_sale_id,
      step: due.step,
      power_w: o.powerW,
      lift_power_w: due.ordinaryW,
      expected_at: new Date(due.expectedAtMs),
      lasts_until: new Date(due.lastsUntilMs),
      sent_at: at,
      state: 'sent',
      state_at: at,
    })
    .execute();
  await setPowerToAllow(tx, home, due.ordinaryW);
}

type LimitToken = { readonly grantId: string; readonly digits: string; readonly powerW: bigint };

/** Null when none can be made, which is logged: the home goes without. */
async function limitToken(
  tx: Tx,
  deps: LandDeps,
  o: {
    readonly place: ConnectionPlace;
    readonly requestId: string;
    readonly powerW: bigint;
    readonly reason: string;
    readonly version: number;
  },
): Promise<LimitToken | null> {
  const issued = await deps.grants.issue(tx, {
    place: o.place,
    requestId: o.requestId,
    what: { kind: 'setMaximumPowerLimit', powerW: o.powerW },
    reason: o.reason,
    requestedBy: null,
    approvalId: null,
    rulesVersion: o.version,
  });
  if (!issued.ok) {
    const { connectionId } = o.place;
    deps.log.warn({ connectionId, refusal: issued.error }, 'no limit token could be made');
    return null;
  }
  const { grantId } = issued.value;
  const row = await tx
    .selectFrom('tokens')
    .innerJoin('grants', (join) =>
      join.onRef('grants.bucket', '=', 'tokens.bucket').onRef('grants.id', '=', 'tokens.grant_id'),
    )
    .select(['tokens.digits', 'grants.parameters'])
    .where('tokens.bucket', '=', o.place.bucket)
    .where('tokens.grant_id', '=', grantId)
    .where('tokens.kind', '=', 'management')
    .executeTakeFirstOrThrow();
  const { powerW } = row.parameters as { readonly powerW: string };
  return { grantId, digits: row.digits, powerW: BigInt(powerW) };
}

/** A home that was flagged since it got its token is sent the one that lifts it, at any hour. */
async function liftFlagged(
  deps: LandDeps,
  o: { readonly utility: Utility; readonly date: string },
): Promise<void> {
  const { utility, date } = o;
  const homes = await deps.database.inUtility(utility.id, (tx) =>
    flaggedUnderLimit(tx, { utilityId: utility.id, date }),
  );
  for (const home of homes) {
    await deps.database.inUtility(utility.id, (tx) => liftOne(tx, deps, { utility, home, date }));
  }
}

async function liftOne(
  tx: Tx,
  deps: LandDeps,
  o: { readonly utility: Utility; readonly home: FlaggedHome; readonly date: string },
): Promise<void> {
  const { utility, home } = o;
  const place = { utilityId: utility.id, bucket: home.bucket, connectionId: home.connectionId };
  await loadConnectionForUpdate(tx, place);
  const still = await flaggedUnderLimit(tx, { utilityId: utility.id, date: o.date });
  if (!still.some(({ landing_id }) => landing_id === home.landing_id)) return;
  const made = await limitToken(tx, deps, {
    place,
    requestId: `landing-lift:${home.landing_id}`,
    powerW: home.lift_power_w,
    reason: 'Soft landing by token: lifted, the home is never limited any more.',
    version: home.rules_version,
  });
  if (made === null) return;
  const at = new Date(deps.nowMs());
  await liftByGrant(tx, home, { grantId: made.grantId, at });
  // Without a phone the token stands with the connection's grants, and a person calls.
  if (home.phone === null) return;
  await deps.messages.queue(tx, {
    place,
    kind: 'powerLimit',
    factKey: `landing-lift:${home.landing_id}`,
    phone: home.phone,
    text: liftMessage({
      language: await languageToTell(tx, utility, home.phone),
      ...{ utility: utility.name, home: home.name, digits: made.digits },
    }),
  });
}
