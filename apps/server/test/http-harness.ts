// The HTTP edge over a harness's modules, with real sign-in, driven by `inject`.

import assert from 'node:assert/strict';
import type { BankAccount } from '@prewatt/api';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { createLiveHub, type LiveHub } from '../src/base/http/live-hub.ts';
import { trustedProxies } from '../src/base/http/trusted-proxies.ts';
import { createLog } from '../src/base/log.ts';
import type { PartReport } from '../src/base/parts.ts';
import type { SweepReport } from '../src/base/sweeps.ts';
import { createHttp } from '../src/edge/http/app.ts';
import { createAccessLog } from '../src/registry/audit-log/index.ts';
import type { ServerProcess } from '../src/registry/servers/index.ts';
import {
  createOperatorSignIn,
  createSignIn,
  type SecondFactorRule,
  type SignInDeps,
} from '../src/registry/sign-in/index.ts';
import { holdToDocument } from './documented-answers.ts';
import { type Harness, signInUrlOf } from './harness.ts';
import { quickHashing } from './quick-hashing.ts';

export const publicUrl = 'http://localhost:7070';

export type HttpHarness = {
  readonly app: FastifyInstance;
  /** Every route that there is. */
  readonly routes: { readonly method: string; readonly url: string }[];
  readonly hub: LiveHub;
  readonly codes: { phone: string; code: string }[];
  /** What the gateway of messages waits for before it answers. */
  readonly gateway: { wait: Promise<void> | null };
  /** Once all that was begun behind answers is done. */
  readonly settled: () => Promise<void>;
  readonly health: { ready: boolean };
  /** What upkeep tells of itself. */
  readonly sweepReports: SweepReport[];
  readonly partReports: PartReport[];
  readonly serverReports: ServerProcess[];
  readonly createOperator: (o: {
    readonly email: string;
    readonly password: string;
    readonly role: 'administrator' | 'operator' | 'viewer' | 'technician' | 'auditor';
    /** Of an auditor. */
    readonly endsAtMs?: number;
    readonly utilityId?: string;
    readonly name?: string;
  }) => Promise<void>;
  readonly close: () => Promise<void>;
};

export async function createHttpHarness(
  h: Harness,
  o: {
    readonly publicUrl?: string;
    readonly consoleDir?: string;
    readonly bankAccount?: BankAccount;
    readonly trustedProxies?: readonly string[];
    readonly secondFactor?: SecondFactorRule;
  } = {},
): Promise<HttpHarness> {
  const log = createLog({ name: 'test', level: 'silent' });
  const reachedAs = o.publicUrl ?? publicUrl;
  const codes: HttpHarness['codes'] = [];
  const gateway: HttpHarness['gateway'] = { wait: null };
  const proxies = trustedProxies(o.trustedProxies ?? []);
  assert.ok(proxies.ok);
  const accessLog = createAccessLog({
    ...{ database: h.database, log },
    auditLog: h.services.auditLog,
    nowMs: h.services.clocks.business.nowMs,
  });
  const deps: SignInDeps = {
    note: accessLog.atTheDoor,
    database: h.database,
    url: signInUrlOf(h.ownerUrl),
    secondFactor: o.secondFactor ?? 'chosen',
    secret: 'a secret of the tests, 32 bytes or more',
    publicUrl: reachedAs,
    sendCode: async (phone, code) => {
      await gateway.wait;
      codes.push({ phone, code });
    },
    log,
    passwords: quickHashing,
  };
  const signIn = createSignIn(deps);
  const hub = createLiveHub({ openSessions: signIn.openSessions, onError: () => {} });
  const health = { ready: true };
  const sweepReports: SweepReport[] = [];
  const partReports: PartReport[] = [];
  const serverReports: ServerProcess[] = [];
  const routes: HttpHarness['routes'] = [];
  const app = await createHttp({
    onRoute: (route) => routes.push(route),
    ...h.services,
    accessLog,
    signIn,
    hub,
    publicUrl: reachedAs,
    trustedProxies: proxies.value,
    health: async () => ({ ready: health.ready, status: health.ready ? 'ready' : 'starting' }),
    sweepReports: () => sweepReports,
    partReports: () => partReports,
    serverReports: () => serverReports,
    paymentOrigins: ['http://pay.test'],
    consoleDir: o.consoleDir ?? '/nowhere',
    bankAccount: o.bankAccount ?? null,
    log,
  });
  settling.set(app, signIn.settled);
  holdToDocument(app);
  return {
    app,
    routes,
    gateway,
    settled: signIn.settled,
    hub,
    codes,
    health,
    sweepReports,
    partReports,
    serverReports,
    createOperator: async (operator) => {
      const { name = 'An operator' } = operator;
      const authUserId = await createOperatorSignIn(deps, { ...operator, name });
      const utilityId = operator.utilityId ?? h.utilityId;
      await h.owner.inUtility(utilityId, (tx) =>
        h.onboarding.createOperator(tx, utilityId, {
          authUserId,
          name,
          role: operator.role,
          ...(operator.endsAtMs === undefined ? {} : { endsAtMs: operator.endsAtMs }),
        }),
      );
    },
    close: async () => {
      hub.closeAll();
      await app.close();
      await signIn.close();
    },
  };
}

/** What each server does behind its answers: a visitor waits for it, unless told otherwise. */
const settling = new WeakMap<FastifyInstance, () => Promise<void>>();

/** A browser's memory: cookies, and the anti-forgery value of the last page. */
export class Visitor {
  readonly app: FastifyInstance;
  cookies = new Map<string, string>();

  readonly address: string;
  readonly settles: boolean;

  constructor(app: FastifyInstance, address = '127.0.0.1', { settles } = { settles: true }) {
    this.app = app;
    this.address = address;
    this.settles = settles;
  }

  async get(url: string, accept = 'text/html'): Promise<LightMyRequestResponse> {
    const headers = { accept, cookie: this.cookieHeader() };
    return this.remember(
      await this.app.inject({ method: 'GET', url, headers, remoteAddress: this.address }),
    );
  }

  /** Sends a form with the value that a page of this session shows, unless `csrf` is given. */
  async post(url: string, fields: Record<string, string>): Promise<LightMyRequestResponse> {
    const csrf = fields['csrf'] ?? (await this.formValue());
    const answer = this.remember(
      await this.app.inject({
        method: 'POST',
        url,
        remoteAddress: this.address,
        headers: {
          accept: 'text/html',
          cookie: this.cookieHeader(),
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: new URLSearchParams({ csrf, ...fields }).toString(),
      }),
    );
    if (this.settles) await settling.get(this.app)?.();
    return answer;
  }

  async postJson(url: string, body: unknown): Promise<LightMyRequestResponse> {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    return this.postBytes(url, 'application/json', payload);
  }

  async postBytes(
    url: string,
    type: string,
    payload: string | Buffer,
  ): Promise<LightMyRequestResponse> {
    const answer = this.remember(
      await this.app.inject({
        method: 'POST',
        url,
        remoteAddress: this.address,
        headers: { cookie: this.cookieHeader(), 'content-type': type, origin: publicUrl },
        payload,
      }),
    );
    if (this.settles) await settling.get(this.app)?.();
    return answer;
  }

  /** As the sign-in page shows it. */
  async formValue(): Promise<string> {
    const page = await this.get('/sign-in');
    return /name="csrf" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private remember(answer: LightMyRequestResponse): LightMyRequestResponse {
    for (const cookie of answer.cookies) {
      if (cookie.maxAge === 0) this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, encodeURIComponent(cookie.value));
    }
    return answer;
  }
}
