-- A version of a tariff that is proposed, tried and asked for with one request: who asks for its approval once it was tried.

SET LOCAL search_path = prewatt;

ALTER TABLE tariff_back_tests
  -- Null: it is tried only, and somebody asks by hand.
  ADD COLUMN asks_by uuid;
