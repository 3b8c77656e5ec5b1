// Routes of the consumer pages. They hold no state: the session says whose connections, the path
// says which.

import type { FastifyInstance } from 'fastify';
import { buyPages } from './buy-routes.ts';
import { connectionPages } from './connection-routes.ts';
import { friendPages } from './friend-routes.ts';
import { languagePages } from './languages.ts';
import { limitPages } from './limit-routes.ts';
import { mailPages } from './mail-routes.ts';
import { messagePages, pushPages } from './message-routes.ts';
import { meterPages } from './meter-routes.ts';
import { type ConsumerRoutesDeps, createPages } from './pages.ts';
import { offerPages, salePages } from './purchase-routes.ts';
import { receiptCheckPage } from './receipt-check.ts';
import { reportPages } from './report-routes.ts';
import { signInPages } from './sign-in-routes.ts';
import { statementPages } from './statement-routes.ts';
import { topUpPages } from './top-up-routes.ts';

export function consumerRoutes(deps: ConsumerRoutesDeps) {
  const context = { ...deps, ...createPages(deps) };
  return async (app: FastifyInstance): Promise<void> => {
    signInPages(app, context);
    languagePages(app, context);
    connectionPages(app, context);
    buyPages(app, context);
    offerPages(app, context);
    salePages(app, context);
    limitPages(app, context);
    meterPages(app, context);
    messagePages(app, context);
    pushPages(app, context);
    mailPages(app, context);
    friendPages(app, context);
    topUpPages(app, context);
    reportPages(app, context);
    statementPages(app, context);
    receiptCheckPage(app, context);
  };
}
