// Approvals that two operators made, for tests that carry them out without their sign-ins; and one
// row of each kind that claims an approval and that nothing else seeds.

import { sql } from 'kysely';
import { type Harness, newTestUuid } from './harness.ts';

export type SeededApproval = {
  readonly requestedBy: string;
  readonly approvedBy: string;
  readonly approvalId: string;
};

/** Two new operators asked for and allowed this, before decisions were sealed. */
export async function seedApproval(
  h: Harness,
  o: { readonly kind: string; readonly payload: object; readonly reason: string },
): Promise<SeededApproval> {
  const db = h.owner.directories;
  const [requestedBy, approvedBy, approvalId] = [newTestUuid(), newTestUuid(), newTestUuid()];
  const at = new Date(h.clock.nowMs);
  await sql`INSERT INTO prewatt.operators SELECT id, ${h.utilityId}::uuid, id::text, 'Somebody',
      'administrator', ${at} FROM unnest(ARRAY[${requestedBy}, ${approvedBy}]::uuid[]) id`.execute(
    db,
  );
  await sql`INSERT INTO prewatt.approvals (id, utility_id, kind, request_id, payload, reason,
      requested_by, requested_at, expires_at, state, decided_by, decided_at, outcome, unsealed)
    VALUES (${approvalId}::uuid, ${h.utilityId}::uuid, ${o.kind}, ${approvalId},
      ${JSON.stringify(o.payload)}::jsonb, ${o.reason}, ${requestedBy}::uuid, ${at}, ${at}, 'done',
      ${approvedBy}::uuid, ${at}, '{}', true)`.execute(db);
  await sql`INSERT INTO prewatt.approval_events (approval_id, ordinal, utility_id, what, operator_id,
      reason, shown, at)
    SELECT ${approvalId}::uuid, e.ordinal, ${h.utilityId}::uuid, e.what, e.by, e.reason,
      e.shown::jsonb, ${at}
    FROM (VALUES (1, 'requested', ${requestedBy}::uuid, ${o.reason}, NULL),
      (2, 'approved', ${approvedBy}::uuid, NULL, '{}')) e (ordinal, what, by, reason, shown)`.execute(
    db,
  );
  return { requestedBy, approvedBy, approvalId };
}

const reason = 'Seeded by a test, for the rules.';

/** An invitation, and a person whose role was changed. */
async function seedTeam(h: Harness, at: Date): Promise<void> {
  const db = h.owner.directories;
  const person = { name: 'Nia', email: 'nia@test.example', role: 'viewer' };
  const invited = await seedApproval(h, { kind: 'operatorInvite', payload: person, reason });
  await sql`INSERT INTO prewatt.operator_invitations (id, utility_id, name, email, role,
      approval_id, requested_by, approved_by, at)
    VALUES (${newTestUuid()}::uuid, ${h.utilityId}::uuid, 'Nia', 'nia@test.example', 'viewer',
      ${invited.approvalId}::uuid, ${invited.requestedBy}::uuid, ${invited.approvedBy}::uuid,
      ${at})`.execute(db);
  const operatorId = newTestUuid();
  await sql`INSERT INTO prewatt.operators (id, utility_id, auth_user_id, name, role, created_at)
    VALUES (${operatorId}::uuid, ${h.utilityId}::uuid, ${operatorId}, 'Tam', 'technician',
      ${at})`.execute(db);
  const changed = await seedApproval(h, {
    kind: 'operatorRole',
    payload: { operatorId, fromRole: 'viewer', role: 'technician' },
    reason,
  });
  await sql`INSERT INTO prewatt.operator_role_changes (approval_id, utility_id, operator_id,
      from_role, to_role, requested_by, approved_by, at)
    VALUES (${changed.approvalId}::uuid, ${h.utilityId}::uuid, ${operatorId}::uuid, 'viewer',
      'technician', ${changed.requestedBy}::uuid, ${changed.approvedBy}::uuid, ${at})`.execute(db);
}

/** A rule for emergencies, and what one person did alone under it. */
async function seedEmergency(h: Harness, at: Date): Promise<void> {
  const db = h.owner.directories;
  const rules = { kinds: ['vendorDeposit'], roles: ['administrator'], perDay: 3 };
  const set = await seedApproval(h, { kind: 'emergencyRules', payload: rules, reason });
  await sql`INSERT INTO prewatt.emergency_rules (utility_id, version, kinds, roles, per_day,
      approval_id, requested_by, approved_by, at)
    VALUES (${h.utilityId}::uuid, 1, ARRAY['vendorDeposit'], ARRAY['administrator'], 3,
      ${set.approvalId}::uuid, ${set.requestedBy}::uuid, ${set.approvedBy}::uuid, ${at})`.execute(
    db,
  );
  const [approvalId, by] = [newTestUuid(), set.requestedBy];
  await sql`INSERT INTO prewatt.approvals (id, utility_id, kind, request_id, payload, reason,
      requested_by, requested_at, expires_at, state, unsealed)
    VALUES (${approvalId}::uuid, ${h.utilityId}::uuid, 'vendorDeposit', ${approvalId}, '{}',
      ${reason}, ${by}::uuid, ${at}, ${at}, 'awaiting', true)`.execute(db);
  await sql`INSERT INTO prewatt.emergency_acts (approval_id, utility_id, kind, operator_id, reason,
      rules_version, at)
    VALUES (${approvalId}::uuid, ${h.utilityId}::uuid, 'vendorDeposit', ${by}::uuid, ${reason}, 1,
      ${at})`.execute(db);
  await sql`UPDATE prewatt.approvals SET state = 'failed', decided_by = ${by}::uuid,
      decided_at = ${at}, outcome = '{}', emergency_id = id WHERE id = ${approvalId}::uuid`.execute(
    db,
  );
  await sql`INSERT INTO prewatt.approval_events (approval_id, ordinal, utility_id, what, operator_id,
      reason, shown, at)
    SELECT ${approvalId}::uuid, e.ordinal, ${h.utilityId}::uuid, e.what, ${by}::uuid, ${reason},
      e.shown::jsonb, ${at}
    FROM (VALUES (1, 'requested', NULL), (2, 'failed', '{}')) e (ordinal, what, shown)`.execute(db);
  await sql`INSERT INTO prewatt.emergency_reviews (approval_id, utility_id, operator_id, reviewed_by,
      verdict, note, at)
    VALUES (${approvalId}::uuid, ${h.utilityId}::uuid, ${by}::uuid, ${set.approvedBy}::uuid,
      'confirmed', 'The slip of the bank is there.', ${at})`.execute(db);
}

/** A list of homes with another tariff, and a vending key of two components. */
export async function seedLists(h: Harness): Promise<void> {
  const db = h.owner.directories;
  const at = new Date(h.clock.nowMs);
  const [batchId, loadId] = [newTestUuid(), newTestUuid()];
  const digest = '0'.repeat(64);
  const assigned = await seedApproval(h, {
    ...{ kind: 'tariffAssignment', payload: { batchId }, reason },
  });
  await sql`INSERT INTO prewatt.tariff_assignment_batches (id, utility_id, request_id, digest,
      tariff_id, from_date, chosen, reason, requested_by, months, from_at, to_at, rows_total,
      summary, approval_id, state, created_at, state_at)
    VALUES (${batchId}::uuid, ${h.utilityId}::uuid, ${batchId}, ${digest}, ${h.tariffId}::uuid,
      '2026-12-01', '{}', ${reason}, ${assigned.requestedBy}::uuid, 1, ${at}, ${at}, 1, '{}',
      ${assigned.approvalId}::uuid, 'done', ${at}, ${at})`.execute(db);
  await sql`INSERT INTO prewatt.tariff_assignment_rows (bucket, batch_id, connection_id, utility_id,
      before_tariff_id, before_parameters, tariff_id, parameters, outcome)
    VALUES (${h.place.bucket}, ${batchId}::uuid, ${h.place.connectionId}::uuid,
      ${h.utilityId}::uuid, ${h.tariffId}::uuid, '{}', ${h.tariffId}::uuid, '{}',
      'assigned')`.execute(db);
  const loaded = await seedApproval(h, {
    ...{ kind: 'vendingKeyLoad', payload: { loadId }, reason },
  });
  const custodians = await seedApproval(h, { kind: 'debtWriteOff', payload: {}, reason });
  await sql`INSERT INTO prewatt.key_loads (id, utility_id, request_id, supply_group_code,
      key_revision, key_type, key_expiry, base_date, dkga, reason, opened_by, opened_at,
      approval_id, state, state_at)
    VALUES (${loadId}::uuid, ${h.utilityId}::uuid, ${loadId}, '777777', 1, 2, 255, 14, 'dkga02',
      ${reason}, ${loaded.requestedBy}::uuid, ${at}, ${loaded.approvalId}::uuid, 'loaded',
      ${at})`.execute(db);
  await sql`INSERT INTO prewatt.key_components (load_id, ordinal, utility_id, entered_by,
      check_value, entered_at)
    VALUES (${loadId}::uuid, 1, ${h.utilityId}::uuid, ${custodians.requestedBy}::uuid, '000001',
        ${at}),
      (${loadId}::uuid, 2, ${h.utilityId}::uuid, ${custodians.approvedBy}::uuid, '000002',
      ${at})`.execute(db);
  await sql`INSERT INTO prewatt.vending_keys (id, utility_id, supply_group_code, key_revision,
      key_type, key_expiry, base_date, dkga, sealed, created_at, load_id)
    SELECT ${newTestUuid()}::uuid, utility_id, '777777', 1, 2, 255, 14, 'dkga02', sealed, ${at},
      ${loadId}::uuid FROM prewatt.vending_keys LIMIT 1`.execute(db);
}

/** Other limits, and a cut for safety beyond them. */
export async function seedLimits(h: Harness): Promise<void> {
  const db = h.owner.directories;
  const at = new Date(h.clock.nowMs);
  const limits = {
    ...{ safetyCutsPerHour: 1, safetyCutHours: 1 },
    ...{ aloneMinor: '5000000', dailyMinor: '10000000' },
  };
  const set = await seedApproval(h, { kind: 'controlLimits', payload: { limits }, reason });
  await sql`INSERT INTO prewatt.control_limits (utility_id, version, safety_cuts_per_hour,
      safety_cut_hours, alone_minor, daily_minor, approval_id, requested_by, approved_by, at)
    VALUES (${h.utilityId}::uuid, 1, 1, 1, 5000000, 10000000, ${set.approvalId}::uuid,
      ${set.requestedBy}::uuid, ${set.approvedBy}::uuid, ${at})`.execute(db);
  await seedTeam(h, at);
  await seedEmergency(h, at);
  const budget = await seedApproval(h, {
    kind: 'budget',
    payload: { budget: 'engineering', limits: { perHour: 60, perDay: 300 } },
    reason,
  });
  await sql`INSERT INTO prewatt.budgets (utility_id, version, budget, per_hour, per_day, approval_id,
      requested_by, approved_by, at)
    VALUES (${h.utilityId}::uuid, 1, 'engineering', 60, 300, ${budget.approvalId}::uuid,
      ${budget.requestedBy}::uuid, ${budget.approvedBy}::uuid, ${at})`.execute(db);
  const importId = newTestUuid();
  const opened = await seedApproval(h, { kind: 'openingBalances', payload: { importId }, reason });
  await sql`INSERT INTO prewatt.imports (id, utility_id, kind, dry_run, file_name, sha256, size_bytes,
      columns, rows_total, chunks_total, next_chunk, state, requested_by, created_at, state_at,
      operator_id, value_minor, approval_id)
    VALUES (${importId}::uuid, ${h.utilityId}::uuid, 'openingBalances', false, 'a.csv',
      ${'0'.repeat(64)}, 1, '[]', 1, 1, 1, 'done', 'Somebody', ${at}, ${at},
      ${opened.requestedBy}::uuid, 7, ${opened.approvalId}::uuid)`.execute(db);
  const { connectionId } = h.place;
  const by = await seedApproval(h, { kind: 'safetyCut', payload: { connectionId }, reason });
  const { zone, protectionRules } = await h.services.utilities.get(h.utilityId);
  await h.database.inUtility(h.utilityId, (tx) =>
    h.services.sending.send(tx, {
      place: h.place,
      by: { operatorId: by.requestedBy, name: 'Somebody', role: 'operator' },
      body: { kind: 'switchOpen', cause: 'safety', requestId: newTestUuid(), reason },
      ...{ zone, protection: protectionRules, approved: by },
    }),
  );
}

/** What breaks each rule about approvals, as the database's owner. */
export const approvalBreaks: Readonly<Record<string, readonly string[]>> = {
  correctionsAreAllowed: [
    `UPDATE prewatt.corrections SET amount_minor = amount_minor + 1 WHERE kind = 'reversal'`,
  ],
  givenMoneyIsCorrected: ['UPDATE prewatt.postings SET correction_id = NULL'],
  exchangesAreAllowed: ['UPDATE prewatt.meter_exchanges SET balance_wh = balance_wh + 1'],
  modesAreAllowed: [
    `UPDATE prewatt.approvals SET payload = payload || '{"toMode": "token"}' WHERE kind = 'creditMode'`,
  ],
  decisionsAreTold: [`DELETE FROM prewatt.approval_events WHERE what = 'approved'`],
  listsAreAsAsked: [`UPDATE prewatt.grant_batch_rows SET energy_wh = energy_wh + 100`],
  assignmentsAreAsAsked: ['DELETE FROM prewatt.tariff_assignment_rows'],
  tariffsAreAllowed: [`UPDATE prewatt.tariffs SET approved_by = 'Somebody'`],
  aloneIsWithinLimits: ['UPDATE prewatt.alone_acts SET amount_minor = 1000000000000'],
  vendorDepositsAreAllowed: ['DELETE FROM prewatt.alone_acts'],
  undoneDepositsAreAllowed: ['DELETE FROM prewatt.vendor_deposit_reversals'],
  openingBalancesAreAllowed: ['UPDATE prewatt.imports SET approval_id = NULL'],
  floatLimitsAreAllowed: [
    `UPDATE prewatt.vendors SET float_limit_minor = float_limit_minor + 1 WHERE float_limit_minor > 0`,
  ],
  tillsAreAllowed: [`UPDATE prewatt.vendor_keys SET label = 'Another till'`],
  terminalsAreAllowed: [
    `UPDATE prewatt.approvals SET payload = payload - 'terminal' WHERE kind = 'tillKey'`,
  ],
  safetyCutsAreAllowed: [
    `UPDATE prewatt.approvals SET kind = 'debtWriteOff' WHERE kind = 'safetyCut'`,
  ],
  unallocatedMoneyIsDecided: [
    `UPDATE prewatt.unallocated_money SET refund_reference = 'EFT 8' WHERE state = 'refunded'`,
  ],
  operatorsAreAllowed: [
    `UPDATE prewatt.operator_invitations SET role = 'administrator'`,
    `UPDATE prewatt.operator_role_changes SET to_role = 'administrator'`,
    `UPDATE prewatt.operators SET role = 'administrator' WHERE role = 'technician'`,
  ],
  emergenciesAreAllowed: ['UPDATE prewatt.emergency_rules SET per_day = per_day + 1'],
  budgetsAreAllowed: ['UPDATE prewatt.budgets SET per_hour = per_hour + 1'],
  limitsAreAllowed: ['UPDATE prewatt.control_limits SET alone_minor = alone_minor + 1'],
  keysAreAllowed: [
    `UPDATE prewatt.key_components c SET entered_by = a.decided_by FROM prewatt.key_loads l,
      prewatt.approvals a WHERE l.id = c.load_id AND a.id = l.approval_id AND c.ordinal = 1`,
  ],
  rulesAreAllowed: [
    `UPDATE prewatt.protection_rule_sets SET document = document || '{"emergencyCreditWh": "1"}'`,
  ],
};
