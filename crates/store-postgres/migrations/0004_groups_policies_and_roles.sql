-- Users get company: groups, roles, policies that are kept once and attached to many, and what ties them
-- together.

-- None of its access keys may sign.
ALTER TABLE pharos.accounts ADD COLUMN is_disabled boolean NOT NULL DEFAULT false;

ALTER TABLE pharos.users ADD COLUMN profile text NOT NULL DEFAULT '{}'; -- JSON: nothing is looked for in it

ALTER TABLE pharos.access_keys ADD COLUMN description text;
ALTER TABLE pharos.access_keys ADD COLUMN last_used_time bigint; -- NULL: never since that is noted

-- Ids are unsigned 64-bit, as numbers of accounts and users are.
CREATE TABLE pharos.directory (
    account  bigint NOT NULL REFERENCES pharos.accounts (account),
    kind     text COLLATE "C" NOT NULL CHECK (kind IN ('group', 'policy', 'role')),
    id       bigint NOT NULL,
    document text   NOT NULL, -- JSON: nothing is looked for in it
    PRIMARY KEY (account, kind, id)
);

-- No reference to the policy: preset ones are not kept.
CREATE TABLE pharos.attachments (
    account       bigint NOT NULL REFERENCES pharos.accounts (account),
    kind          text COLLATE "C" NOT NULL CHECK (kind IN ('group', 'role', 'user')),
    id            bigint NOT NULL,
    policy_id     bigint NOT NULL,
    attached_time bigint NOT NULL,
    PRIMARY KEY (account, kind, id, policy_id)
);

CREATE TABLE pharos.memberships (
    account     bigint NOT NULL,
    user_uin    bigint NOT NULL,
    group_id    bigint NOT NULL,
    joined_time bigint NOT NULL,
    PRIMARY KEY (account, user_uin, group_id),
    FOREIGN KEY (account, user_uin) REFERENCES pharos.users (account, user_uin)
);

-- Each document of a user becomes a policy: `PolicyRecord::of_user` says which id and name it has.
INSERT INTO pharos.directory (account, kind, id, document)
SELECT account, 'policy', 1000000 + of_account,
       json_build_object(
           'policy_id', 1000000 + of_account,
           'name', 'user-' || number || '-' || of_user,
           'document', document,
           'description', '',
           'tags', json_build_array(),
           'created_time', made,
           'updated_time', made)::text
  FROM (SELECT p.account, p.document,
               row_number() OVER (PARTITION BY p.account
                                  ORDER BY p.user_uin < 0, p.user_uin, p.position) AS of_account,
               row_number() OVER (PARTITION BY p.account, p.user_uin
                                  ORDER BY p.position) AS of_user,
               p.user_uin::numeric
                   + CASE WHEN p.user_uin < 0 THEN 18446744073709551616 ELSE 0 END AS number,
               to_char(to_timestamp(u.created_time) AT TIME ZONE 'UTC',
                       'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS made
          FROM pharos.user_policies AS p
          JOIN pharos.users AS u ON u.account = p.account AND u.user_uin = p.user_uin) AS theirs;

INSERT INTO pharos.attachments (account, kind, id, policy_id, attached_time)
SELECT p.account, 'user', p.user_uin,
       1000000 + row_number() OVER (PARTITION BY p.account
                                    ORDER BY p.user_uin < 0, p.user_uin, p.position),
       u.created_time
  FROM pharos.user_policies AS p
  JOIN pharos.users AS u ON u.account = p.account AND u.user_uin = p.user_uin;

DROP TABLE pharos.user_policies;
