-- A trial of rules over the past takes it that every home uses emergency credit, or that none does.
ALTER TABLE prewatt.protection_replays ADD COLUMN takes_emergency boolean NOT NULL DEFAULT true;
