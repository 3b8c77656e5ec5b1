// Leads a person whose role needs a second factor to where they turn it on. Fetched when shown.

import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import styles from './shell.module.css';

export default function SecondFactorBanner() {
  return (
    <div className={styles.banner} role="status">
      <span>
        Your role needs a second factor: a code from an app on your phone. Until it is on, you can
        look, but change nothing.
      </span>
      <Button size="compact-sm" variant="default" component={Link} to="/account">
        Set it up
      </Button>
    </div>
  );
}
