// A dim programme in a form: when lamps burn and how brightly, with tonight by it and the energy of
// a year before anything is kept.

import {
  Button,
  Checkbox,
  CloseButton,
  Group,
  NativeSelect,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import type { DimProgrammeJson, LightPreview } from '@prewatt/api';
import { countText, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { keepProgramme, lightKey, previewQuery } from '../../api/lights.ts';
import { useAction } from '../../api/use-action.ts';
import { readText } from '../../text/entries.ts';
import { kwhText } from '../../text/numbers.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { FailureNote } from '../../ui/states.tsx';
import {
  allDays,
  draftOf,
  type MomentDraft,
  type MomentKind,
  momentKinds,
  type PlanDraft,
  readProgramme,
  type StepDraft,
  usualProgramme,
} from './draft.ts';
import styles from './lights.module.css';
import { NightStrip } from './night-strip.tsx';

type ProgrammeFormProps = {
  readonly connectionId: string;
  /** Null: a new one. */
  readonly programme: { readonly name: string; readonly document: DimProgrammeJson } | null;
  readonly onClose: () => void;
};

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const mostSteps = 12;
const mostPlans = 12;

export function ProgrammeForm({ connectionId, programme, onClose }: ProgrammeFormProps) {
  const [plans, setPlans] = useState(() => draftOf(programme?.document ?? usualProgramme));
  const name = useEntry(programme?.name ?? '', (text) => readText(text, 1, 60));
  const read = readProgramme(plans);
  const [insisted, setInsisted] = useState(false);
  const document = useEntry('', () => (read.ok ? ok(read.value) : read));
  const action = useAction({
    run: (body: Parameters<typeof keepProgramme>[1]) => keepProgramme(connectionId, body),
    stale: [lightKey(connectionId)],
    onDone: onClose,
  });
  const change = (key: string, more: Partial<PlanDraft>) =>
    setPlans(plans.map((plan) => (plan.key === key ? { ...plan, ...more } : plan)));
  return (
    <DialogForm
      submit="Keep the programme"
      action={action}
      entries={[name, { ...document, insist: () => setInsisted(true) }]}
      onCancel={onClose}
      onSubmit={() => {
        if (!name.read.ok || !read.ok) return;
        action.mutate({ name: name.read.value, document: read.value });
      }}
    >
      {programme === null && (
        <EntryField entry={name} label="Name" note="Groups of lamps go by it" focus />
      )}
      {plans.map((plan, index) => (
        <Plan
          key={plan.key}
          plan={plan}
          title={plans.length === 1 ? 'Each night' : `Plan ${index + 1}`}
          isOnly={plans.length === 1}
          onChange={(more) => change(plan.key, more)}
          onRemove={() => setPlans(plans.filter(({ key }) => key !== plan.key))}
        />
      ))}
      {plans.length < mostPlans && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => setPlans([another(plans), ...plans])}
        >
          Add another plan
        </Button>
      )}
      {!read.ok && (
        <Text size="sm" c={insisted ? 'red' : 'dimmed'} role={insisted ? 'alert' : 'status'}>
          {read.error}
        </Text>
      )}
      <Preview
        connectionId={connectionId}
        programme={programme?.name ?? ''}
        document={read.ok ? read.value : null}
      />
    </DialogForm>
  );
}

/** Like the first one, and before it: the first plan that fits a night holds. */
function another(plans: readonly PlanDraft[]): PlanDraft {
  const [first] = plans;
  const like = first ?? draftOf(usualProgramme)[0];
  if (like === undefined) throw new Error('a usual programme without a plan');
  return { ...like, key: `plan ${Date.now()}`, weekdays: [6, 7] };
}

type PlanProps = {
  readonly plan: PlanDraft;
  readonly title: string;
  readonly isOnly: boolean;
  readonly onChange: (more: Partial<PlanDraft>) => void;
  readonly onRemove: () => void;
};

function Plan({ plan, title, isOnly, onChange, onRemove }: PlanProps) {
  const { steps } = plan;
  const step = (key: string, more: Partial<StepDraft>) =>
    onChange({ steps: steps.map((each) => (each.key === key ? { ...each, ...more } : each)) });
  const add = () => {
    const added: StepDraft = {
      ...{ key: `step ${Date.now()}`, at: { kind: 'clock', text: '23:00' }, level: '50' },
    };
    onChange({ steps: [...steps, added] });
  };
  return (
    <fieldset className={styles.plan}>
      <legend>{title}</legend>
      <Stack gap="sm">
        {!isOnly && <Days plan={plan} onChange={onChange} />}
        <div className={styles.moment}>
          <Moment label="On" moment={plan.on} onChange={(on) => onChange({ on })} ofSunset />
          <Level label="Level" level={plan.level} onChange={(level) => onChange({ level })} />
        </div>
        {steps.map((each, index) => (
          <div className={styles.moment} key={each.key}>
            <Moment
              label={`Step ${index + 1}`}
              moment={each.at}
              onChange={(at) => step(each.key, { at })}
            />
            <Level
              label="Level"
              level={each.level}
              onChange={(level) => step(each.key, { level })}
            />
            <CloseButton
              aria-label={`Remove step ${index + 1}`}
              mb={4}
              onClick={() => onChange({ steps: steps.filter(({ key }) => key !== each.key) })}
            />
          </div>
        ))}
        <div className={styles.moment}>
          <Moment label="Off" moment={plan.off} onChange={(off) => onChange({ off })} ofSunrise />
        </div>
        <Group gap="xs">
          {steps.length < mostSteps && (
            <Button variant="default" size="compact-sm" onClick={add}>
              Add a step
            </Button>
          )}
          {!isOnly && (
            <Button variant="default" size="compact-sm" onClick={onRemove}>
              Remove this plan
            </Button>
          )}
        </Group>
      </Stack>
    </fieldset>
  );
}

function Days({ plan, onChange }: Pick<PlanProps, 'plan' | 'onChange'>) {
  return (
    <>
      <Checkbox.Group
        label="Nights that begin on"
        value={plan.weekdays.map(String)}
        onChange={(days) => onChange({ weekdays: days.map(Number) })}
      >
        <Group gap="xs" mt={4}>
          {allDays.map((day) => (
            <Checkbox key={day} value={String(day)} label={dayNames[day - 1]} size="xs" />
          ))}
        </Group>
      </Checkbox.Group>
      <Group gap="xs" grow>
        <TextInput
          label="Season from"
          placeholder="all year"
          value={plan.from}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
        />
        <TextInput
          label="to"
          placeholder="all year"
          value={plan.to}
          onChange={(event) => onChange({ to: event.currentTarget.value })}
        />
      </Group>
    </>
  );
}

type MomentProps = {
  readonly label: string;
  readonly moment: MomentDraft;
  readonly onChange: (moment: MomentDraft) => void;
  /** Lamps come on by the clock or by sunset, and go off by the clock or by sunrise. */
  readonly ofSunset?: boolean;
  readonly ofSunrise?: boolean;
};

const kindsOf = ({ ofSunset = false, ofSunrise = false }: Partial<MomentProps>): MomentKind[] =>
  (Object.keys(momentKinds) as MomentKind[]).filter(
    (kind) => !((ofSunset && kind.endsWith('Sunrise')) || (ofSunrise && kind.endsWith('Sunset'))),
  );

function Moment(props: MomentProps) {
  const { label, moment, onChange } = props;
  const { kind, text } = moment;
  const isClock = kind === 'clock';
  const kinds = kindsOf(props);
  const choose = (value: string) => {
    const next = kinds.find((known) => known === value) ?? kind;
    const isSame = (next === 'clock') === isClock;
    onChange({ kind: next, text: isSame ? text : next === 'clock' ? '23:00' : '0' });
  };
  return (
    <>
      <NativeSelect
        label={label}
        value={kind}
        data={kinds.map((value) => ({ value, label: momentKinds[value] }))}
        onChange={(event) => choose(event.currentTarget.value)}
      />
      <TextInput
        label={isClock ? 'Time' : 'Minutes'}
        aria-label={`${label}: ${isClock ? 'time' : 'minutes'}`}
        inputMode={isClock ? 'text' : 'numeric'}
        value={text}
        onChange={(event) => onChange({ kind, text: event.currentTarget.value })}
      />
    </>
  );
}

function Level(props: {
  readonly label: string;
  readonly level: string;
  readonly onChange: (level: string) => void;
}) {
  return (
    <TextInput
      label={`${props.label} (%)`}
      inputMode="numeric"
      value={props.level}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

const settledAfterMs = 400;

/** Asked for when somebody has stopped typing. */
function useSettled<T>(value: T, key: string): T {
  const [settled, setSettled] = useState({ value, key });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ value, key }), settledAfterMs);
    return () => clearTimeout(timer);
  }, [value, key]);
  return settled.value;
}

function Preview(props: {
  readonly connectionId: string;
  readonly programme: string;
  readonly document: DimProgrammeJson | null;
}) {
  const { connectionId, programme } = props;
  const id = useId();
  const [kept, setKept] = useState({ text: '', document: props.document });
  const text = JSON.stringify(props.document);
  if (kept.text !== text) setKept({ text, document: props.document });
  const document = useSettled(kept.document, kept.text);
  const { data, error } = useQuery(previewQuery(connectionId, { document, programme }));
  return (
    <section aria-labelledby={id}>
      <Text id={id} size="sm" fw={600} mb={4}>
        Preview
      </Text>
      {error !== null && <FailureNote failure={error} />}
      {data !== undefined && (
        <Stack gap={6}>
          <NightStrip label="Tonight by this programme" night={data.night} />
          <Text size="sm" role="status">
            {yearWords(data.year)}
          </Text>
        </Stack>
      )}
    </section>
  );
}

export function yearWords(year: LightPreview['year']): string {
  const hours = `${year.burningHours} hours of light a year`;
  if (year.lamps === 0) return `${hours}. Its energy is known once there are lamps.`;
  const now = BigInt(year.nowEnergyWh);
  const next = BigInt(year.energyWh);
  const whose = year.isOfAll
    ? `all ${countText(year.lamps, 'lamp')}`
    : countText(year.lamps, 'lamp');
  const change = now === 0n ? 0 : Math.round(Number(((next - now) * 1_000n) / now) / 10);
  const against =
    change === 0
      ? 'as they use now'
      : `${kwhText(year.nowEnergyWh, 0)} now, ${Math.abs(change)} % ${change < 0 ? 'less' : 'more'}`;
  return `${hours}; ${kwhText(year.energyWh, 0)} a year for ${whose} (${against}).`;
}
