// An operator's routes of wallet mode: how a wallet stands, and a change of mode asked for. Shapes:
// packages/api/src/wallet.ts.

import { type WalletAnswer, walletApi } from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import type { FastifyInstance } from 'fastify';
import type { Tx } from '../../base/database.ts';
import { on } from '../../base/http/on.ts';
import { notFound } from '../../base/http/problem.ts';
import { holdAnswer, supplyHoldOf } from '../../metering/headend/index.ts';
import type { Tariffs } from '../../money/tariffs/index.ts';
import { type Approvals, problemOfApproval } from '../../registry/approvals/index.ts';
import {
  type Connection,
  type ConnectionPlace,
  changedAtMs,
  loadConnection,
  placeOfConnection,
  shownModeState,
} from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  refuseOtherOrigins,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { partsOf } from './charges.ts';
import { dueAtChange } from './due-at-change.ts';
import { problemOfMode } from './errors.ts';
import type { Wallets } from './index.ts';
import { type StandingScope, standingOf } from './operator-view.ts';
import type { RatedLine } from './rate.ts';
import { balanceOf, loadWallet } from './store.ts';

export type WalletRoutesDeps = OperatorScopeDeps & {
  readonly approvals: Approvals;
  readonly publicUrl: string;
  readonly tariffs: Tariffs;
  readonly wallets: Wallets;
};

const shown = 50;

export function walletRoutes(context: WalletRoutesDeps) {
  const { scoped } = createOperatorScope(context);

  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);

    on(app, walletApi.view, ({ request, uuid }) => {
      const id = uuid('id');
      return scoped(request, async ({ tx, utility }) => {
        const { clocks, tariffs } = context;
        const scope = { utility, tariffs, nowMs: clocks.business.nowMs() };
        const answer = await walletAnswer(tx, placeOfConnection(utility.id, id), scope);
        if (answer === null) throw notFound('connection');
        return answer;
      });
    });

    on(app, walletApi.withdrawChange, ({ request, readBody, uuid }) => {
      const id = uuid('id');
      const { reason } = readBody();
      return scoped(request, async ({ tx, utility, operator }) => {
        requireActing(operator);
        const place = placeOfConnection(utility.id, id);
        const asked = { place, by: operator.name, reason };
        const withdrawn = await context.wallets.withdrawChange(tx, asked);
        if (!withdrawn.ok) throw problemOfMode(withdrawn.error);
        const { clocks, tariffs } = context;
        const scope = { utility, tariffs, nowMs: clocks.business.nowMs() };
        const answer = await walletAnswer(tx, place, scope);
        if (answer === null) throw notFound('connection');
        return answer;
      });
    });

    on(app, walletApi.changeMode, {
      config: { rateLimit: { max: 60, timeWindow: 60_000 } },
      handler: async ({ request, reply, readBody, uuid }) => {
        const connectionId = uuid('id');
        const body = readBody();
        const asked = await scoped(request, async ({ tx, utility, operator }) => {
          requireActing(operator);
          const known = await tx
            .selectFrom('approvals')
            .select('id')
            .where('utility_id', '=', utility.id)
            .where('request_id', '=', body.requestId)
            .executeTakeFirst();
          // What was asked for before has its first answer, whatever has become of it.
          if (known === undefined) {
            const place = placeOfConnection(utility.id, connectionId);
            const may = await context.wallets.mayChangeMode(tx, { ...body, place, utility });
            if (!may.ok) throw problemOfMode(may.error.code, may.error.detail);
          }
          const made = await context.approvals.request(tx, {
            utilityId: utility.id,
            kind: 'creditMode',
            requestId: body.requestId,
            payload: { ...body, connectionId },
            reason: body.reason,
            requestedBy: { operatorId: operator.operatorId, name: operator.name },
          });
          if (!made.ok) throw problemOfApproval(made.error);
          return { approvalId: idFromUuid('approval', made.value.approvalId) };
        });
        return reply.code(202).send(asked);
      },
    });
  };
}

async function walletAnswer(
  tx: Tx,
  place: ConnectionPlace,
  scope: StandingScope,
): Promise<WalletAnswer | null> {
  const connection = await loadConnection(tx, place);
  if (connection === null) return null;
  const wallet = await loadWallet(tx, place);
  return {
    creditMode: connection.creditMode,
    ifWallet: connection.creditMode === 'wallet' ? null : await ifWallet(tx, scope, connection),
    wallet:
      wallet === null
        ? null
        : {
            balanceMinor: (await balanceOf(tx, place)).toString(),
            ratedUntil: iso(wallet.ratedUntilMs),
            problem: wallet.problem,
            supply: wallet.supply,
            supplyAt: iso(wallet.supplyAtMs),
            promisedUntil: wallet.promisedUntilMs === null ? null : iso(wallet.promisedUntilMs),
            ...(await standingOf(tx, { ...scope, wallet, connection })),
            hold: holdAnswer(await supplyHoldOf(tx, place)),
          },
    ratings: await ratingsOf(tx, place),
    changes: await changesOf(tx, place),
  };
}

async function ifWallet(
  tx: Tx,
  { utility, tariffs, nowMs }: StandingScope,
  connection: Connection,
): Promise<WalletAnswer['ifWallet']> {
  const deps = { tariffs, nowMs: () => nowMs };
  const due = await dueAtChange(tx, deps, { utility, connection });
  return {
    energyWh: due.energyWh.toString(),
    balanceMinor: due.balanceMinor?.toString() ?? null,
    supply: due.supply,
    keptBy: due.keptBy,
    until: due.untilMs === null ? null : iso(due.untilMs),
    leastMinor: due.leastMinor?.toString() ?? null,
  };
}

async function ratingsOf(tx: Tx, place: ConnectionPlace): Promise<WalletAnswer['ratings']> {
  const rows = await tx
    .selectFrom('ratings as r')
    .leftJoin('ratings as n', (join) =>
      join.onRef('n.bucket', '=', 'r.bucket').onRef('n.replaces_id', '=', 'r.id'),
    )
    .select([
      'r.starts_at',
      'r.ends_at',
      'r.energy_wh',
      'r.charged_minor',
      'r.lines',
      'r.explanation',
    ])
    .select('n.id as replaced_by')
    .where('r.bucket', '=', place.bucket)
    .where('r.connection_id', '=', place.connectionId)
    .orderBy('r.ends_at', 'desc')
    .orderBy('r.ordinal', 'desc')
    .limit(shown)
    .execute();
  return rows.map((row) => ({
    startsAt: iso(row.starts_at),
    endsAt: iso(row.ends_at),
    energyWh: row.energy_wh.toString(),
    chargedMinor: row.charged_minor.toString(),
    parts: partsOf(row.lines as readonly RatedLine[]).map((part) => ({
      ...part,
      amountMinor: part.amountMinor.toString(),
    })),
    isReplaced: row.replaced_by !== null,
    explanation: row.explanation,
  }));
}

async function changesOf(tx: Tx, place: ConnectionPlace): Promise<WalletAnswer['changes']> {
  const rows = await tx
    .selectFrom('mode_changes as m')
    .innerJoin('commands as c', (join) =>
      join.onRef('c.bucket', '=', 'm.bucket').onRef('c.id', '=', 'm.command_id'),
    )
    .selectAll('m')
    .select(['c.completed_at', 'c.stage_at'])
    .where('m.bucket', '=', place.bucket)
    .where('m.connection_id', '=', place.connectionId)
    .orderBy('m.at', 'desc')
    .limit(shown)
    .execute();
  return rows.map((row) => ({
    toMode: row.to_mode,
    state: shownModeState(row),
    reason: row.reason,
    siteReading:
      row.site_read_at === null
        ? null
        : {
            importEnergyWh: (row.site_import_wh ?? 0n).toString(),
            readAt: iso(row.site_read_at),
          },
    problem: row.problem,
    energyWh: row.energy_wh?.toString() ?? null,
    amountMinor: row.amount_minor?.toString() ?? null,
    at: iso(row.at),
    stateAt: iso(row.state_at),
    madeAt: row.state === 'done' ? iso(changedAtMs(row)) : null,
  }));
}

const iso = (atMs: number): string => new Date(atMs).toISOString();
