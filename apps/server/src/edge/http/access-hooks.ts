// What the audit log notes of requests of operators, before the answer leaves: what was refused to
// them, and whose data they read.

import { connectionApi, consoleApi, saleApi } from '@prewatt/api';
import type { FastifyInstance } from 'fastify';
import type { AccessLog } from '../../registry/audit-log/index.ts';
import { staffSeen } from '../../registry/sign-in/index.ts';
import { integrationSeen } from './doors.ts';

const ofConnection = connectionApi.detail.path;

const isOfConnection = (url: string): boolean =>
  url === ofConnection || url.startsWith(`${ofConnection}/`);

export function noteAccess(app: FastifyInstance, accessLog: AccessLog): void {
  app.addHook('onSend', async (request, reply) => {
    const staff = staffSeen(request);
    const { url = '' } = request.routeOptions;
    const integration = integrationSeen(request);
    if (integration !== undefined && reply.statusCode === 200 && isOfConnection(url)) {
      const { id: read = '' } = request.params as { readonly id?: string };
      await accessLog.integrationRead(integration, read);
    }
    if (staff === undefined || url === consoleApi.me.path) return;
    if (reply.statusCode === 403) {
      await accessLog.refused(staff, `${request.method} ${url}`);
      return;
    }
    if (reply.statusCode !== 200) return;
    const { id = '' } = request.params as { readonly id?: string };
    if (request.method === 'GET' && isOfConnection(url)) {
      await accessLog.connectionRead(staff, id.replace(/^connection_/, ''));
    }
    if (url === saleApi.reprint.path) await accessLog.reprinted(staff, id);
  });
}
