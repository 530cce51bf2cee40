CREATE TABLE entries (
  id BIGINT PRIMARY KEY,
  round TEXT NOT NULL,
  at TIMESTAMPTZ NOT NULL,
  "by" TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  unit TEXT NOT NULL
);

CREATE UNIQUE INDEX entries_once ON entries (round, kind, subject)
  WHERE kind IN ('round_opened', 'form_raised', 'dispatched', 'received', 'seen', 'passed_over');

CREATE INDEX entries_last ON entries (round, kind, subject, id);

CREATE TABLE round_opened (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  form TEXT NOT NULL,
  version BIGINT NOT NULL,
  form_digest TEXT NOT NULL,
  year BIGINT NOT NULL,
  due DATE NOT NULL,
  timezone TEXT NOT NULL,
  language TEXT NOT NULL
);

CREATE TABLE form_raised (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  form TEXT NOT NULL,
  version BIGINT NOT NULL,
  form_digest TEXT NOT NULL
);

CREATE TABLE unit_listed (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  unit TEXT NOT NULL,
  name TEXT NOT NULL,
  parent TEXT NOT NULL,
  emails JSON NOT NULL,
  contact TEXT NOT NULL,
  members JSON NOT NULL,
  state TEXT NOT NULL,
  successor TEXT NOT NULL,
  due DATE,
  why TEXT NOT NULL
);

CREATE TABLE dispatched (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  unit TEXT NOT NULL,
  kind TEXT NOT NULL,
  serial BIGINT NOT NULL,
  correction BIGINT NOT NULL,
  version BIGINT NOT NULL,
  file TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  layout TEXT NOT NULL,
  answers TEXT NOT NULL
);

CREATE TABLE received (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  suffix TEXT NOT NULL,
  size BIGINT NOT NULL,
  received_at TIMESTAMPTZ NOT NULL,
  source TEXT NOT NULL
);

CREATE TABLE seen (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  stamp TEXT NOT NULL
);

CREATE TABLE passed_over (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  source TEXT NOT NULL,
  stamp TEXT NOT NULL,
  why TEXT NOT NULL,
  detail TEXT NOT NULL
);

CREATE TABLE recognised (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  sha256 TEXT NOT NULL,
  standing TEXT NOT NULL,
  unit TEXT NOT NULL,
  unit_name TEXT NOT NULL,
  serial BIGINT NOT NULL,
  correction BIGINT NOT NULL,
  form TEXT NOT NULL,
  version BIGINT NOT NULL,
  year BIGINT,
  of_round TEXT NOT NULL,
  verdict TEXT NOT NULL,
  detail TEXT NOT NULL
);

CREATE TABLE reviewed (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  sha256 TEXT NOT NULL,
  unit TEXT NOT NULL,
  state TEXT NOT NULL,
  errors BIGINT NOT NULL,
  warnings BIGINT NOT NULL,
  waived BIGINT NOT NULL,
  findings JSON NOT NULL,
  basis TEXT NOT NULL
);

CREATE TABLE rejected (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  sha256 TEXT NOT NULL,
  unit TEXT NOT NULL,
  why TEXT NOT NULL,
  remarks JSON NOT NULL
);

CREATE TABLE waived (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  unit TEXT NOT NULL,
  key TEXT NOT NULL,
  code TEXT NOT NULL,
  title TEXT NOT NULL,
  why TEXT NOT NULL,
  until DATE,
  withdrawn BOOLEAN NOT NULL
);

CREATE TABLE merged (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  sha256 TEXT NOT NULL,
  file TEXT NOT NULL,
  units BIGINT NOT NULL,
  rows BIGINT NOT NULL
);

CREATE TABLE closed (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  why TEXT NOT NULL
);

CREATE TABLE reopened (
  entry BIGINT PRIMARY KEY REFERENCES entries (id),
  why TEXT NOT NULL
);
