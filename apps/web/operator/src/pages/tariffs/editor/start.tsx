// Where a tariff begins: a version of one that there is, a document that comes with the server, or
// an empty one.

import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import type { TariffRow, TariffTemplate } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { templatesQuery } from '../../../api/tariffs.ts';
import { QueryState } from '../../../ui/states.tsx';
import { baseVersion } from './base.ts';
import { Section } from './editing.tsx';
import styles from './editor.module.css';

const countryNames = new Intl.DisplayNames('en', { type: 'region' });

export function StartChoices({ tariffs }: { tariffs: readonly TariffRow[] }) {
  const templates = useQuery(templatesQuery);
  return (
    <Stack gap="md">
      {tariffs.length > 0 && <FromVersion tariffs={tariffs} />}
      <QueryState query={templates} height={120} />
      {templates.data !== undefined && <FromTemplate templates={templates.data.templates} />}
      <FromNothing />
    </Stack>
  );
}

function FromVersion({ tariffs }: { tariffs: readonly TariffRow[] }) {
  const navigate = useNavigate();
  return (
    <Section title="A new version of a tariff" note="It begins with what holds now.">
      <Group gap="sm">
        {tariffs.map((tariff) => {
          const base = baseVersion(tariff);
          if (base === undefined) return null;
          const open = () =>
            void navigate({ to: '/tariffs/change', search: { of: base.versionId } });
          return (
            <Button key={tariff.name} variant="default" onClick={open}>
              New version of {tariff.name}
            </Button>
          );
        })}
      </Group>
    </Section>
  );
}

function FromTemplate({ templates }: { templates: readonly TariffTemplate[] }) {
  const navigate = useNavigate();
  const countries = [...new Set(templates.map(({ country }) => country))];
  const [country, setCountry] = useState(countries[0] ?? '');
  const ofCountry = templates.filter((each) => each.country === country);
  const [chosen, setChosen] = useState('');
  const template = ofCountry.find((each) => each.template === chosen) ?? ofCountry[0];
  return (
    <Section
      title="A new tariff from a template"
      note="Tariffs of real utilities, as they were published. Name, zone and currency become yours; check every price."
    >
      <div className={styles.wideFields}>
        <NativeSelect
          label="Country"
          value={country}
          data={countries.map((code) => ({ value: code, label: countryNames.of(code) ?? code }))}
          onChange={({ currentTarget }) => setCountry(currentTarget.value)}
        />
        <NativeSelect
          label="Tariff"
          value={template?.template ?? ''}
          data={ofCountry.map((each) => ({
            value: each.template,
            label: `${each.utility}: ${each.customerClass} (${each.effectiveFrom.slice(0, 4)}, ${each.currency})`,
          }))}
          onChange={({ currentTarget }) => setChosen(currentTarget.value)}
        />
      </div>
      <Group mt="sm">
        <Button
          variant="default"
          disabled={template === undefined}
          onClick={() =>
            void navigate({
              to: '/tariffs/change',
              search: template === undefined ? {} : { template: template.template },
            })
          }
        >
          Begin with this template
        </Button>
      </Group>
    </Section>
  );
}

function FromNothing() {
  const navigate = useNavigate();
  return (
    <Section
      title="A new tariff from nothing"
      note="One price for every kWh, to which you add blocks, charges and taxes; or a document that you have as a file."
    >
      <Button
        variant="default"
        onClick={() => void navigate({ to: '/tariffs/change', search: { template: 'none' } })}
      >
        Begin with one price
      </Button>
    </Section>
  );
}
