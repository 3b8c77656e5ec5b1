// A tariff as a form: the document, its preview beside the version that holds, and one button that
// proposes it, has it tried on past sales and asks for its approval.

import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { businessClock } from '../../../api/queries.ts';
import { tariffsQuery, templateQuery, versionQuery } from '../../../api/tariffs.ts';
import { useSession } from '../../../shell/session.tsx';
import { civilDate } from '../../../text/time.ts';
import { BackLink, PageHeading } from '../../../ui/show.tsx';
import { QueryState } from '../../../ui/states.tsx';
import { nextNumber } from './base.ts';
import { emptyTariff, nextFirst, nextVersion, ownTariff } from './begin.ts';
import { Editor } from './editor.tsx';
import type { Json } from './json.ts';
import { StartChoices } from './start.tsx';
import { withTemporal } from './temporal.ts';

export default function ChangeTariffPage() {
  const { of, template } = useSearch({ from: '/signed-in/tariffs/change' });
  const tariffs = useQuery(tariffsQuery);
  const ready = useTemporal();
  const names = tariffs.data?.tariffs;
  return (
    <Stack gap="md">
      <BackLink to="/tariffs">All tariffs</BackLink>
      {of === undefined && (
        <PageHeading title={template === undefined ? 'Change a tariff' : 'New tariff'} />
      )}
      <QueryState query={tariffs} height={220} />
      {names !== undefined && of === undefined && template === undefined && (
        <StartChoices tariffs={names} />
      )}
      {names !== undefined && ready && of !== undefined && <OfVersion of={of} tariffs={names} />}
      {names !== undefined && ready && of === undefined && template !== undefined && (
        <OfTemplate template={template} names={names.map(({ name }) => name)} />
      )}
    </Stack>
  );
}

function useTemporal(): boolean {
  const [ready, setReady] = useState('Temporal' in globalThis);
  useEffect(() => {
    void withTemporal().then(() => setReady(true));
  }, []);
  return ready;
}

type OfVersionProps = {
  readonly of: string;
  readonly tariffs: NonNullable<ReturnType<typeof useTariffRows>>;
};

const useTariffRows = () => useQuery(tariffsQuery).data?.tariffs;

function OfVersion({ of, tariffs }: OfVersionProps) {
  const query = useQuery({ ...versionQuery(of), refetchInterval: false });
  const { utility } = useSession();
  const version = query.data;
  const row = tariffs.find(({ name }) => name === version?.tariffName);
  // What is edited does not move when the list is read again.
  const [number] = useState(() => (row === undefined ? null : nextNumber(row)));
  if (version === undefined || row === undefined) {
    return <QueryState query={query} height={320} />;
  }
  const next = number ?? nextNumber(row);
  const before = version.document as Json;
  const soonest = nextFirst(civilDate(businessClock.nowMs(), utility.zone));
  const firstDay = version.effectiveFrom < soonest ? soonest : nextFirst(version.effectiveFrom);
  return (
    <>
      <PageHeading title={`New version of ${row.name}`} />
      <Text c="dimmed" size="sm">
        Filled with version {version.version}. Change what is to change, look at the preview, and
        ask for approval.
      </Text>
      <Editor
        key={of}
        begin={nextVersion(before, { version: next, firstDay })}
        before={before}
        tariffName={row.name}
        names={[]}
      />
    </>
  );
}

function OfTemplate({ template, names }: { template: string; names: readonly string[] }) {
  const { utility } = useSession();
  const isEmpty = template === 'none';
  const query = useQuery({ ...templateQuery(template), enabled: !isEmpty });
  const firstDay = nextFirst(civilDate(businessClock.nowMs(), utility.zone));
  const own = { utility, firstDay };
  const document = query.data?.document as Json | undefined;
  if (document === undefined && !isEmpty) {
    return query.isError ? <QueryState query={query} height={320} /> : <Skeleton height={320} />;
  }
  const begin = document === undefined ? emptyTariff(own) : ownTariff(document, own);
  return <Editor key={template} begin={begin} before={null} tariffName={null} names={names} />;
}
