-- The audit log says from which address over the network, and is looked at by subject: who read whose pages lately, and how many wrong
-- passwords somebody's sign-in had. The server's role may read it and add to it, nothing else.

SET LOCAL search_path = prewatt;

ALTER TABLE operator_acts ADD COLUMN address text CHECK (length(address) BETWEEN 1 AND 64);
CREATE INDEX operator_acts_by_subject ON operator_acts (utility_id, subject, at DESC);
