// Routes of cases. Shapes: packages/api/src/revenue-cases.ts.

import { caseApi } from '@prewatt/api';
import { civilDateOf, idFromUuid, type Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { csvLines } from '../../base/csv.ts';
import { on } from '../../base/http/on.ts';
import { forbidden, HttpProblem, notFound } from '../../base/http/problem.ts';
import type { NewUuid } from '../../base/ids.ts';
import {
  type ApprovalRefusal,
  type Approvals,
  problemOfApproval,
} from '../../registry/approvals/index.ts';
import type { AuditLog } from '../../registry/audit-log/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';
import {
  createOperatorScope,
  type OperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { askForBill, type BillRefusal } from './back-bills.ts';
import { caseDetail, casesOf, findingLines, resultsOf } from './case-views.ts';
import {
  barredSteps,
  type CaseRefusal,
  closeCase,
  decideAppeal,
  noteAppeal,
  noteFinding,
  noteVisit,
  openCase,
} from './cases.ts';
import { routeOfDay } from './day-route.ts';
import { evidencePack, type PackDeps } from './evidence-pack.ts';
import { fineRoutes } from './fine-routes.ts';
import { photoRoutes } from './photo-routes.ts';

export type CaseRoutesDeps = OperatorScopeDeps & {
  readonly signerOfLog: PackDeps['signerOfLog'];
  readonly auditLog: AuditLog;
  readonly approvals: Pick<Approvals, 'request'>;
  readonly newUuid: NewUuid;
};

type Words = readonly [status: 404 | 409 | 422, text: string];
const caseWords: Readonly<Record<CaseRefusal, Words>> = {
  unknownConnection: [404, 'There is no such connection.'],
  unknownCase: [404, 'There is no such case.'],
  requestIdReused: [409, 'This request id was used for something else; take a new one.'],
  caseOpen: [409, 'A case of this home is open: go on with that one.'],
  helpFirst: [
    409,
    'Help or an honest cause comes first for this home. Say why it is visited all the same; managers read it.',
  ],
  notNow: [409, 'The case has moved on; reload to see how it stands.'],
  visitAlone: [422, 'Nobody goes alone: name a second person, or with whom the one checks in.'],
  noVisit: [409, 'Say first who goes.'],
  appealLate: [409, 'The time to appeal is over.'],
  otherPerson: [409, 'Neither who found it nor who asked for the money decides; others do.'],
  appealRuns: [409, 'The customer may still appeal; close it after that.'],
};
type BillFault = Exclude<BillRefusal, ApprovalRefusal | 'unknownCase' | 'notNow'>;
const billWords: Readonly<Record<BillFault, Words>> = {
  daysUnread: [
    409,
    'What the meter counted is not known for these days: choose days that were read.',
  ],
  noPrice: [409, 'Nothing was sold yet, so there is no price.'],
  debtRuleFormat: [422, 'The rule by which it is repaid is none.'],
  dateFormat: [422, 'A day is written year, month, day.'],
  datesReversed: [422, 'The last day is before the first.'],
  tooManyDays: [422, 'Three years are the most that can be asked for.'],
  fineNotTheft: [409, 'Only theft is fined, and this visit found something else.'],
  noFineRule: [409, 'The utility has no rule for fines yet: an administrator sets one.'],
  noFine: [422, 'By the rule the fine comes to nothing; ask for the energy alone.'],
  nothingMissing: [422, 'The meter counted as much as was expected: nothing is missing.'],
};

function problemOf(code: CaseRefusal): HttpProblem {
  const [status, detail] = caseWords[code];
  if (status === 404) return notFound(code === 'unknownCase' ? 'case' : 'connection');
  return new HttpProblem({ status, code, title: 'This cannot be done now', detail });
}

const isBillFault = (code: BillRefusal): code is BillFault => code in billWords;

function problemOfBill(code: BillRefusal): HttpProblem {
  if (code === 'unknownCase' || code === 'notNow') return problemOf(code);
  if (!isBillFault(code)) return problemOfApproval(code);
  const [status, detail] = billWords[code];
  return new HttpProblem({ status, code, title: 'This cannot be asked', detail });
}

export function caseRoutes(context: CaseRoutesDeps) {
  const { newUuid, approvals } = context;
  const { scoped, nowMs } = createOperatorScope(context);
  const deps = { newUuid, nowMs };
  const acting = <T, E extends string>(
    request: FastifyRequest,
    o: {
      readonly work: (
        scope: OperatorScope & { readonly operatorId: string },
      ) => Promise<Result<T, E>>;
      readonly problem: (code: E) => HttpProblem;
    },
  ): Promise<T> =>
    scoped(request, async (scope) => {
      requireActing(scope.operator);
      const done = await o.work({ ...scope, operatorId: scope.operator.operatorId });
      if (!done.ok) throw o.problem(done.error);
      return done.value;
    });
  const ofCase = (s: OperatorScope, caseId: string) => ({ utilityId: s.utility.id, caseId });

  return async (app: FastifyInstance): Promise<void> => {
    readRoutes(app, context);
    fineRoutes(app, context);
    on(app, caseApi.open, async ({ request, reply, readBody, uuid }) => {
      const opened = await acting(request, {
        problem: problemOf,
        work: (s) => {
          const asked = readBody();
          const place = placeOfConnection(s.utility.id, uuid('id'));
          return openCase(s.tx, deps, { ...s, place, asked });
        },
      });
      return reply.code(201).send({ caseId: idFromUuid('case', opened.caseId) });
    });
    on(app, caseApi.visit, async ({ request, readBody, uuid }) => {
      await acting(request, {
        problem: problemOf,
        work: (s) => {
          const visit = readBody();
          return noteVisit(s.tx, deps, { ...ofCase(s, uuid('id')), ...s, visit });
        },
      });
      return {};
    });
    on(app, caseApi.finding, async ({ request, readBody, uuid }) => {
      await acting(request, {
        problem: problemOf,
        work: (s) => {
          const found = readBody();
          return noteFinding(s.tx, deps, { ...ofCase(s, uuid('id')), ...s, found });
        },
      });
      return {};
    });
    on(app, caseApi.bill, async ({ request, reply, readBody, uuid }) => {
      const asked = await acting(request, {
        problem: problemOfBill,
        work: (s) => {
          const { operatorId, name } = s.operator;
          const by = { operatorId, name };
          const wish = { ...ofCase(s, uuid('id')), asked: readBody(), by };
          return askForBill(s.tx, { ...deps, approvals }, wish);
        },
      });
      return reply.code(202).send({ approvalId: idFromUuid('approval', asked.approvalId) });
    });
    endRoutes(app, { acting, ofCase, deps });
  };
}

type Ending = {
  readonly acting: <T>(
    request: FastifyRequest,
    o: {
      readonly work: (
        scope: OperatorScope & { readonly operatorId: string },
      ) => Promise<Result<T, CaseRefusal>>;
      readonly problem: (code: CaseRefusal) => HttpProblem;
    },
  ) => Promise<T>;
  readonly ofCase: (s: OperatorScope, caseId: string) => { utilityId: string; caseId: string };
  readonly deps: { readonly newUuid: NewUuid; readonly nowMs: () => number };
};

function endRoutes(app: FastifyInstance, { acting, ofCase, deps }: Ending): void {
  on(app, caseApi.appeal, async ({ request, readBody, uuid }) => {
    await acting(request, {
      problem: problemOf,
      work: (s) => {
        const { words } = readBody();
        return noteAppeal(s.tx, deps, { ...ofCase(s, uuid('id')), ...s, words });
      },
    });
    return {};
  });
  on(app, caseApi.decideAppeal, async ({ request, readBody, uuid }) => {
    await acting(request, {
      problem: problemOf,
      work: (s) => {
        const decided = readBody();
        return decideAppeal(s.tx, deps, { ...ofCase(s, uuid('id')), ...s, ...decided });
      },
    });
    return {};
  });
  on(app, caseApi.close, async ({ request, readBody, uuid }) => {
    await acting(request, {
      problem: problemOf,
      work: (s) => {
        const { words } = readBody();
        return closeCase(s.tx, deps, { ...ofCase(s, uuid('id')), ...s, words });
      },
    });
    return {};
  });
}

function readRoutes(app: FastifyInstance, context: CaseRoutesDeps): void {
  const { scoped, nowMs } = createOperatorScope(context);
  // Apart: it alone takes pictures as bodies.
  void app.register((photos) => photoRoutes(photos, context));
  on(app, caseApi.list, ({ request, readQuery }) => {
    const { state, cursor = '0' } = readQuery();
    return scoped(request, ({ tx, utility }) =>
      casesOf(tx, { utilityId: utility.id, state, offset: Number(cursor) }),
    );
  });
  on(app, caseApi.route, ({ request, readQuery }) => {
    const { day } = readQuery();
    return scoped(request, ({ tx, utility }) => {
      const today = civilDateOf(nowMs(), utility.zone);
      return routeOfDay(tx, { utilityId: utility.id, day: day ?? today, today });
    });
  });
  on(app, caseApi.detail, ({ request, uuid }) => {
    const caseId = uuid('id');
    return scoped(request, async ({ tx, utility, operator: { operatorId } }) => {
      const detail = await caseDetail(tx, { utility, caseId });
      if (detail === null) throw notFound('case');
      const of = { utilityId: utility.id, caseId, utility, operatorId };
      const barred = await barredSteps(tx, { nowMs }, of);
      const inWords = barred.map(({ step, why }) => ({ step, why: caseWords[why][1] }));
      return { ...detail, barred: inWords };
    });
  });
  on(app, caseApi.evidence, async ({ request, reply, uuid }) => {
    const caseId = uuid('id');
    const pack = await scoped(request, async ({ tx, utility, operator }) => {
      if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      const subject = `evidence of ${idFromUuid('case', caseId)}`;
      await context.auditLog.record(tx, operator, { act: 'exported', subject });
      return evidencePack(tx, { ...context, nowMs }, { utility, caseId });
    });
    if (pack === null) throw notFound('case');
    return reply
      .type('application/x-tar')
      .header('content-disposition', `attachment; filename="${pack.fileName}"`)
      .header('cache-control', 'no-store')
      .send(pack.bytes);
  });
  on(app, caseApi.results, ({ request }) =>
    scoped(request, ({ tx, utility }) => resultsOf(tx, utility)),
  );
  on(app, caseApi.findings, async ({ request, reply }) => {
    const lines = await scoped(request, async ({ tx, utility, operator }) => {
      if (operator.role === 'viewer') throw forbidden('Your sign-in may not export.');
      await context.auditLog.record(tx, operator, { act: 'exported', subject: 'findings' });
      return findingLines(tx, utility.id);
    });
    return reply
      .type('text/csv; charset=utf-8; header=present')
      .header('content-disposition', 'attachment; filename="labels.csv"')
      .header('cache-control', 'no-store')
      .send(csvLines(lines));
  });
}
