// The smart cards of a home: how each stands, what was loaded, what the meter sent back on it, and
// the buttons for a card that is lost, blocked, back, or to be replaced.

import { Group, Text, Title } from '@mantine/core';
import type { SmartCardJson } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changeSmartCard, issueSmartCard, smartCardsQuery } from '../../api/smart-cards.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { kwhText, moneyText } from '../../text/numbers.ts';
import {
  cardMediumLabels,
  cardNumberText,
  cardStateLabels,
  flagsText,
  loadText,
} from '../../text/smart-cards.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Fact, facts, Instant, panel } from '../../ui/show.tsx';

export function SmartCards({ connectionId }: { readonly connectionId: string }) {
  const { data } = useQuery(smartCardsQuery(connectionId));
  if (data === undefined) return null;
  return (
    <section className={panel} aria-labelledby="smart-cards">
      <Title order={2} size="h4" mb="xs" id="smart-cards">
        Smart cards
      </Title>
      {data.cards.length === 0 && <Text size="sm">This home has no smart card.</Text>}
      {data.cards.map((card) => (
        <Card key={card.cardNumber} connectionId={connectionId} card={card} />
      ))}
      <Act connectionId={connectionId} act={issueAct} />
    </section>
  );
}

function Card(props: { readonly connectionId: string; readonly card: SmartCardJson }) {
  const { connectionId, card } = props;
  const { state, load } = card;
  const acts =
    state === 'replaced'
      ? []
      : [
          ...(state === 'lost' ? [] : [lostAct]),
          ...(state === 'blocked' ? [] : [blockAct]),
          ...(state === 'issued' ? [] : [backAct]),
          replaceAct,
        ];
  return (
    <>
      <dl className={facts} aria-label={`Card ${cardNumberText(card.cardNumber)}`}>
        <Fact name={cardMediumLabels[card.medium]} note={cardStateLabels[state]}>
          {cardNumberText(card.cardNumber)}
        </Fact>
        <Fact name="Loaded last" note={load === null ? undefined : <Instant at={load.madeAt} />}>
          {loadText(card)}
        </Fact>
        {card.report !== null && <Report report={card.report} />}
        {card.refusal !== null && (
          <Fact name="Refused at a reader" note={<Instant at={card.refusal.at} />}>
            {card.refusal.text}
          </Fact>
        )}
      </dl>
      <Group gap="xs" mb="sm">
        {acts.map((act) => (
          <Act key={act.title} connectionId={connectionId} act={act} card={card} />
        ))}
      </Group>
    </>
  );
}

function Report({ report }: { readonly report: NonNullable<SmartCardJson['report']> }) {
  const currency = useCurrency();
  const left =
    report.availableMinor === null
      ? kwhText(report.availableEnergyWh)
      : moneyText(report.availableMinor, currency);
  return (
    <>
      <Fact name="Left in the meter then" note={<Instant at={report.saidAt} />}>
        {left}
      </Fact>
      <Fact name="Its register then">{kwhText(report.importEnergyWh)}</Fact>
      <Fact name="At the meter then">{flagsText(report.flags)}</Fact>
    </>
  );
}

type CardAct = {
  readonly title: string;
  readonly text: string;
  readonly run: (
    connectionId: string,
    o: { readonly card: SmartCardJson | undefined; readonly why: string; readonly id: string },
  ) => Promise<unknown>;
};

const moveTo =
  (state: 'issued' | 'lost' | 'blocked'): CardAct['run'] =>
  (connectionId, { card, why: reason }) =>
    changeSmartCard(connectionId, card?.cardNumber ?? '', { state, reason });

const lostAct: CardAct = {
  title: 'Report lost',
  text: 'No reader takes it any more. Its tokens can still be typed, or go onto another card.',
  run: moveTo('lost'),
};
const blockAct: CardAct = {
  title: 'Block',
  text: 'No reader takes it any more, until somebody says that it is in use again.',
  run: moveTo('blocked'),
};
const backAct: CardAct = {
  title: 'In use again',
  text: 'Readers take it as before.',
  run: moveTo('issued'),
};
const issue: CardAct['run'] = (connectionId, { card, why: reason, id: requestId }) =>
  issueSmartCard(connectionId, {
    ...{ requestId, reason, medium: card?.medium ?? 'memory' },
    ...(card === undefined ? {} : { replaces: card.cardNumber }),
  });
const madeBy =
  'At the reader of the office, “prewatt card make” writes its number on a blank card.';
const replaceAct: CardAct = {
  title: 'Replace',
  text: `Another card takes its place and brings what this one still had. ${madeBy}`,
  run: issue,
};
const issueAct: CardAct = {
  title: 'Issue a card',
  text: `The home gets a memory card with a number of its own. ${madeBy}`,
  run: issue,
};

type ActProps = {
  readonly connectionId: string;
  readonly act: CardAct;
  readonly card?: SmartCardJson;
};

function Act(props: ActProps) {
  const readOnly = useWhyReadOnly();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const { title } = props.act;
  return (
    <>
      <ActionButton why={readOnly} onClick={() => setOpen(true)}>
        {title}
      </ActionButton>
      <Dialog opened={open} onClose={close} title={`${title}: smart card`}>
        <ActForm {...props} onClose={close} />
      </Dialog>
    </>
  );
}

function ActForm({ connectionId, act, card, onClose }: ActProps & { onClose: () => void }) {
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (why: string, id) => act.run(connectionId, { card, why, id }),
    stale: [['connection', connectionId]],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit={act.title}
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => reason.read.ok && action.mutate(reason.read.value)}
    >
      <Text size="sm">{act.text}</Text>
      <EntryField entry={reason} label="Why" note="Kept with your name" long focus />
    </DialogForm>
  );
}
