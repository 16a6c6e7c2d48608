import { statements } from '../store/statement.ts'
import { type RowOf, table } from '../store/table.ts'

export const accountTable = table('account', {
  account: 'int',
  sid: 'text',
  name: 'text',
  epoch: 'big',
  auth_token: 'text',
  secondary_auth_token: 'text?',
  webhook_secret: 'text',
  webhook_secret_at: 'big',
  secondary_webhook_secret: 'text?',
  secondary_webhook_secret_at: 'big?',
  created_at: 'big',
})
export type AccountRow = RowOf<typeof accountTable>

export const apiKeyTable = table('api_key', {
  account: 'int',
  sid: 'text',
  name: 'text',
  secret_hash: 'text',
  created_at: 'big',
  revoked_at: 'big?',
})
export type ApiKeyRow = RowOf<typeof apiKeyTable>

export const sessionTable = table('session', {
  token_hash: 'text',
  account: 'int',
  key_sid: 'text?',
  credential_hash: 'text?',
  created_at: 'big',
  expires_at: 'big',
})
export type SessionRow = RowOf<typeof sessionTable>

export const idempotencyTable = table('idempotency', {
  account: 'int',
  idempotency_key: 'text',
  fingerprint: 'text',
  status: 'int',
  headers: 'text',
  body: 'text',
  created_at: 'big',
})
export type IdempotencyRow = RowOf<typeof idempotencyTable>

interface Tables {
  account: AccountRow
  api_key: ApiKeyRow
  idempotency: IdempotencyRow
  session: SessionRow
}

const statement = statements<Tables>()

export const accountBySid = statement<{ sid: string }>()((db, p) =>
  db.selectFrom('account').selectAll().where('sid', '=', p.sid),
)
export const accountByNumber = statement<{ account: number }>()((db, p) =>
  db.selectFrom('account').selectAll().where('account', '=', p.account),
)
export const allAccounts = statement<object>()((db) => db.selectFrom('account').selectAll().orderBy('account'))
export const lastAccount = statement<object>()((db) =>
  db.selectFrom('account').select((eb) => eb.fn.max('account').as('account')),
)
export const epochOf = statement<{ account: number }>()((db, p) =>
  db.selectFrom('account').select('epoch').where('account', '=', p.account),
)
export const epochsOf = statement<{ accounts: number[] }>()((db, p, d) =>
  db.selectFrom('account').select(['account', 'epoch']).where(d.amongNumbers('account', p.accounts)),
)
export const advanceEpoch = statement<{ account: number }>()((db, p) =>
  db
    .updateTable('account')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .where('account', '=', p.account),
)

/** A key in force and its account, read in one moment: a key revoked meanwhile must not be kept under the later epoch. */
export const apiKeyBySid = statement<{ sid: string }>()((db, p) =>
  db
    .selectFrom('api_key')
    .innerJoin('account', 'account.account', 'api_key.account')
    .select(['api_key.secret_hash', 'account.account', 'account.sid as account_sid', 'account.epoch'])
    .where('api_key.sid', '=', p.sid)
    .where('api_key.revoked_at', 'is', null),
)
export const apiKeysOf = statement<{ account: number }>()((db, p) =>
  db
    .selectFrom('api_key')
    .selectAll()
    .where('account', '=', p.account)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .orderBy('sid'),
)
export const revokeKey = statement<{ account: number; sid: string; now: number }>()((db, p) =>
  db
    .updateTable('api_key')
    .set({ revoked_at: p.now })
    .where('account', '=', p.account)
    .where('sid', '=', p.sid)
    .where('revoked_at', 'is', null),
)

export const idempotentAnswer = statement<{ account: number; key: string }>()((db, p) =>
  db.selectFrom('idempotency').selectAll().where('account', '=', p.account).where('idempotency_key', '=', p.key),
)
export const rememberAnswer = statement<{
  account: number
  key: string
  status: number
  headers: string
  body: string
}>()((db, p) =>
  db
    .updateTable('idempotency')
    .set({ status: p.status, headers: p.headers, body: p.body })
    .where('account', '=', p.account)
    .where('idempotency_key', '=', p.key),
)
export const forgetAnswers = statement<{ account: number; before: number }>()((db, p) =>
  db.deleteFrom('idempotency').where('account', '=', p.account).where('created_at', '<', p.before),
)
export const forgetAnswer = statement<{ account: number; key: string; before: number }>()((db, p) =>
  db
    .deleteFrom('idempotency')
    .where('account', '=', p.account)
    .where('idempotency_key', '=', p.key)
    .where('created_at', '<', p.before),
)

/** A session in force with its account, and its key only if that is in force too. */
export const sessionByHash = statement<{ hash: string; now: number }>()((db, p) =>
  db
    .selectFrom('session')
    .innerJoin('account', 'account.account', 'session.account')
    .leftJoin('api_key', (join) =>
      join
        .onRef('api_key.account', '=', 'session.account')
        .onRef('api_key.sid', '=', 'session.key_sid')
        .on('api_key.revoked_at', 'is', null),
    )
    .select(['session.account', 'session.key_sid', 'session.credential_hash', 'session.expires_at'])
    .select(['account.sid as account_sid', 'account.auth_token', 'account.secondary_auth_token'])
    .select('api_key.sid as live_key_sid')
    .where('session.token_hash', '=', p.hash)
    .where('session.expires_at', '>', p.now),
)
export const deleteSession = statement<{ hash: string }>()((db, p) =>
  db.deleteFrom('session').where('token_hash', '=', p.hash),
)
export const forgetSessions = statement<{ account: number; before: number }>()((db, p) =>
  db.deleteFrom('session').where('account', '=', p.account).where('expires_at', '<=', p.before),
)
