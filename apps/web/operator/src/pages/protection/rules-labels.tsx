// Rules in plain sentences, part by part.

import { Stack, Text, Title } from '@mantine/core';
import type { ProtectionRulesAnswer } from '@prewatt/api';

export function RulesText({ words }: Pick<ProtectionRulesAnswer, 'words'>) {
  return (
    <Stack gap="md">
      {words.map(({ title, sentences }) => (
        <section key={title}>
          <Title order={2} mb={4}>
            {title}
          </Title>
          {sentences.map((sentence) => (
            <Text size="sm" key={sentence} maw="70ch">
              {sentence}
            </Text>
          ))}
        </section>
      ))}
    </Stack>
  );
}
