-- Users get company: groups, roles, policies that are kept once and attached to many, and what ties them
-- together.

-- None of its access keys may sign.
ALTER TABLE accounts ADD COLUMN is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1));

ALTER TABLE users ADD COLUMN profile TEXT NOT NULL DEFAULT '{}'; -- JSON: nothing is looked for in it

ALTER TABLE access_keys ADD COLUMN description    TEXT;
ALTER TABLE access_keys ADD COLUMN last_used_time INTEGER; -- NULL: never since that is noted

-- With a rowid: a document may be longer than a page.
CREATE TABLE directory (
    account  INTEGER NOT NULL REFERENCES accounts (uin),
    kind     TEXT    NOT NULL CHECK (kind IN ('group', 'policy', 'role')),
    id       INTEGER NOT NULL,
    document TEXT    NOT NULL, -- JSON: nothing is looked for in it
    PRIMARY KEY (account, kind, id)
) STRICT;

-- No reference to the policy: preset ones are not kept.
CREATE TABLE attachments (
    account       INTEGER NOT NULL REFERENCES accounts (uin),
    kind          TEXT    NOT NULL CHECK (kind IN ('group', 'role', 'user')),
    id            INTEGER NOT NULL,
    policy_id     INTEGER NOT NULL,
    attached_time INTEGER NOT NULL,
    PRIMARY KEY (account, kind, id, policy_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE memberships (
    account     INTEGER NOT NULL,
    user        INTEGER NOT NULL,
    group_id    INTEGER NOT NULL,
    joined_time INTEGER NOT NULL,
    PRIMARY KEY (account, user, group_id),
    FOREIGN KEY (account, user) REFERENCES users (account, uin)
) STRICT, WITHOUT ROWID;

-- The documents in `user_policies` become policies by the program, then that table goes.
