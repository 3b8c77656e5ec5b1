// Routes by which operators see which driver speaks to a meter, and administrators change it.

import { driverApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import { on } from '../../base/http/on.ts';
import { type DriverLinks, driverViewOf, problemOfDriver } from '../../metering/drivers/index.ts';
import { requireActing } from '../../registry/sign-in/index.ts';
import type { ConnectionScope, OnConnection } from './scope.ts';

export type DriverRoutesDeps = { readonly driverLinks: DriverLinks };

export function driverRoutes(
  app: FastifyInstance,
  { driverLinks }: DriverRoutesDeps,
  onConnection: OnConnection,
): void {
  const viewOf = ({ tx, connection }: ConnectionScope) =>
    driverViewOf(tx, { bucket: connection.bucket, ...connection.meter });
  const requestOf = (
    s: ConnectionScope,
    { requestId, reason }: { readonly requestId: string; readonly reason: string },
  ) => {
    requireActing(s.operator);
    const { meterId, meterPan } = s.connection.meter;
    const place = { ...s.connection, meterId };
    return { place, meterPan, by: s.operator, requestId, reason };
  };

  on(app, driverApi.view, ({ request }) => onConnection(request, viewOf));
  on(app, driverApi.link, ({ request, readBody }) => {
    const body = readBody();
    return onConnection(request, async (s) => {
      const linked = await driverLinks.link(s.tx, requestOf(s, body), body);
      if (!linked.ok) throw problemOfDriver(linked.error);
      return viewOf(s);
    });
  });
  on(app, driverApi.changeKeys, ({ request, readBody }) => {
    const body = readBody();
    return onConnection(request, async (s) => {
      const asked = await driverLinks.changeKeys(s.tx, requestOf(s, body), body);
      if (!asked.ok) throw problemOfDriver(asked.error);
      return viewOf(s);
    });
  });
  on(app, driverApi.end, ({ request, readBody }) => {
    const body = readBody();
    return onConnection(request, async (s) => {
      const ended = await driverLinks.end(s.tx, requestOf(s, body));
      if (!ended.ok) throw problemOfDriver(ended.error);
      return viewOf(s);
    });
  });
}
