// The addresses of the console. A page behind sign-in loads only when the server knows the session;
// each page is a chunk of its own, fetched when first opened.

import type { QueryClient } from '@tanstack/react-query';
import {
  type AnyRoute,
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { type Failure, isSignedOut } from './api/failure.ts';
import { meQuery } from './api/queries.ts';
import { NotFound, PageFailure } from './shell/page-failure.tsx';
import { Shell } from './shell/shell.tsx';
import { part } from './state/new-build.ts';
import {
  approvalsSearch,
  auditLogSearch,
  callsSearch,
  changeRulesSearch,
  changeTariffSearch,
  connectionSearch,
  customerSearch,
  customersSearch,
  identitiesSearch,
  installsSearch,
  metersSearch,
  notificationsSearch,
  proofSearch,
  protectionSearch,
  readAddress,
  readingsSearch,
  reconciliationSearch,
  refundsSearch,
  reportsSearch,
  revenueSearch,
  salesSearch,
  signedInSearch,
  signInSearch,
  stringifySearch,
  ticketsSearch,
  unallocatedSearch,
  vendorSearch,
} from './state/search.ts';

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: 'sign-in',
  validateSearch: signInSearch,
  component: lazyRouteComponent(() => part(import('./pages/sign-in.tsx'))),
});

/** An invited person, who has no sign-in yet. */
const join = createRoute({
  getParentRoute: () => root,
  path: 'join',
  component: lazyRouteComponent(() => part(import('./pages/join.tsx'))),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  validateSearch: signedInSearch,
  beforeLoad: async ({ context, location }) => {
    let isTechnician: boolean;
    try {
      const me = await context.queryClient.ensureQueryData(meQuery);
      isTechnician = me.role === 'technician';
    } catch (thrown) {
      const failure = thrown as Failure;
      if (!isSignedOut(failure)) throw failure;
      throw redirect({ to: '/sign-in', search: signInSearch({ from: location.href }) });
    }
    // The one room that a technician has, beside their own account.
    const mayOpen = ['/installs', '/account'].some((room) => location.pathname.includes(room));
    if (isTechnician && !mayOpen) {
      throw redirect({ to: '/installs' });
    }
  },
  component: Shell,
  errorComponent: ({ error }) => <PageFailure failure={error} />,
});

const page = { getParentRoute: () => signedIn } as const;

const overview = createRoute({
  ...page,
  path: '/',
  component: lazyRouteComponent(() => part(import('./pages/overview.tsx'))),
});
const meters = createRoute({
  ...page,
  path: 'meters',
  validateSearch: metersSearch,
  component: lazyRouteComponent(() => part(import('./pages/meters.tsx'))),
});
const sales = createRoute({
  ...page,
  path: 'sales',
  validateSearch: salesSearch,
  component: lazyRouteComponent(() => part(import('./pages/sales.tsx'))),
});
const attention = createRoute({
  ...page,
  path: 'attention',
  component: lazyRouteComponent(() => part(import('./pages/attention.tsx'))),
});
const connection = createRoute({
  ...page,
  path: 'connections/$connectionId',
  validateSearch: connectionSearch,
  component: lazyRouteComponent(() => part(import('./pages/connection/page.tsx'))),
});

const vendors = createRoute({
  ...page,
  path: 'vendors',
  component: lazyRouteComponent(() => part(import('./pages/vendors/list.tsx'))),
});
const vendor = createRoute({
  ...page,
  path: 'vendors/$vendorId',
  validateSearch: vendorSearch,
  component: lazyRouteComponent(() => part(import('./pages/vendors/page.tsx'))),
});

const imports = createRoute({
  ...page,
  path: 'imports',
  component: lazyRouteComponent(() => part(import('./pages/imports/list.tsx'))),
});
const oneImport = createRoute({
  ...page,
  path: 'imports/$importId',
  component: lazyRouteComponent(() => part(import('./pages/imports/page.tsx'))),
});

const reconciliation = createRoute({
  ...page,
  path: 'reconciliation',
  validateSearch: reconciliationSearch,
  component: lazyRouteComponent(() => part(import('./pages/reconciliation/page.tsx'))),
});

const proof = createRoute({
  ...page,
  path: 'proof',
  validateSearch: proofSearch,
  component: lazyRouteComponent(() => part(import('./pages/proof/page.tsx'))),
});

const approvals = createRoute({
  ...page,
  path: 'approvals',
  validateSearch: approvalsSearch,
  component: lazyRouteComponent(() => part(import('./pages/approvals/list.tsx'))),
});
const approval = createRoute({
  ...page,
  path: 'approvals/$approvalId',
  component: lazyRouteComponent(() => part(import('./pages/approvals/page.tsx'))),
});

const tariffs = createRoute({
  ...page,
  path: 'tariffs',
  component: lazyRouteComponent(() => part(import('./pages/tariffs/list.tsx'))),
});
const changeTariff = createRoute({
  ...page,
  path: 'tariffs/change',
  validateSearch: changeTariffSearch,
  component: lazyRouteComponent(() => part(import('./pages/tariffs/editor/page.tsx'))),
});
const tariffVersion = createRoute({
  ...page,
  path: 'tariffs/$versionId',
  component: lazyRouteComponent(() => part(import('./pages/tariffs/version.tsx'))),
});

const assignment = createRoute({
  ...page,
  path: 'tariffs/assignments/$assignmentId',
  component: lazyRouteComponent(() => part(import('./pages/tariffs/assignment.tsx'))),
});

const auditLog = createRoute({
  ...page,
  path: 'acts',
  validateSearch: auditLogSearch,
  component: lazyRouteComponent(() => part(import('./pages/audit-log/page.tsx'))),
});

const audit = createRoute({
  ...page,
  path: 'audit',
  component: lazyRouteComponent(() => part(import('./pages/audit/page.tsx'))),
});
const tokenWay = createRoute({
  ...page,
  path: 'audit/way/$of',
  component: lazyRouteComponent(() => part(import('./pages/audit/way.tsx'))),
});

const keys = createRoute({
  ...page,
  path: 'keys',
  component: lazyRouteComponent(() => part(import('./pages/keys/page.tsx'))),
});
const calls = createRoute({
  ...page,
  path: 'calls',
  validateSearch: callsSearch,
  component: lazyRouteComponent(() => part(import('./pages/calls/page.tsx'))),
});
const protection = createRoute({
  ...page,
  path: 'protection',
  validateSearch: protectionSearch,
  component: lazyRouteComponent(() => part(import('./pages/protection/page.tsx'))),
});

const changeRules = createRoute({
  ...page,
  path: 'protection/change',
  validateSearch: changeRulesSearch,
  component: lazyRouteComponent(() => part(import('./pages/protection/change.tsx'))),
});
const rulesTrial = createRoute({
  ...page,
  path: 'protection/trials/$replayId',
  component: lazyRouteComponent(() => part(import('./pages/protection/trial.tsx'))),
});

const readings = createRoute({
  ...page,
  path: 'readings',
  validateSearch: readingsSearch,
  component: lazyRouteComponent(() => part(import('./pages/readings/page.tsx'))),
});

const identities = createRoute({
  ...page,
  path: 'identities',
  validateSearch: identitiesSearch,
  component: lazyRouteComponent(() => part(import('./pages/identities/page.tsx'))),
});

const customers = createRoute({
  ...page,
  path: 'customers',
  validateSearch: customersSearch,
  component: lazyRouteComponent(() => part(import('./pages/customers/list.tsx'))),
});
const customer = createRoute({
  ...page,
  path: 'customers/$customerId',
  validateSearch: customerSearch,
  component: lazyRouteComponent(() => part(import('./pages/customers/page.tsx'))),
});
const tickets = createRoute({
  ...page,
  path: 'tickets',
  validateSearch: ticketsSearch,
  component: lazyRouteComponent(() => part(import('./pages/tickets/list.tsx'))),
});
const ticket = createRoute({
  ...page,
  path: 'tickets/$ticketId',
  component: lazyRouteComponent(() => part(import('./pages/tickets/page.tsx'))),
});

const inbox = createRoute({
  ...page,
  path: 'inbox',
  component: lazyRouteComponent(() => part(import('./pages/inbox/page.tsx'))),
});

const reports = createRoute({
  ...page,
  path: 'reports',
  validateSearch: reportsSearch,
  component: lazyRouteComponent(() => part(import('./pages/reports/page.tsx'))),
});

const refunds = createRoute({
  ...page,
  path: 'refunds',
  validateSearch: refundsSearch,
  component: lazyRouteComponent(() => part(import('./pages/refunds/page.tsx'))),
});

const unallocatedMoney = createRoute({
  ...page,
  path: 'unallocated-money',
  validateSearch: unallocatedSearch,
  component: lazyRouteComponent(() => part(import('./pages/unallocated-money/page.tsx'))),
});

const notifications = createRoute({
  ...page,
  path: 'notifications',
  validateSearch: notificationsSearch,
  component: lazyRouteComponent(() => part(import('./pages/notifications/page.tsx'))),
});

const bankStatements = createRoute({
  ...page,
  path: 'bank-statements',
  component: lazyRouteComponent(() => part(import('./pages/bank-statements/page.tsx'))),
});

const losses = createRoute({
  ...page,
  path: 'losses',
  component: lazyRouteComponent(() => part(import('./pages/losses/page.tsx'))),
});
const revenue = createRoute({
  ...page,
  path: 'revenue',
  validateSearch: revenueSearch,
  component: lazyRouteComponent(() => part(import('./pages/revenue/page.tsx'))),
});
const revenueCase = createRoute({
  ...page,
  path: 'revenue/$caseId',
  component: lazyRouteComponent(() => part(import('./pages/revenue/case-page.tsx'))),
});

const lights = createRoute({
  ...page,
  path: 'lights',
  component: lazyRouteComponent(() => part(import('./pages/lights/list.tsx'))),
});
const light = createRoute({
  ...page,
  path: 'lights/$connectionId',
  component: lazyRouteComponent(() => part(import('./pages/lights/page.tsx'))),
});

const installs = createRoute({
  ...page,
  path: 'installs',
  validateSearch: installsSearch,
  component: lazyRouteComponent(() => part(import('./pages/installs/list.tsx'))),
});
const install = createRoute({
  ...page,
  path: 'installs/$installId',
  component: lazyRouteComponent(() => part(import('./pages/installs/page.tsx'))),
});

const campaigns = createRoute({
  ...page,
  path: 'key-changes',
  component: lazyRouteComponent(() => part(import('./pages/campaigns/list.tsx'))),
});
const campaign = createRoute({
  ...page,
  path: 'key-changes/$campaignId',
  component: lazyRouteComponent(() => part(import('./pages/campaigns/page.tsx'))),
});

const freeCredit = createRoute({
  ...page,
  path: 'free-credit',
  component: lazyRouteComponent(() => part(import('./pages/free-credit/page.tsx'))),
});
const freeCreditList = createRoute({
  ...page,
  path: 'free-credit/$batchId',
  component: lazyRouteComponent(() => part(import('./pages/free-credit/batch.tsx'))),
});

const integrations = createRoute({
  ...page,
  path: 'integrations',
  component: lazyRouteComponent(() => part(import('./pages/integrations/list.tsx'))),
});
const integration = createRoute({
  ...page,
  path: 'integrations/$integrationId',
  component: lazyRouteComponent(() => part(import('./pages/integrations/page.tsx'))),
});

const team = createRoute({
  ...page,
  path: 'team',
  component: lazyRouteComponent(() => part(import('./pages/team/page.tsx'))),
});
const setUp = createRoute({
  ...page,
  path: 'set-up',
  component: lazyRouteComponent(() => part(import('./pages/set-up/page.tsx'))),
});
const account = createRoute({
  ...page,
  path: 'account',
  component: lazyRouteComponent(() => part(import('./pages/account/page.tsx'))),
});

const routeTree = root.addChildren([
  signIn,
  join,
  signedIn.addChildren([
    overview,
    meters,
    sales,
    attention,
    connection,
    vendors,
    vendor,
    imports,
    oneImport,
    reconciliation,
    proof,
    approvals,
    approval,
    auditLog,
    audit,
    tokenWay,
    integrations,
    integration,
    team,
    setUp,
    account,
    keys,
    lights,
    light,
    installs,
    install,
    campaigns,
    campaign,
    customers,
    customer,
    tickets,
    ticket,
    inbox,
    reports,
    refunds,
    unallocatedMoney,
    notifications,
    bankStatements,
    losses,
    revenue,
    revenueCase,
    freeCredit,
    freeCreditList,
    calls,
    protection,
    changeRules,
    rulesTrial,
    readings,
    identities,
    tariffs,
    changeTariff,
    tariffVersion,
    assignment,
  ]),
]);

export function makeRouter(queryClient: QueryClient) {
  const router = createRouter({
    routeTree,
    basepath: import.meta.env.BASE_URL,
    context: { queryClient },
    parseSearch: readAddress,
    stringifySearch,
    defaultErrorComponent: ({ error }) => <PageFailure failure={error} />,
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
  });
  // The page's part comes while the server is asked who is signed in.
  const parts: Readonly<Record<string, AnyRoute | undefined>> = router.routesById;
  router.subscribe('onBeforeLoad', ({ toLocation }) => {
    for (const { routeId } of router.matchRoutes(toLocation)) {
      void parts[routeId]?.options.component?.preload?.();
    }
  });
  return router;
}

export type ConsoleRouter = ReturnType<typeof makeRouter>;

declare module '@tanstack/react-router' {
  interface Register {
    router: ConsoleRouter;
  }
}
