CREATE TABLE posting (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  message_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  purpose TEXT NOT NULL,
  about TEXT NOT NULL,
  addresses JSON NOT NULL,
  title TEXT NOT NULL,
  sha256 TEXT NOT NULL
);

CREATE TABLE posted (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  message_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  refused JSON NOT NULL
);

CREATE TABLE mail_came (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  place TEXT NOT NULL,
  file TEXT NOT NULL,
  kind TEXT NOT NULL,
  message_id TEXT NOT NULL,
  sender TEXT NOT NULL,
  title TEXT NOT NULL,
  sent_at TIMESTAMPTZ,
  about TEXT NOT NULL,
  failed JSON NOT NULL,
  reason TEXT NOT NULL
);

CREATE TABLE mail_done (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  place TEXT NOT NULL,
  how TEXT NOT NULL
);

DROP INDEX entries_once;

CREATE UNIQUE INDEX entries_once ON entries (round, kind, subject)
  WHERE kind IN ('round_opened', 'form_raised', 'dispatched', 'received', 'seen', 'passed_over',
    'posting', 'mail_came', 'mail_done');
