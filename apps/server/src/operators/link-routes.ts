// Routes by which operators see a meter's link and administrators change who it is on the wire.

import { type LinkView, linkBodySchema, linkPairBodySchema } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Connection } from '../connections/index.ts';
import { problemOfSend, type SendRefusal } from '../headend/index.ts';
import type { RouteContext } from '../http/context.ts';
import { type OperatorScope, requireActing } from '../http/operator-scope.ts';
import { parse } from '../http/parse.ts';

type ById = { Params: { id: string } };
type Scope = OperatorScope & { readonly connection: Connection };
type OnConnection = <T>(
  request: FastifyRequest<ById>,
  work: (scope: Scope) => Promise<T>,
) => Promise<T>;

export function linkRoutes(
  app: FastifyInstance,
  { services }: RouteContext,
  onConnection: OnConnection,
): void {
  const { rotate, revoke, pair } = services.provisioning;
  const base = '/api/operator/connections/:id/link';
  const requestOf = (s: Scope, asked: { readonly requestId: string; readonly reason: string }) => {
    requireActing(s.operator);
    const { meterId, meterPan } = s.connection.meter;
    return { ...asked, place: { ...s.connection, meterId }, meterPan, by: s.operator };
  };

  app.get<ById>(base, (request) => onConnection(request, linkOf));
  for (const [name, act] of Object.entries({ rotate, revoke })) {
    app.post<ById>(`${base}/${name}`, (request) => {
      const body = parse(linkBodySchema, request.body);
      return onConnection(request, async (s) => {
        refuse(await act(s.tx, requestOf(s, body)));
        return linkOf(s);
      });
    });
  }
  app.post<ById>(`${base}/pair`, (request) => {
    const { sha256Hex, ...asked } = parse(linkPairBodySchema, request.body);
    return onConnection(request, async (s) => {
      refuse(await pair(s.tx, { ...requestOf(s, asked), sha256Hex }));
      return linkOf(s);
    });
  });
}

function refuse(result: Result<void, SendRefusal>): void {
  if (!result.ok) throw problemOfSend(result.error);
}

async function linkOf({ tx, connection }: Scope): Promise<LinkView> {
  const { bucket, meter } = connection;
  const state = await tx
    .selectFrom('meter_states')
    .select(['link_up', 'link_at'])
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meter.meterId)
    .executeTakeFirst();
  const row = await tx
    .selectFrom('meters')
    .select(['link_revoked_at', 'next_secret_hash'])
    .where('bucket', '=', bucket)
    .where('id', '=', meter.meterId)
    .executeTakeFirstOrThrow();
  const acts = await tx
    .selectFrom('link_acts')
    .select(['act', 'done_by', 'reason', 'at'])
    .where('bucket', '=', bucket)
    .where('meter_id', '=', meter.meterId)
    .orderBy('ordinal', 'desc')
    .limit(100)
    .execute();
  const at = state?.link_at ?? null;
  return {
    up: state?.link_up ?? null,
    since: at === null ? null : new Date(at).toISOString(),
    revoked: row.link_revoked_at !== null,
    rotating: row.next_secret_hash !== null,
    history: acts.map((act) => ({
      act: act.act,
      by: act.done_by,
      reason: act.reason,
      at: new Date(act.at).toISOString(),
    })),
  };
}
