// Routes of the operator's JSON API. The utility is the operator's own; a viewer only reads, the
// others may change things.

import type { FastifyInstance } from 'fastify';
import { refuseOtherOrigins } from '../../registry/sign-in/index.ts';
import { type AccountRoutesDeps, accountRoutes } from './account-routes.ts';
import { budgetRoutes } from './budget-routes.ts';
import { type CommandRoutesDeps, commandRoutes } from './command-routes.ts';
import { type ConnectionRoutesDeps, connectionRoutes } from './connection-routes.ts';
import { type CustomerRoutesDeps, customerRoutes } from './customer-routes.ts';
import { type DriverRoutesDeps, driverRoutes } from './driver-routes.ts';
import { floatRoutes } from './float-routes.ts';
import { type InboxRoutesDeps, inboxRoutes } from './inbox-routes.ts';
import { type InvitationRoutesDeps, invitationRoutes } from './invitation-routes.ts';
import { type JoinRoutesDeps, joinRoutes } from './join-routes.ts';
import { type LimitRoutesDeps, limitRoutes } from './limit-routes.ts';
import { type LinkRoutesDeps, linkRoutes } from './link-routes.ts';
import { type ListRoutesDeps, listRoutes } from './list-routes.ts';
import { type LiveRouteDeps, liveRoute } from './live-routes.ts';
import { readingRoutes } from './reading-routes.ts';
import { type SaleRoutesDeps, saleRoutes } from './sale-routes.ts';
import { createOnConnection } from './scope.ts';
import { type SearchRoutesDeps, searchRoutes } from './search-routes.ts';
import { type TeamRoutesDeps, teamRoutes } from './team-routes.ts';
import { type TicketRoutesDeps, ticketRoutes } from './ticket-routes.ts';
import { type TopUpRoutesDeps, topUpRoutes } from './top-up-routes.ts';

export type OperatorRoutesDeps = AccountRoutesDeps &
  CommandRoutesDeps &
  ConnectionRoutesDeps &
  CustomerRoutesDeps &
  DriverRoutesDeps &
  InboxRoutesDeps &
  InvitationRoutesDeps &
  JoinRoutesDeps &
  LimitRoutesDeps &
  LinkRoutesDeps &
  ListRoutesDeps &
  LiveRouteDeps &
  SaleRoutesDeps &
  SearchRoutesDeps &
  TeamRoutesDeps &
  TicketRoutesDeps &
  TopUpRoutesDeps & { readonly publicUrl: string };

export function operatorRoutes(context: OperatorRoutesDeps) {
  const onConnection = createOnConnection(context);
  return async (app: FastifyInstance): Promise<void> => {
    refuseOtherOrigins(app, context.publicUrl);
    accountRoutes(app, context);
    teamRoutes(app, context);
    invitationRoutes(app, context);
    joinRoutes(app, context);
    listRoutes(app, context);
    saleRoutes(app, context);
    searchRoutes(app, context);
    floatRoutes(app, context);
    connectionRoutes(app, context, onConnection);
    customerRoutes(app, context, onConnection);
    commandRoutes(app, context, onConnection);
    readingRoutes(app, context, onConnection);
    linkRoutes(app, context, onConnection);
    driverRoutes(app, context, onConnection);
    limitRoutes(app, context);
    budgetRoutes(app, context);
    topUpRoutes(app, context, onConnection);
    inboxRoutes(app, context);
    ticketRoutes(app, context);
    liveRoute(app, context);
  };
}
