// Routes by which operators see a meter's link and administrators change its identity there.

import { type Certified, linkApi } from '@prewatt/api';
import type { Result } from '@prewatt/quantities';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { on } from '../../base/http/on.ts';
import {
  type Authorities,
  type Certifying,
  identityPage,
  type Provisioning,
  problemOfSend,
  type SendRefusal,
} from '../../metering/headend/index.ts';
import {
  createOperatorScope,
  type OperatorScopeDeps,
  requireActing,
} from '../../registry/sign-in/index.ts';
import { linkViewOf } from './link-view.ts';
import type { ById, ConnectionScope, OnConnection } from './scope.ts';

export type LinkRoutesDeps = OperatorScopeDeps & {
  readonly certifying: Certifying;
  readonly meterAuthorities: Authorities;
  readonly provisioning: Provisioning;
};

export function linkRoutes(
  app: FastifyInstance,
  context: LinkRoutesDeps,
  onConnection: OnConnection,
): void {
  const { rotate, revoke, pair } = context.provisioning;
  const linkOf = ({ tx, connection }: ConnectionScope) =>
    linkViewOf(tx, connection, context.clocks.real.nowMs());
  const requestOf = (
    s: ConnectionScope,
    asked: { readonly requestId: string; readonly reason: string },
  ) => {
    requireActing(s.operator);
    const { meterId, meterPan } = s.connection.meter;
    return { ...asked, place: { ...s.connection, meterId }, meterPan, by: s.operator };
  };

  identityRoutes(app, context);
  on(app, linkApi.view, ({ request }) => onConnection(request, linkOf));
  const changes = { rotate, revoke };
  for (const name of ['rotate', 'revoke'] as const) {
    on(app, linkApi[name], ({ request, readBody }) => {
      const body = readBody();
      return onConnection(request, async (s) => {
        refuse(await changes[name](s.tx, requestOf(s, body)));
        return linkOf(s);
      });
    });
  }
  const certify = (
    request: FastifyRequest<ById>,
    o: { requestId: string; reason: string; csrPem: string | null; isClaim: boolean },
  ): Promise<Certified> => {
    const { csrPem, isClaim, ...asked } = o;
    return onConnection(request, async (s) => {
      const wish = { ...requestOf(s, asked), csrPem, isClaim };
      const made = await context.certifying.certify(s.tx, wish);
      if (!made.ok) throw problemOfSend(made.error);
      return made.value;
    });
  };
  // A key may be in the answer: nothing on the way keeps it.
  const once = { preHandler: async (_: FastifyRequest, reply: FastifyReply) => noStore(reply) };
  on(app, linkApi.claim, {
    ...once,
    handler: ({ request, readBody }) => certify(request, { ...readBody(), isClaim: true }),
  });
  on(app, linkApi.certificate, {
    ...once,
    handler: ({ request, readBody }) => {
      const { csrPem = null, ...asked } = readBody();
      return certify(request, { ...asked, csrPem, isClaim: false });
    },
  });
  on(app, linkApi.pair, ({ request, readBody }) => {
    const { sha256Hex, ...asked } = readBody();
    return onConnection(request, async (s) => {
      refuse(await pair(s.tx, { ...requestOf(s, asked), sha256Hex }));
      return linkOf(s);
    });
  });
}

/** The utility's own: what its brokers trust, and who has which identity. */
function identityRoutes(app: FastifyInstance, context: LinkRoutesDeps): void {
  const { scoped } = createOperatorScope(context);
  on(app, linkApi.authorities, ({ request }) =>
    scoped(request, async ({ tx, utility }) => {
      await context.meterAuthorities.ensure(tx, utility.id);
      const certificates = await context.meterAuthorities.certificates(tx, utility.id);
      const revokedPem = await context.meterAuthorities.revocations(tx, utility.id);
      return { certificatesPem: certificates.join(''), revokedPem };
    }),
  );

  on(app, linkApi.identities, ({ request, readQuery }) => {
    const { cursor = null, ...query } = readQuery();
    return scoped(request, ({ tx, utility }) => {
      const realNowMs = context.clocks.real.nowMs();
      return identityPage(tx, { ...query, cursor, utilityId: utility.id, realNowMs });
    });
  });
}

const noStore = (reply: FastifyReply): void => {
  reply.header('cache-control', 'no-store');
};

function refuse(result: Result<void, SendRefusal>): void {
  if (!result.ok) throw problemOfSend(result.error);
}
