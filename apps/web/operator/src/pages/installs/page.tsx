// One install job on a technician's phone: what comes next, what is done, and the end.

import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { type InstallDetail, type InstallStepView, installStepNames } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { installQuery } from '../../api/installs.ts';
import { useSession } from '../../shell/session.tsx';
import { powerText } from '../../text/numbers.ts';
import {
  Age,
  BackLink,
  Fact,
  facts,
  MeterNumber,
  PageHeading,
  panel,
  StateBadge,
  SwitchState,
} from '../../ui/show.tsx';
import { FailureNote, QueryState } from '../../ui/states.tsx';
import { EndJob, History, OfficeActions } from './job-ends.tsx';
import { jobLabel, kindLabels, stepLabels, waitLabels } from './labels.ts';
import { FailForm, StepForm } from './step-forms.tsx';
import { type Actions, useActions } from './use-actions.ts';

export default function InstallPage() {
  const { installId } = useParams({ from: '/signed-in/installs/$installId' });
  return <Job key={installId} installId={installId} />;
}

function Job({ installId }: { installId: string }) {
  const query = useQuery(installQuery(installId));
  const actions = useActions(installId);
  const job = query.data;
  return (
    <Stack gap="md" maw="40rem">
      <BackLink to="/installs">All install jobs</BackLink>
      {job === undefined && <PageHeading title="Install job" />}
      <QueryState query={query} height={320} />
      {job !== undefined && (
        <>
          <PageHeading title={job.name} aside={<StateBadge label={jobLabel(job)} />} />
          <About job={job} />
          <Waiting actions={actions} />
          {job.mayTake && (
            <Button
              size="md"
              loading={actions.isBusy}
              onClick={() => actions.send({ part: 'take', body: {} })}
            >
              Take this job
            </Button>
          )}
          <Steps job={job} actions={actions} />
          <EndJob job={job} actions={actions} />
          <OfficeActions job={job} actions={actions} />
          <History job={job} />
        </>
      )}
    </Stack>
  );
}

function Waiting({ actions }: { actions: Actions }) {
  // In sight wherever on the long page the button was.
  return (
    <div role="status" style={{ position: 'sticky', top: '3.75rem', zIndex: 5 }}>
      {actions.isWaiting && (
        <Alert color="yellow" variant="filled" autoContrast title="No connection">
          What you did is kept on this phone and sent as soon as the server answers.
        </Alert>
      )}
      {actions.failure !== null && (
        <div style={{ background: 'var(--mantine-color-body)' }}>
          <FailureNote failure={actions.failure} />
        </div>
      )}
    </div>
  );
}

function About({ job }: { job: InstallDetail }) {
  const { meterState } = job;
  const seesConnections = useSession().role !== 'technician';
  return (
    <section className={panel} aria-label="Job">
      <dl className={facts}>
        <Fact name="Address">{job.address}</Fact>
        <Fact name="Kind">{kindLabels[job.kind]}</Fact>
        <Fact name="Customer">{job.customerName ?? 'No customer'}</Fact>
        <Fact name="Meter">
          {job.meterPan === null ? (
            'Whichever is brought'
          ) : seesConnections && job.connectionId !== null ? (
            <Link to="/connections/$connectionId" params={{ connectionId: job.connectionId }}>
              <MeterNumber meterPan={job.meterPan} />
            </Link>
          ) : (
            <MeterNumber meterPan={job.meterPan} />
          )}
        </Fact>
        {job.oldMeterPan !== null && (
          <Fact name="Old meter">
            <MeterNumber meterPan={job.oldMeterPan} />
          </Fact>
        )}
        <Fact name="Technician">{job.assignedTo?.name ?? 'Anybody'}</Fact>
        {meterState !== null && (
          <>
            <Fact
              name="Last contact"
              note={job.hasLink && meterState.linkUp === false ? 'Link down' : undefined}
            >
              <Age at={meterState.lastContactAt} />
            </Fact>
            <Fact name="Supply" note={meterState.isOutOfCredit ? 'Out of credit' : undefined}>
              <SwitchState loadSwitch={meterState.loadSwitch} />
            </Fact>
            <Fact name="Power now">{powerText(meterState.powerW)}</Fact>
          </>
        )}
      </dl>
      {job.note !== '' && (
        <Text size="sm" mt="sm">
          {job.note}
        </Text>
      )}
    </section>
  );
}

function Steps({ job, actions }: { job: InstallDetail; actions: Actions }) {
  return (
    <ol style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: '0.625rem' }}>
      {job.stepViews.map((view, index) => (
        <li key={view.step}>
          <Step job={job} view={view} number={index + 1} actions={actions} />
        </li>
      ))}
    </ol>
  );
}

type StepProps = {
  readonly job: InstallDetail;
  readonly view: InstallStepView;
  readonly number: number;
  readonly actions: Actions;
};

function Step({ job, view, number, actions }: StepProps) {
  const isDone = view.state === 'passed' || view.state === 'skipped';
  const isReady = job.mayWork && !isDone && view.after.length === 0;
  const title = `${number}. ${installStepNames[view.step]}`;
  const props = {
    job,
    view,
    isBusy: actions.isBusy,
    onAction: (body: Parameters<Parameters<typeof StepForm>[0]['onAction']>[0]) =>
      actions.send({ part: 'acts', body }),
  };
  return (
    <section className={panel} aria-label={installStepNames[view.step]}>
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} {...(isReady || isDone ? {} : { c: 'dimmed' })}>
            {title}
          </Title>
          <StateBadge label={stepLabels[view.state]} />
        </Group>
        <StepStatus view={view} />
        {isReady && (
          // A new try begins with empty fields.
          <div key={`${view.state} ${view.tries} ${view.waitsFor}`}>
            <StepForm {...props} />
            {view.waitsFor !== 'office' && <FailForm {...props} />}
          </div>
        )}
      </Stack>
    </section>
  );
}

function StepStatus({ view }: { view: InstallStepView }) {
  const first = view.after.map((step) => installStepNames[step].toLowerCase()).join(', ');
  return (
    <div role="status">
      {view.words !== null && (
        <Text size="sm" {...(view.state === 'failed' ? { c: 'red', fw: 550 } : {})}>
          {view.words}
        </Text>
      )}
      {view.waitsFor !== null && <Text size="sm">{waitLabels[view.waitsFor]}</Text>}
      {view.state !== 'running' && first !== '' && (
        <Text size="xs" c="dimmed">
          After: {first}
        </Text>
      )}
      {view.at !== null && (
        <Text size="xs" c="dimmed">
          {view.by ?? 'The meter'}, <Age at={view.at} />
          {view.tries > 1 ? `, try ${view.tries}` : ''}
        </Text>
      )}
    </div>
  );
}
