// Routes of lamps for operators: one, many by a list, and the list of what they say.

import { type AuditAction, lightApi } from '@prewatt/api';
import { idFromUuid, ok, type Result } from '@prewatt/quantities';
import { nightDateAt, type ProgrammeFault } from '@prewatt/street-light';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { createCells } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden, notFound } from '../../base/http/problem.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { type ConnectionPlace, placeOfConnection } from '../../registry/connections/index.ts';
import type { createOperatorScope, OperatorScope } from '../../registry/sign-in/index.ts';
import { type LightRefusal, problemOfLight } from './errors.ts';
import { keepLamps, removeLamp } from './lamp-acts.ts';
import { lampFile, readLampFile } from './lamp-file.ts';
import { energyOfNight, groupsOf, lampsOf } from './lamp-store.ts';
import type { StreetLights } from './service.ts';
import { loadAccount } from './store.ts';
import type { lightingView } from './views.ts';

/** One act on an account; null: there is no such connection. */
export type Act = (
  request: FastifyRequest,
  connectionId: string,
  o: {
    readonly act: AuditAction;
    readonly details: Readonly<Record<string, string>>;
    readonly run: (
      s: OperatorScope,
      place: ConnectionPlace,
    ) => Promise<Result<void, LightRefusal | ProgrammeFault> | null>;
  },
) => Promise<NonNullable<Awaited<ReturnType<typeof lightingView>>>>;

/** Two thousand lamps with their secrets. */
const bodyLimit = 524_288;

export function lampRoutes(
  app: FastifyInstance,
  o: {
    readonly act: Act;
    readonly acts: StreetLights['acts'];
    readonly scoped: ReturnType<typeof createOperatorScope>['scoped'];
    readonly auditLog: Pick<AuditLog, 'record'>;
  },
): void {
  const { act, acts } = o;
  on(app, lightApi.lamp, ({ request, uuid, readBody }) => {
    const body = readBody();
    const { name, group, floorPercent } = body;
    const floor = floorPercent === null ? 'none' : `${floorPercent} %`;
    return act(request, uuid('id'), {
      ...{ act: 'lampKept', details: { lamp: name, group, floor } },
      run: async (s, place) => {
        const kept = await keepLamps(s.tx, acts, { place, lamps: [body] });
        if (!kept.ok) throw problemOfLight(kept.error.code);
        return kept;
      },
    });
  });
  on(app, lightApi.removeLamp, ({ request, uuid, readBody }) => {
    const { name, reason } = readBody();
    return act(request, uuid('id'), {
      ...{ act: 'lampRemoved', details: { lamp: name, reason } },
      run: (s, place) => removeLamp(s.tx, acts, { place, name }),
    });
  });
  on(app, lightApi.putLamps, {
    bodyLimit,
    handler: ({ request, uuid, readBody }) => {
      const { csv } = readBody();
      const lines = csv.split('\n').length;
      return act(request, uuid('id'), {
        ...{ act: 'lampListKept', details: { lines: String(lines) } },
        run: (s, place) => takeList(s, { acts, place, csv }),
      });
    },
  });
  listRoute(app, o);
}

async function takeList(
  s: OperatorScope,
  o: {
    readonly acts: StreetLights['acts'];
    readonly place: ConnectionPlace;
    readonly csv: string;
  },
): Promise<Result<void, LightRefusal>> {
  const { acts, place, csv } = o;
  const linked = (await lampsOf(s.tx, place)).flatMap(({ name, link }) =>
    link === null ? [] : [[name, link.endpoint] as const],
  );
  const lamps = readLampFile(csv, new Map(linked));
  if (!lamps.ok) throw problemOfLight('badList', lamps.error);
  const kept = await keepLamps(s.tx, acts, { place, lamps: lamps.value });
  if (kept.ok) return ok(undefined);
  const { lamp, code } = kept.error;
  const problem = problemOfLight(code);
  throw problemOfLight(code, `Lamp ${lamp}: ${problem.problem.detail}`);
}

function listRoute(
  app: FastifyInstance,
  { scoped, auditLog }: Pick<Parameters<typeof lampRoutes>[1], 'scoped' | 'auditLog'>,
): void {
  on(app, lightApi.lampsFile, async ({ request, reply, uuid }) => {
    const text = await scoped(request, async (s) => {
      const { tx, utility, operator } = s;
      if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      const id = uuid('id');
      const place = placeOfConnection(utility.id, id);
      if ((await loadAccount(tx, place)) === null) throw notFound('lighting account');
      const subject = idFromUuid('connection', id);
      await auditLog.record(tx, operator, { act: 'exported', subject, details: { of: 'lamps' } });
      const groups = new Map((await groupsOf(tx, place)).map((each) => [each.groupId, each.name]));
      const night = nightDateAt(s.nowMs, utility.zone).toString();
      return lampFile(await lampsOf(tx, place), {
        groupName: (groupId) => groups.get(groupId) ?? '',
        nightWh: await energyOfNight(tx, place, night),
        cells: createCells(utility),
      });
    });
    return reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', 'attachment; filename="lamps.csv"')
      .header('cache-control', 'no-store')
      .send(text);
  });
}
