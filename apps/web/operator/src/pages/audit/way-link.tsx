// The way from a token to its key, where whoever is signed in may see it.

import { Link } from '@tanstack/react-router';
import { useSession } from '../../shell/session.tsx';

/** `of`: the sale or the grant that made the token. */
export function WayLink({ of, label }: { of: string; label: string }) {
  const { role } = useSession();
  if (role === 'operator' || role === 'technician') return null;
  return (
    <Link to="/audit/way/$of" params={{ of }} aria-label={`${label}, from token to key`}>
      Token to key
    </Link>
  );
}
