// By which rule tampering is fined: one for all tariffs, and others for some. An administrator sets
// them; each fine is still asked for and allowed by two people.

import { NativeSelect, Stack, Text, Title } from '@mantine/core';
import type { FineRuleBody, FineRules as Rules } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { casesKey, fineRulesQuery, setFineRule } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useSession } from '../../shell/session.tsx';
import { readMoney, readText } from '../../text/entries.ts';
import { moneyText } from '../../text/numbers.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, Instant, panel } from '../../ui/show.tsx';

export function FineRules() {
  const { data } = useQuery(fineRulesQuery);
  const [asks, setAsks] = useState(false);
  const { role } = useSession();
  if (data === undefined) return null;
  const why = role === 'administrator' ? null : 'An administrator sets the rule';
  return (
    <section className={panel} aria-label="Fines for tampering">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Fines for tampering
        </Title>
        {data.rules.length === 0 ? (
          <Text size="sm">There is no rule yet, so nobody is fined.</Text>
        ) : (
          <dl className={facts}>
            {data.rules.map((rule) => (
              <RuleFact key={rule.tariffName ?? ''} rule={rule} />
            ))}
          </dl>
        )}
        <div>
          <ActionButton size="compact-sm" why={why} onClick={() => setAsks(true)}>
            Set a rule
          </ActionButton>
        </div>
      </Stack>
      <Dialog opened={asks} onClose={() => setAsks(false)} title="Set a rule for fines">
        {asks && <RuleForm of={data} onClose={() => setAsks(false)} />}
      </Dialog>
    </section>
  );
}

function RuleFact({ rule }: { rule: Rules['rules'][number] }) {
  const currency = useCurrency();
  const share = rule.sharePercent === 0 ? '' : `, and ${rule.sharePercent} % of the energy`;
  return (
    <Fact
      name={rule.tariffName ?? 'All other tariffs'}
      note={
        <>
          {rule.setBy}, <Instant at={rule.setAt} withAge={false} />: {rule.reason}
        </>
      }
    >
      {moneyText(rule.fixedMinor, currency)}
      {share}
    </Fact>
  );
}

const readShare = (text: string) =>
  /^\d{1,3}$/.test(text.trim()) && Number(text) <= 300
    ? { ok: true as const, value: Number(text) }
    : { ok: false as const, error: 'A whole number from 0 to 300.' };

function RuleForm({ of, onClose }: { of: Rules; onClose: () => void }) {
  const currency = useCurrency();
  const [tariffName, setTariffName] = useState('');
  const fixed = useEntry('', (text) => readMoney(text, currency, 'allowed'));
  const share = useEntry('0', readShare);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const action = useAction({
    run: (body: Omit<FineRuleBody, 'requestId'>, requestId) => setFineRule({ ...body, requestId }),
    stale: [casesKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Set the rule"
      action={action}
      entries={[fixed, share, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!(fixed.read.ok && share.read.ok && reason.read.ok)) return;
        action.mutate({
          ...{ fixedMinor: fixed.read.value, sharePercent: share.read.value },
          ...{ reason: reason.read.value, tariffName: tariffName === '' ? null : tariffName },
        });
      }}
    >
      <NativeSelect
        label="For the tariff"
        value={tariffName}
        data={[
          { value: '', label: 'All that have no rule of their own' },
          ...of.tariffNames.map((name) => ({ value: name, label: name })),
        ]}
        onChange={({ currentTarget: { value } }) => setTariffName(value)}
      />
      <EntryField entry={fixed} label="Fixed amount" numeric focus />
      <EntryField
        entry={share}
        label="Share of what is asked for energy"
        unit="%"
        note="Of the same case"
        numeric
      />
      <EntryField entry={reason} label="Why" note="The decision or law that says so" long />
    </DialogForm>
  );
}
