import type { Kysely } from 'kysely'
import { wireId } from '../kernel/ids.ts'
import type { Operation } from '../operations/operation.ts'
import { latestOperation } from '../operations/steps.ts'
import { statements } from '../store/statement.ts'
import type { Reader } from '../store/store.ts'
import { mostCounted } from './open-conversations.ts'
import { type ConversationTables, statusNumber } from './rows.ts'

/** How far the closing of a configuration's conversations has come: the input of its operation. Ids without prefix. */
export interface Closing {
  configurationId: string
  /** Everything up to this id has been looked at. */
  after: string
  /** What has a later id began later, and stays open. */
  before: string
  closed: number
  /** How many were open when it was accepted. */
  total: number
}

const statement = statements<ConversationTables>()
const open = [statusNumber('ACTIVE'), statusNumber('INACTIVE')]

function openIn(db: Kysely<ConversationTables>, p: { account: number; configurationId: string; limit: number }) {
  return db
    .selectFrom('conversation')
    .select('id')
    .where('account', '=', p.account)
    .where('configuration_id', '=', p.configurationId)
    .where('status', 'in', open)
    .where('deleting', '=', 0)
    .limit(p.limit)
}

/** Those of a configuration that are open, in the order in which they began. */
export const openOf = statement<{
  account: number
  configurationId: string
  after: string
  before: string
  limit: number
}>()((db, p) => openIn(db, p).where('id', '>', p.after).where('id', '<', p.before).orderBy('id'))

const openCount = statement<{ account: number; configurationId: string; limit: number }>()((db, p) =>
  db.selectFrom(openIn(db, p).as('open')).select((eb) => eb.fn.countAll<number>().as('n')),
)

/** How many conversations of the configuration are open; of more than can be counted quickly, as many as can. */
export async function countOpenOf(
  read: Reader,
  account: number,
  configurationId: string,
): Promise<{ count: number; isCapped: boolean }> {
  const found = await read.get(openCount, { account, configurationId, limit: mostCounted + 1 })
  const count = Number(found?.n ?? 0)
  return { count: Math.min(count, mostCounted), isCapped: count > mostCounted }
}

/** What operations that close the conversations of a configuration work on; changes of the configuration itself may come between. */
export function closingSubject(configurationId: string): string {
  return `conversations of ${wireId('configuration', configurationId)}`
}

/** The last closing of its conversations that was asked for; undefined when there was none, or it is over for a week. */
export async function latestClosing(
  read: Reader,
  account: number,
  configurationId: string,
): Promise<{ operation: Operation; closing: Closing } | undefined> {
  const operation = await latestOperation(read, account, closingSubject(configurationId))
  return operation && { operation, closing: operation.input as Closing }
}
