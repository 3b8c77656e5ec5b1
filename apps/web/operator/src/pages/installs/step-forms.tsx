// What a technician does in each step: large fields and buttons for one hand, one step at a time.

import { Button, Group, Stack, Text } from '@mantine/core';
import type { confirmedSteps, InstallAct } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useState } from 'react';
import { readCount, readKwh, readText } from '../../text/entries.ts';
import { meterNumberIn, readMeterNumber } from '../../text/meter-check.ts';
import { EntryField, useEntry } from '../../ui/form.tsx';
import { MeterNumber } from '../../ui/show.tsx';
import { TokenDigits } from '../../ui/token-digits.tsx';
import { LinkForm } from './link-form.tsx';
import { Scanner } from './scan.tsx';
import { Fields, type StepProps } from './step-fields.tsx';

/** The form of a step that may be worked on. */
export function StepForm(props: StepProps) {
  const { job, view } = props;
  const runs = view.state === 'running';
  switch (view.step) {
    case 'oldMeter':
      return <OldMeterForm {...props} />;
    case 'meter':
      return <MeterForm {...props} />;
    case 'link':
      return <LinkForm {...props} />;
    case 'exchange':
      return runs ? null : <StartButton {...props} label="Ask the office to allow it" />;
    case 'testToken':
    case 'carryOver':
      return <TokenForm {...props} step={view.step} />;
    case 'remoteRead':
      if (!runs) return <StartButton {...props} label="Ask the meter for its reading" />;
      return view.waitsFor === 'technician' ? <DisplayForm {...props} /> : null;
    case 'switchOpen':
    case 'switchClose':
      if (!job.hasLink) return <ConfirmForm {...props} step={view.step} />;
      if (runs) return null;
      return (
        <StartButton
          {...props}
          label={view.step === 'switchOpen' ? 'Open the switch now' : 'Close the switch now'}
        />
      );
    case 'load':
      if (!job.hasLink) return <ConfirmForm {...props} step="load" />;
      return runs ? null : <LoadForm {...props} />;
    case 'startReading':
      return <StartReadingForm {...props} />;
  }
}

type Started = Extract<InstallAct, { act: 'start' }>['step'];

function StartButton({ view, isBusy, onAction, label }: StepProps & { readonly label: string }) {
  const start = () => onAction({ act: 'start', step: view.step as Started });
  return (
    <Button size="md" fullWidth loading={isBusy} onClick={start}>
      {view.state === 'failed' ? `${label}, again` : label}
    </Button>
  );
}

/** Blank: it cannot be read. */
const readKwhOrNothing = (text: string) => (text.trim() === '' ? ok(null) : readKwh(text));

function OldMeterForm({ job, isBusy, onAction }: StepProps) {
  const left = useEntry('', readKwhOrNothing);
  const register = useEntry('', readKwhOrNothing);
  const credited = useEntry('', readKwhOrNothing);
  const send = () => {
    if (!left.read.ok || !register.read.ok || !credited.read.ok) return;
    onAction({
      act: 'oldMeter',
      leftEnergyWh: left.read.value,
      importEnergyWh: register.read.value,
      creditedEnergyWh: credited.read.value,
    });
  };
  return (
    <Fields entries={[left, register, credited]} submit="Keep it" isBusy={isBusy} onSubmit={send}>
      <Text size="sm">
        Read meter {job.oldMeterPan !== null && <MeterNumber meterPan={job.oldMeterPan} />} before
        you take it off. Leave empty what cannot be read.
      </Text>
      <EntryField entry={left} label="Credit left" unit="kWh" numeric />
      <EntryField entry={register} label="Meter reading" unit="kWh" numeric />
      <EntryField entry={credited} label="All credit ever" unit="kWh" numeric />
    </Fields>
  );
}

function MeterForm({ job, isBusy, onAction }: StepProps) {
  const pan = useEntry('', readMeterNumber);
  const digits = pan.text.replace(/[\s-]/g, '').length;
  const hint = digits === 0 || pan.fault !== null ? null : pan.read.ok ? null : pan.read.error;
  const send = () => {
    if (pan.read.ok) onAction({ act: 'identify', meterPan: pan.read.value, by: 'hand' });
  };
  return (
    <Stack gap="sm">
      {job.expectedMeterPan !== null && (
        <Text size="sm">
          The job’s meter: <MeterNumber meterPan={job.expectedMeterPan} />
        </Text>
      )}
      <Scanner
        label="Scan the barcode"
        read={meterNumberIn}
        onFound={(meterPan) => onAction({ act: 'identify', meterPan, by: 'scan' })}
      />
      <Fields entries={[pan]} submit="This is the meter" isBusy={isBusy} onSubmit={send}>
        <EntryField entry={pan} label="Number on the meter" numeric />
        <Text size="sm" role="status" c={pan.read.ok ? 'teal' : 'dimmed'}>
          {pan.read.ok ? 'The check digit fits.' : (hint ?? '11, 13 or 18 digits.')}
        </Text>
      </Fields>
    </Stack>
  );
}

function TokenForm(props: StepProps & { readonly step: 'testToken' | 'carryOver' }) {
  const { view, step } = props;
  const isTest = step === 'testToken';
  if (view.state !== 'running') {
    return <StartButton {...props} label={isTest ? 'Make a test token' : 'Show the token'} />;
  }
  return (
    <Stack gap="sm">
      <Text size="sm">
        {isTest
          ? 'Type it at the meter: the display should light and say that it was accepted.'
          : 'Type it at the meter: it carries what the old one had left.'}
      </Text>
      {view.tokens.length > 0 && <TokenDigits tokens={view.tokens} />}
      <ConfirmForm {...props} step={step} />
    </Stack>
  );
}

function ConfirmForm(props: StepProps & { readonly step: (typeof confirmedSteps)[number] }) {
  const { step, isBusy, onAction } = props;
  const saw = useEntry('', (text) => readText(text, 5, 500));
  const say = (isRight: boolean) => {
    saw.insist();
    if (saw.read.ok) onAction({ act: 'confirm', step, isRight, saw: saw.read.value });
  };
  return (
    <Stack gap="sm">
      <EntryField entry={saw} label="What do you see?" note={seen[step]} />
      <Group grow gap="sm">
        <Button size="md" loading={isBusy} onClick={() => say(true)}>
          It is right
        </Button>
        <Button size="md" variant="default" loading={isBusy} onClick={() => say(false)}>
          It is not
        </Button>
      </Group>
    </Stack>
  );
}

const seen: Record<(typeof confirmedSteps)[number], string> = {
  carryOver: 'The credit that the display shows now',
  testToken: 'The display’s answer to the token',
  switchOpen: 'Open the switch at the meter: a lamp behind it goes dark',
  switchClose: 'Close it again: the lamp burns',
  load: 'Switch on a known load: the meter counts it',
};

function DisplayForm({ isBusy, onAction }: StepProps) {
  const shown = useEntry('', readKwh);
  const send = () => {
    if (shown.read.ok) onAction({ act: 'display', importEnergyWh: shown.read.value });
  };
  return (
    <Fields entries={[shown]} submit="Compare" isBusy={isBusy} onSubmit={send}>
      <EntryField
        entry={shown}
        label="Reading on the display"
        unit="kWh"
        note="The meter has reported; what does its display say?"
        numeric
      />
    </Fields>
  );
}

const readWatts = (text: string) => {
  const watts = readCount(text, 100_000);
  return watts.ok && watts.value < 20 ? err('Take a load of 20 W or more.') : watts;
};

function LoadForm({ isBusy, onAction }: StepProps) {
  const load = useEntry('', readWatts);
  const send = () => {
    if (!load.read.ok) return;
    const watts = load.read.value;
    const [lowW, highW] = [Math.floor(watts * 0.75), Math.ceil(watts * 1.25)];
    onAction({ act: 'load', lowW, highW });
  };
  return (
    <Fields entries={[load]} submit="Measure it" isBusy={isBusy} onSubmit={send}>
      <EntryField
        entry={load}
        label="Load that is switched on now"
        unit="W"
        note="All that runs behind the meter; a quarter more or less is right"
        numeric
      />
    </Fields>
  );
}

function StartReadingForm({ isBusy, onAction }: StepProps) {
  const reading = useEntry('', readKwh);
  const note = useEntry('', (text) => readText(text, 0, 500));
  const send = () => {
    if (!reading.read.ok || !note.read.ok) return;
    onAction({ act: 'startReading', importEnergyWh: reading.read.value, note: note.read.value });
  };
  return (
    <Fields entries={[reading, note]} submit="Keep it" isBusy={isBusy} onSubmit={send}>
      <EntryField entry={reading} label="Reading on the display" unit="kWh" numeric />
      <EntryField entry={note} label="Remarks" note="Seals, place, where photographs are" long />
    </Fields>
  );
}

/** Ends a try that does not work; its words stay with it. */
export function FailForm({ view, isBusy, onAction }: StepProps) {
  const [isOpen, setIsOpen] = useState(false);
  const reason = useEntry('', (text) => readText(text, 5, 500));
  if (!isOpen) {
    return (
      <Button variant="subtle" color="gray" fullWidth onClick={() => setIsOpen(true)}>
        It does not work
      </Button>
    );
  }
  const send = () => {
    if (reason.read.ok) onAction({ act: 'fail', step: view.step, reason: reason.read.value });
  };
  return (
    <Fields entries={[reason]} submit="Keep it as failed" isBusy={isBusy} onSubmit={send}>
      <EntryField entry={reason} label="What is wrong?" long />
    </Fields>
  );
}
