import type { Kysely } from 'kysely'
import { type Page, type PageRequest, pageOf } from '../http/pagination.ts'
import { Failure, invalid } from '../kernel/failure.ts'
import { statements } from '../store/statement.ts'
import type { Reader, Store, Tx } from '../store/store.ts'
import { nextStep } from './domain/progress.ts'
import { lockMessage, type MessageRow, messageTable, removeMessage, statusOfRow } from './message-rows.ts'

/** What a list of messages is asked for. Addresses as they are written; times in epoch milliseconds, both inclusive. */
export interface MessageFilter {
  from: string | undefined
  to: string | undefined
  after: number
  before: number
}

interface PageParameters {
  account: number
  id: string
  limit: number
  from: string
  to: string
  after: number
  before: number
}

const statement = statements<{ message: MessageRow }>()

type Sides = 'all' | 'from' | 'to' | 'both'

const pages = Object.fromEntries(
  (['all', 'from', 'to', 'both'] as const).map((sides) => [
    sides,
    {
      next: statement<PageParameters>()((db, p) =>
        filtered(db, p, sides).where('id', '<', p.id).orderBy('id', 'desc').limit(p.limit),
      ),
      previous: statement<PageParameters>()((db, p) =>
        filtered(db, p, sides).where('id', '>', p.id).orderBy('id').limit(p.limit),
      ),
    },
  ]),
) as Record<Sides, Record<'next' | 'previous', ReturnType<typeof pageStatement>>>

const ofHandset = statement<{ account: number; addresses: string[]; id: string; limit: number }>()
const sentBy = ofHandset((db, p, d) =>
  db
    .selectFrom('message')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('from_address', p.addresses))
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)
const sentTo = ofHandset((db, p, d) =>
  db
    .selectFrom('message')
    .selectAll()
    .where('account', '=', p.account)
    .where(d.among('to_address', p.addresses))
    .where('id', '<', p.id)
    .orderBy('id', 'desc')
    .limit(p.limit),
)

/** After every id: ids begin with a digit from 0 to 7. */
const afterAll = '8'

/** The newest first. */
export async function listMessages(
  read: Reader,
  account: number,
  { from, to, after, before }: MessageFilter,
  request: PageRequest,
): Promise<Page<MessageRow>> {
  const sides: Sides = from === undefined ? (to === undefined ? 'all' : 'to') : to === undefined ? 'from' : 'both'
  const id = String(request.from?.at[0] ?? afterAll)
  const place = { account, id, limit: request.size + 1, from: from ?? '', to: to ?? '', after, before }
  const rows = await read.all(pages[sides][request.from?.direction ?? 'next'], place)
  return pageOf(request, rows, (row) => [row.id])
}

/** What a handset sent and what was sent to it, on whichever channel, the newest first. */
export async function listHandsetMessages(
  read: Reader,
  account: number,
  addresses: readonly string[],
  { size, beforeId = afterAll }: { size: number; beforeId?: string | undefined },
): Promise<MessageRow[]> {
  const place = { account, addresses: [...addresses], id: beforeId, limit: size }
  const rows = [...(await read.all(sentBy, place)), ...(await read.all(sentTo, place))]
  return rows.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, size)
}

/** Takes the text out of a message, or calls off one that is scheduled. Undefined when the account has no such message. */
export async function changeMessage(
  store: Store,
  account: number,
  id: string,
  change: { body: string | undefined; status: string | undefined; now: number },
): Promise<MessageRow | undefined> {
  if (change.body !== undefined && change.body !== '')
    throw invalid('Body', 'Body can only be taken out: send it empty.')
  if (change.status !== undefined && change.status !== 'canceled')
    throw invalid('Status', 'Status can only become canceled.')
  return store.transact(async (tx) => {
    const row = await tx.get(lockMessage, { account, id })
    if (!row) return undefined
    if (change.status !== undefined && row.status !== 'scheduled') {
      throw invalid('Status', `Only a scheduled message can be canceled; this one is ${row.status}.`)
    }
    const changed: MessageRow = {
      ...row,
      body: change.body ?? row.body,
      ...(change.status === undefined ? {} : { status: change.status, due_at: null }),
      updated_at: change.now,
    }
    await saveChange(tx, changed)
    return changed
  })
}

/** Deletes a message that has arrived or failed. Answers whether the account had it. */
export async function deleteMessage(store: Store, account: number, id: string): Promise<boolean> {
  return store.transact(async (tx) => {
    const row = await tx.get(lockMessage, { account, id })
    if (!row) return false
    if (nextStep({ status: statusOfRow(row), to: row.to_address })) {
      throw new Failure('conflict', `The message is ${row.status}; it can be deleted when it has arrived.`, {
        code: 20009,
      })
    }
    await tx.run(removeMessage, { account, id })
    return true
  })
}

async function saveChange(tx: Tx, row: MessageRow): Promise<void> {
  await tx.update(messageTable, ['account', 'id'], ['body', 'status', 'due_at', 'updated_at'], [row])
}

type P = Readonly<Required<PageParameters>>

function filtered(db: Kysely<{ message: MessageRow }>, p: P, sides: Sides) {
  const all = db
    .selectFrom('message')
    .selectAll()
    .where('account', '=', p.account)
    .where((eb) => eb.fn.coalesce('sent_at', 'created_at'), '>=', p.after)
    .where((eb) => eb.fn.coalesce('sent_at', 'created_at'), '<=', p.before)
  const sent = sides === 'from' || sides === 'both' ? all.where('from_address', '=', p.from) : all
  return sides === 'to' || sides === 'both' ? sent.where('to_address', '=', p.to) : sent
}

function pageStatement() {
  return statement<PageParameters>()((db, p) => filtered(db, p, 'all'))
}
