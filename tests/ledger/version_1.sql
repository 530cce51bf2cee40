-- One entry of each kind as version 1 kept them. Never edited: it is what old ledgers hold.
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (1, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'round_opened', '[]', '');
INSERT INTO round_opened (entry, form, version, form_digest, year, due, timezone, language)
  VALUES (1, 'department-performance', 1, 'ef56', 2026, '2026-03-31', 'Asia/Shanghai', 'zh');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (2, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'form_raised', '[2]', '');
INSERT INTO form_raised (entry, form, version, form_digest)
  VALUES (2, 'department-performance', 2, '0a9b');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (3, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'unit_listed', '["301"]', '301');
INSERT INTO unit_listed (entry, unit, name, parent, emails, contact, members, state, successor, due, why)
  VALUES (3, '301', '教育局', '教育口', '["a@example.org","b@example.org"]', '李 ''Robert''); DROP TABLE entries;--', '{"projects":[{"code":"1300","name":"校舍"},{"code":"1301","name":""}]}', 'merged', '302', '2026-04-07', '机构改革');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (4, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'dispatched', '["301","issue",1,0,""]', '301');
INSERT INTO dispatched (entry, unit, kind, serial, correction, version, file, sha256, layout, answers)
  VALUES (4, '301', 'issue', 1, 0, 1, '发件箱/301.xlsx', 'cd34', '', '');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (5, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'received', '["ab12"]', '');
INSERT INTO received (entry, sha256, name, suffix, size, received_at, source)
  VALUES (5, 'ab12', '回复.xlsx', '.xlsx', 20480, '2026-03-01T12:00:00.000000+00:00', '收件箱/回复.xlsx');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (6, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'seen', '["ab12","再来/回复 (1).xlsx","2026-03-02"]', '');
INSERT INTO seen (entry, sha256, name, source, stamp)
  VALUES (6, 'ab12', '回复 (1).xlsx', '再来/回复 (1).xlsx', '2026-03-02');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (7, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'recognised', '["ab12"]', '301');
INSERT INTO recognised (entry, sha256, standing, unit, unit_name, serial, correction, form, version, year, of_round, verdict, detail)
  VALUES (7, 'ab12', 'ours', '301', '', 1, 0, '', 0, NULL, '', 'intact', '');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (8, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'reviewed', '["ab12"]', '301');
INSERT INTO reviewed (entry, sha256, unit, state, errors, warnings, waived, findings, basis)
  VALUES (8, 'ab12', '301', 'errors', 2, 0, 0, '[{"code":"sum-differs","message":"合计不对"},{"code":"empty","message":""}]', '');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (9, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'rejected', '["ab12"]', '301');
INSERT INTO rejected (entry, sha256, unit, why, remarks)
  VALUES (9, 'ab12', '301', '补充依据', '[{"cell":"B7","text":"?"}]');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (10, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'waived', '["301","k1"]', '301');
INSERT INTO waived (entry, unit, key, code, title, why, until, withdrawn)
  VALUES (10, '301', 'k1', 'odd-value', '数值异常', '属实', '2026-12-31', FALSE);
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (11, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'merged', '["master.xlsx"]', '');
INSERT INTO merged (entry, sha256, file, units, rows)
  VALUES (11, '98fe', 'master.xlsx', 1, 45);
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (12, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'closed', '[]', '');
INSERT INTO closed (entry, why)
  VALUES (12, '收齐');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (13, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'reopened', '[]', '');
INSERT INTO reopened (entry, why)
  VALUES (13, '');
INSERT INTO entries (id, round, at, "by", kind, subject, unit)
  VALUES (14, '2026-department-performance', '2026-03-01T12:00:00.000000+00:00', '李', 'passed_over', '["再来/说明.docx","2026-03-02"]', '');
INSERT INTO passed_over (entry, source, stamp, why, detail)
  VALUES (14, '再来/说明.docx', '2026-03-02', 'no-workbook', '');
