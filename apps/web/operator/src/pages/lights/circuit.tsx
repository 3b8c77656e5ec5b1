// Lamps behind the contactor of a gateway: what they go by, whether their meter has been told, and
// which parts of the programme a contactor cannot do.

import { Alert, Checkbox, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import type { LightCircuitBody, LightCircuitView, LightingView } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import { keepCircuit, lightKey, lightsKey } from '../../api/lights.ts';
import { useAction } from '../../api/use-action.ts';
import { type Read, readCount, readText } from '../../text/entries.ts';
import { stageLabels } from '../../text/labels.ts';
import { kwhText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, Fact, facts, panel, StateBadge } from '../../ui/show.tsx';
import { EmptyNote } from '../../ui/states.tsx';
import { causeTexts } from './labels.ts';
import { NightStrip } from './night-strip.tsx';
import { useWhyNot } from './why-not.ts';

/** Of accounts that a meter of their own counts. */
export function Circuit({ view }: { readonly view: LightingView }) {
  const whyNot = useWhyNot(view);
  const [isOpen, setOpen] = useState(false);
  const { circuit } = view;
  if (view.account.meteredBy !== 'meter') return null;
  const noGroup = view.groups.length === 0 ? 'Make a group first, above' : null;
  return (
    <section className={panel} aria-label="Lamps behind its contactor">
      <Stack gap="md">
        <Group gap="sm" justify="space-between">
          <Title order={2} size="h4">
            Lamps behind its contactor
          </Title>
          <ActionButton size="compact-sm" why={whyNot ?? noGroup} onClick={() => setOpen(true)}>
            {circuit === null ? 'Set up' : 'Change the circuit'}
          </ActionButton>
        </Group>
        {circuit === null ? (
          <EmptyNote>
            None. Where its meter hangs on a gateway with a contactor in front of lamps, they go by
            the programme of a group, also while the gateway has no link.
          </EmptyNote>
        ) : (
          <Shown circuit={circuit} />
        )}
      </Stack>
      <Dialog opened={isOpen} onClose={() => setOpen(false)} title="Lamps behind the contactor">
        <CircuitForm view={view} onClose={() => setOpen(false)} />
      </Dialog>
    </section>
  );
}

function Shown({ circuit }: { readonly circuit: LightCircuitView }) {
  const { told, cannotDim, isDueOn, because } = circuit;
  return (
    <Stack gap="sm">
      <dl className={facts}>
        <Fact name="Due now" note={causeTexts[because]}>
          {isDueOn ? 'On' : 'Off'}
        </Fact>
        <Fact name="Goes by" note={circuit.isProtected ? 'Protected crossing' : undefined}>
          Group {circuit.group}
        </Fact>
        <Fact name="All its lamps" note={`${kwhText(circuit.tonightWh)} tonight`}>
          {circuit.fullW} W
        </Fact>
        <Fact name="Its meter" note={told === null ? undefined : <Age at={told.at} />}>
          {told === null ? 'Is told within a minute' : <StateBadge label={toldLabel(told)} />}
        </Fact>
      </dl>
      <NightStrip label="Tonight, lamps behind the contactor" night={circuit.tonight} />
      {told?.refusal === 'unsupported' && (
        <Alert color="red" variant="light" title="Its meter has no lamps to switch">
          Give the meter’s channel <code>lights</code> in the gateway’s site.json, and keep the
          circuit here once more.
        </Alert>
      )}
      {cannotDim.length > 0 && (
        <Alert color="yellow" variant="light" title="A contactor does not dim">
          {cannotDim.map(({ levelPercent, isOn }) => (
            <Text size="sm" key={levelPercent}>
              The programme’s level of {levelPercent} % is {isOn ? 'full light' : 'off'} here.
            </Text>
          ))}
        </Alert>
      )}
    </Stack>
  );
}

function toldLabel({ stage, refusal }: NonNullable<LightCircuitView['told']>) {
  if (stage === 'done') return { text: 'Has taken it', tone: 'good' } as const;
  if (refusal !== null) return { text: 'Has refused it', tone: 'bad' } as const;
  return stageLabels[stage];
}

const readFrom1 =
  (most: number, of: string) =>
  (text: string): Read<number> => {
    const count = readCount(text, most);
    return count.ok && count.value === 0 ? err(`Write ${of} from 1 to ${most}.`) : count;
  };
const readWatts = readFrom1(100_000, 'watts');
const readShare = readFrom1(100, 'per cent');

const none = '';

function useCircuitEntries({ circuit, groups }: LightingView) {
  const [group, setGroup] = useState(circuit?.group ?? groups[0]?.name ?? none);
  const [isProtected, setProtected] = useState(circuit?.isProtected ?? false);
  const isNone = group === none;
  const watts = useEntry(circuit === null ? '' : String(circuit.fullW), (text) =>
    isNone ? ok(0) : readWatts(text),
  );
  const share = useEntry(String(circuit?.onFromPercent ?? 1), (text) =>
    isNone ? ok(0) : readShare(text),
  );
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const body = (): LightCircuitBody | null => {
    if (!reason.read.ok || !watts.read.ok || !share.read.ok) return null;
    const why = { reason: reason.read.value };
    if (isNone) return { group: null, ...why };
    return {
      ...{ group, fullW: watts.read.value, onFromPercent: share.read.value, isProtected, ...why },
    };
  };
  return { group, setGroup, isProtected, setProtected, isNone, watts, share, reason, body };
}

function CircuitForm({ view, onClose }: { readonly view: LightingView; onClose: () => void }) {
  const { connectionId } = view.account;
  const of = useCircuitEntries(view);
  const action = useAction({
    run: (body: LightCircuitBody) => keepCircuit(connectionId, body),
    stale: [lightKey(connectionId), lightsKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Keep the circuit"
      action={action}
      entries={[of.watts, of.share, of.reason]}
      onCancel={onClose}
      onSubmit={() => {
        const body = of.body();
        if (body !== null) action.mutate(body);
      }}
    >
      <NativeSelect
        label="Goes by the programme of"
        value={of.group}
        onChange={(event) => of.setGroup(event.currentTarget.value)}
        data={[
          ...view.groups.map(({ name }) => ({ value: name, label: `Group ${name}` })),
          { value: none, label: 'None: no lamps behind its contactor' },
        ]}
      />
      {!of.isNone && (
        <>
          <EntryField entry={of.watts} label="All its lamps together" unit="W" numeric />
          <EntryField
            entry={of.share}
            label="On from this level of the programme"
            unit="%"
            note="Below it the circuit is off: with two circuits, every second lamp goes off at night"
            numeric
          />
          <Checkbox
            label="A protected crossing: on while the sun is down, also without credit"
            checked={of.isProtected}
            onChange={(event) => of.setProtected(event.currentTarget.checked)}
          />
        </>
      )}
      <EntryField entry={of.reason} label="Why" note="Kept with your name" />
    </DialogForm>
  );
}
