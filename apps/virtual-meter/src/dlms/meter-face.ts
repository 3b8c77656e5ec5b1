// A virtual meter as its DLMS device sees it: its state, its profile for thirty days whoever has
// fetched it, and commands that are answered at once.

import { allEntries, type MeterState, type StoredProfileEntry } from '@prewatt/meter';
import type { CommandAction, DownMessage } from '@prewatt/protocol';
import type { VirtualMeter } from '../virtual-meter.ts';

export type CommandOutcome = MeterState['answered'][number]['result'];

export type MeterFace = {
  readonly zone: string;
  readonly state: () => MeterState;
  /** Oldest first. */
  readonly profile: () => readonly StoredProfileEntry[];
  readonly command: (action: CommandAction) => CommandOutcome;
  /** Looks whether the profile has grown; to be called before the head-end acknowledges. */
  readonly observe: () => void;
};

const profileDays = 30;
/** It is carried out or refused at once: whatever time has passed, it does not come too late. */
const neverExpiresMs = 8_640_000_000_000_000;

export function createMeterFace(meter: VirtualMeter, newCommandId: () => string): MeterFace {
  let kept: StoredProfileEntry[] = [];
  const observe = (): void => {
    const last = kept.at(-1)?.endsAtMs ?? 0;
    const fresh = entriesOf(meter.state()).filter(({ endsAtMs }) => endsAtMs > last);
    if (fresh.length === 0) return;
    const intervalMs = meter.state().config.profileIntervalMinutes * 60_000;
    kept = [...kept, ...fresh].slice(-(profileDays * 86_400_000) / intervalMs);
  };
  observe();
  return {
    zone: meter.zone,
    state: meter.state,
    profile: () => {
      observe();
      return kept;
    },
    command: (action) => {
      const commandId = newCommandId();
      const expiresAtMs = neverExpiresMs;
      meter.receive({ kind: 'command', commandId, expiresAtMs, action } as DownMessage);
      const answer = meter.state().answered.find((each) => each.commandId === commandId);
      acknowledge(meter, commandId);
      return answer?.result ?? { kind: 'refused', reason: 'unsupported' };
    },
    observe,
  };
}

/** What waits in the meter, and what is on its way to the head-end. */
function entriesOf({ profile, outbox }: MeterState): StoredProfileEntry[] {
  const sent = outbox.flatMap(({ body }) => (body.kind === 'profile' ? body.entries : []));
  return [...sent, ...allEntries(profile)].sort((a, b) => a.endsAtMs - b.endsAtMs);
}

/** The head-end did not ask: it gets no answer. */
function acknowledge(meter: VirtualMeter, commandId: string): void {
  const kept = meter
    .state()
    .outbox.find(({ body }) => body.kind === 'commandResult' && body.commandId === commandId);
  if (kept !== undefined) meter.receive({ kind: 'acknowledge', sequence: kept.sequence });
}
