// Collecting a key-change set in a meter: any order, dropped after a time-out, and nothing of the
// key in use changes until the whole set is there and its key type is allowed (IEC 62055-41 clauses
// 8.8 and following).

import {
  type AcceptanceState,
  missingSections,
  noKeyParts,
  type PendingKeyChange,
  protectSecrets,
} from './acceptance-state.ts';
import { isKeyTypeChangeAllowed } from './issue-key-change.ts';
import { openPart } from './key-part.ts';
import { baseDateAfterRollover } from './tid.ts';
import type { KeyChangeSectionFields } from './token-kinds.ts';

/** What one section did. */
export type KeyChangeStep =
  | {
      readonly kind: 'keyChangePart';
      readonly section: 1 | 2 | 3 | 4;
      /**
       * Sections known to be missing; the third of an EA07 set shows only once the first is there.
       */
      readonly missing: readonly number[];
    }
  | {
      readonly kind: 'keyChanged';
      readonly keyRevision: number;
      readonly keyType: 0 | 1 | 2 | 3;
      readonly tariffIndex: string;
      readonly keyExpiry: number;
      /** Null after a set of two tokens. */
      readonly supplyGroupCode: string | null;
      /** True when the TID store was cleared for a new base date. */
      readonly rolledOver: boolean;
    }
  | { readonly kind: 'keyType' }
  | { readonly kind: 'range' };

type Step = { readonly state: AcceptanceState; readonly step: KeyChangeStep };

/** The state without a pending set that has waited longer than the time-out. */
export function droppedWhenOld(state: AcceptanceState, nowMs: number): AcceptanceState {
  const pending = state.pendingKeyChange;
  if (pending === null || nowMs - pending.atMs < state.keyChangeTimeoutMs) return state;
  return withoutPending(state);
}

function withoutPending(state: AcceptanceState): AcceptanceState {
  const secrets = protectSecrets({ ...state.secrets, keyParts: noKeyParts });
  return { ...state, pendingKeyChange: null, secrets };
}

function isInRange(fields: KeyChangeSectionFields): boolean {
  if (fields.section === 1) return fields.keyRevision >= 1 && fields.keyRevision <= 9;
  if (fields.section === 2) return fields.tariffIndex <= 99;
  if (fields.section === 3 && fields.form === 'supplyGroup') {
    return fields.supplyGroup <= 999_999 && fields.pad === 0;
  }
  return true;
}

function withSection(pending: PendingKeyChange, fields: KeyChangeSectionFields): PendingKeyChange {
  switch (fields.section) {
    case 1: {
      const { keyExpiryHigh, keyRevision, rollover, hasThirdToken, keyType } = fields;
      const section1 = { keyExpiryHigh, keyRevision, rollover, hasThirdToken, keyType };
      return { ...pending, section1 };
    }
    case 2: {
      const { keyExpiryLow, tariffIndex } = fields;
      return { ...pending, section2: { keyExpiryLow, tariffIndex } };
    }
    case 3: {
      const isWhole = fields.form === 'supplyGroup';
      const supplyGroup = isWhole ? fields.supplyGroup : fields.supplyGroupLow;
      return { ...pending, section3: { supplyGroup } };
    }
    case 4:
      return { ...pending, section4: { supplyGroupHigh: fields.supplyGroupHigh } };
  }
}

function partHex(fields: KeyChangeSectionFields): string {
  if (!('keyPart' in fields)) return '';
  return openPart(fields.keyPart).toString(16).toUpperCase().padStart(8, '0');
}

/** Takes one authentic section; completes the change when none is missing. */
export function acceptKeyChangeSection(
  state: AcceptanceState,
  fields: KeyChangeSectionFields,
  nowMs: number,
): Step {
  if (!isInRange(fields)) return { state, step: { kind: 'range' } };
  const none = { section1: null, section2: null, section3: null, section4: null };
  const held = state.pendingKeyChange ?? { atMs: nowMs, ...none };
  const pending = withSection({ ...held, atMs: nowMs }, fields);
  const parts = [...state.secrets.keyParts];
  parts[fields.section - 1] = partHex(fields);
  const keyParts: typeof state.secrets.keyParts = [
    parts[0] ?? '',
    parts[1] ?? '',
    parts[2] ?? '',
    parts[3] ?? '',
  ];
  const collected = {
    ...state,
    pendingKeyChange: pending,
    secrets: protectSecrets({ ...state.secrets, keyParts }),
  };
  const missing = missingSections(state.ea, pending);
  if (missing.length > 0) {
    return { state: collected, step: { kind: 'keyChangePart', section: fields.section, missing } };
  }
  return complete(collected, pending);
}

function supplyGroupOf(state: AcceptanceState, pending: PendingKeyChange): number | null {
  const third = pending.section3;
  if (third === null) return null;
  if (state.ea === 'ea11') {
    return ((pending.section4?.supplyGroupHigh ?? 0) << 12) | third.supplyGroup;
  }
  return pending.section1?.hasThirdToken === true ? third.supplyGroup : null;
}

function complete(state: AcceptanceState, pending: PendingKeyChange): Step {
  const { section1, section2 } = pending;
  if (section1 === null || section2 === null) throw new Error('incomplete set');
  const dropped = withoutPending(state);
  if (!isKeyTypeChangeAllowed(state.keyType, section1.keyType)) {
    return { state: dropped, step: { kind: 'keyType' } };
  }
  const group = supplyGroupOf(state, pending);
  if (group !== null && group > 999_999) return { state: dropped, step: { kind: 'range' } };
  const [part1, part2, part3, part4] = state.secrets.keyParts;
  const decoderKey = state.ea === 'ea11' ? `${part1}${part3}${part4}${part2}` : `${part1}${part2}`;
  const changed = {
    keyRevision: section1.keyRevision,
    keyType: section1.keyType,
    tariffIndex: String(section2.tariffIndex).padStart(2, '0'),
    keyExpiry: (section1.keyExpiryHigh << 4) | section2.keyExpiryLow,
    supplyGroupCode: group === null ? null : String(group).padStart(6, '0'),
  };
  return {
    state: {
      ...dropped,
      ...changed,
      baseDate: section1.rollover ? baseDateAfterRollover(state.baseDate) : state.baseDate,
      tidStore: section1.rollover ? state.tidStore.map(() => 0) : state.tidStore,
      secrets: protectSecrets({ decoderKey, keyParts: noKeyParts }),
    },
    step: { kind: 'keyChanged', ...changed, rolledOver: section1.rollover },
  };
}
