// The photos of a visit that the server has, small; each opens whole.

import { Group } from '@mantine/core';
import type { CaseDetail } from '@prewatt/api';
import { photoPath } from '../../api/revenue.ts';
import { useSession } from '../../shell/session.tsx';

export function PhotosShown({ of }: { readonly of: CaseDetail }) {
  if (useSession().role === 'viewer') return null;
  return (
    <Group gap="xs" my="xs">
      {of.photos.map(({ name, sha256 }) => (
        <a key={sha256} href={photoPath(of.caseId, sha256)} target="_blank" rel="noreferrer">
          <img
            src={photoPath(of.caseId, sha256)}
            alt={name}
            loading="lazy"
            width={144}
            height={108}
            style={{ objectFit: 'cover', display: 'block' }}
          />
        </a>
      ))}
    </Group>
  );
}
