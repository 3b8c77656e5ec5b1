// Entries of the audit log about access: wrong passwords and codes, requests of operators that
// were refused, and whose pages they read. Each is in the log of the utility that it concerns.

import { hourMs, idFromUuid, minuteMs } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';
import type { Log } from '../../base/log.ts';
import type { SignInEvent, Staff } from '../sign-in/index.ts';
import { isOnRecord } from './lookups.ts';
import type { AuditLog } from './service.ts';

export type AccessLog = ReturnType<typeof createAccessLog>;

type Seldom = {
  readonly act: 'refused' | 'connectionRead' | 'phoneSearched';
  readonly subject: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly everyMs: number;
};

/** A program of somebody else, as its key says. */
type Program = { readonly utilityId: string; readonly name: string };

/** One row in so long for the same subject: many requests are one reading of a page. */
const readsEveryMs = hourMs;
const refusalsEveryMs = minuteMs;
const brakesEveryMs = hourMs;
/** A number is searched while it is typed. */
const searchesEveryMs = minuteMs;

type AccessLogDeps = {
  readonly database: Database;
  readonly auditLog: AuditLog;
  /** Business time. */
  readonly nowMs: () => number;
  readonly log: Pick<Log, 'info'>;
};

export function createAccessLog(o: AccessLogDeps) {
  const { database, auditLog, nowMs } = o;
  const seldom = (staff: Staff, entry: Seldom): Promise<void> =>
    database.inUtility(staff.utilityId, async (tx) => {
      const { everyMs, ...said } = entry;
      const sinceMs = nowMs() - everyMs;
      const { utilityId, operatorId } = staff;
      const isThere = await isOnRecord(tx, { utilityId, operatorId, ...said, sinceMs });
      if (!isThere) await auditLog.record(tx, staff, said);
    });

  const ofProgram = ({ utilityId, name }: Program, entry: Seldom): Promise<void> =>
    database.inUtility(utilityId, async (tx) => {
      const { everyMs, ...said } = entry;
      const row = { utilityId, ...said, by: `Integration ${name}` };
      const asked = { ...row, operatorId: null, sinceMs: nowMs() - everyMs };
      if (!(await isOnRecord(tx, asked))) await auditLog.recordOfProgram(tx, row);
    });

  return {
    atTheDoor: (event: SignInEvent): Promise<void> => noteAtTheDoor(o, event),

    /** `asked`: method and route. */
    refused: (staff: Staff, asked: string): Promise<void> =>
      seldom(staff, { act: 'refused', subject: asked, everyMs: refusalsEveryMs }),

    connectionRead: (staff: Staff, connectionId: string): Promise<void> =>
      seldom(staff, {
        act: 'connectionRead',
        subject: idFromUuid('connection', connectionId),
        everyMs: readsEveryMs,
      }),

    /** Each home that a phone led to; of a phone that nobody has, its last digits. */
    phoneSearched: async (
      staff: Staff,
      o: { readonly connectionIds: readonly string[]; readonly phoneDigits: string },
    ): Promise<void> => {
      const phone = `…${o.phoneDigits.slice(-4)}`;
      const found = o.connectionIds.map((id) => idFromUuid('connection', id));
      for (const subject of found.length === 0 ? [`phone ${phone}`] : found) {
        const details = { phone };
        await seldom(staff, { act: 'phoneSearched', subject, details, everyMs: searchesEveryMs });
      }
    },

    /** The same of a program: by its name, an entry an hour for each home. */
    integrationRead: (by: Program, connectionId: string): Promise<void> =>
      ofProgram(by, { act: 'connectionRead', subject: connectionId, everyMs: readsEveryMs }),

    integrationRefused: (by: Program, asked: string): Promise<void> =>
      ofProgram(by, { act: 'refused', subject: asked, everyMs: refusalsEveryMs }),

    reprinted: (staff: Staff, saleId: string): Promise<void> =>
      database.inUtility(staff.utilityId, (tx) =>
        auditLog.record(tx, staff, { act: 'receiptReprinted', subject: saleId }),
      ),
  };
}

async function noteAtTheDoor(o: AccessLogDeps, event: SignInEvent): Promise<void> {
  const { database, auditLog, nowMs, log } = o;
  const { kind: act, address } = event;
  if (event.places.length === 0) log.info({ act, address }, 'audit');
  for (const { utilityId, subject, name, operatorId } of event.places) {
    const details = name === null ? {} : { name };
    await database.inUtility(utilityId, async (tx) => {
      const row = { utilityId, act, subject };
      const asked = { ...row, operatorId: null, sinceMs: nowMs() - brakesEveryMs };
      if (isMany(act) && (await isOnRecord(tx, asked))) return;
      if (operatorId !== undefined && name !== null) {
        await auditLog.recordByName(tx, { ...row, operatorId, by: name, address, details });
      } else await auditLog.recordOfStranger(tx, { ...row, address, details });
    });
  }
}

/** Of those that the brakes themselves do not make few. */
const isMany = (kind: SignInEvent['kind']): boolean =>
  kind === 'signInBraked' || kind === 'codesCapped';
