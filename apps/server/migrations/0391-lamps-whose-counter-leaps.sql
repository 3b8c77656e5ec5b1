-- A lamp whose counter has leapt by more than it can have burnt: what it says is not charged until its controller is linked anew.

SET LOCAL search_path = prewatt;

ALTER TABLE lamps DROP CONSTRAINT lamps_fault_check;
ALTER TABLE lamps ADD CONSTRAINT lamps_fault_check
  CHECK (fault IN ('dark', 'burnsByDay', 'overPower', 'underPower', 'flickers', 'silent', 'leaps'));
