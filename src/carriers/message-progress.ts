import { allAccounts } from '../accounts/rows.ts'
import { newId } from '../kernel/ids.ts'
import type { Work } from '../kernel/work.ts'
import type { Tx } from '../store/store.ts'
import { askApplication, inboundRow } from './commands/receive-message.ts'
import { captureNew } from './commands/send-message.ts'
import { deliveryStatusOf } from './domain/message.ts'
import { nextStep, type Step } from './domain/progress.ts'
import { claimDue, earliestDue } from './due-rows.ts'
import {
  callbackTable,
  channelOfRow,
  dueMessages,
  lockMessages,
  type MessageRow,
  mediaOfRow,
  messageSid,
  messageTable,
  statusCallbacks,
  statusOfRow,
} from './message-rows.ts'
import type { Network } from './network.ts'
import type { OwnNumber } from './numbers.ts'
import { Overtaken, unlessOvertaken } from './overtaken.ts'

const batchSize = 256
/**
 * Moves the messages of the virtual network from status to status as business time goes by. Should a claim run out before its batch
 * is done, whoever saves second saves nothing.
 */
export class MessageProgress implements Work {
  readonly name = 'messages'
  readonly #network: Network

  constructor(network: Network) {
    this.#network = network
  }

  async tick(now: number): Promise<number> {
    const { store } = this.#network
    let moved = 0
    for (const { account } of await store.read.all(allAccounts, {})) {
      const rows = await claimDue({ store, due: dueMessages }, { account, now, limit: batchSize })
      if (rows.length > 0) await this.#move(account, rows)
      moved += rows.length
    }
    return moved
  }

  nextDueAt(): Promise<number | null> {
    return earliestDue(this.#network.store.read, dueMessages)
  }

  async #move(account: number, rows: readonly MessageRow[]): Promise<void> {
    const { store, traffic, wake } = this.#network
    const moves = rows.map((row) => moveOf(row))
    // Before the message itself, as reporting again after a crash changes nothing.
    await traffic.reports(
      { account, requestId: '' },
      moves.filter(isTold).map(({ row, step }) => ({ messageId: messageSid(row), status: step.status })),
    )
    const arrivals = await this.#arrivals(account, moves)
    const arriving = new Set(arrivals.map(({ move }) => move))
    const others = moves.filter((move) => !arriving.has(move))
    await store.transact((tx) => saveMoves(tx, account, others))
    for (const { move, number } of arrivals) await this.#arrive(account, move, number)
    wake()
  }

  /** What reaches a number of the account itself comes in there as a message of its own. */
  async #arrivals(account: number, moves: readonly Move[]): Promise<{ move: Move; number: OwnNumber }[]> {
    const delivered = moves.filter(({ step }) => step.status === 'delivered')
    const numbers = await Promise.all(
      delivered.map(({ row }) => this.#network.numbers.at(account, channelOfRow(row), row.to_address)),
    )
    return delivered.flatMap((move, at) => {
      const number = numbers[at]
      return number ? [{ move, number }] : []
    })
  }

  async #arrive(account: number, move: Move, number: OwnNumber): Promise<void> {
    const { from_address, to_address, body, request_id: requestId } = move.row
    const channel = channelOfRow(move.row)
    const arriving = { channel, from: from_address, to: to_address, body, media: mediaOfRow(move.row) }
    const inbound = inboundRow({ account, requestId }, arriving, move.at)
    const captured = captureNew(this.#network.intake, [inbound], async (tx) => {
      if ((await saveMoves(tx, account, [move])) === 0) throw new Overtaken('The message has arrived already.')
      await askApplication(tx, inbound, number, move.at)
    })
    await unlessOvertaken(captured)
  }
}

interface Move {
  row: MessageRow
  step: Step
  /** When the new status came. */
  at: number
}

function moveOf(row: MessageRow): Move {
  const step = nextStep({ status: statusOfRow(row), to: row.to_address })
  if (!step) throw new Error(`The message ${messageSid(row)} is ${row.status}, after which nothing comes.`)
  return { row, step, at: row.due_at ?? row.updated_at }
}

/** Whether its communication has to hear of the new status. */
function isTold({ row, step }: Move): boolean {
  return row.captured === 1 && deliveryStatusOf(step.status) !== deliveryStatusOf(statusOfRow(row))
}

/**
 * Saves what is still where it was when it was claimed: meanwhile it may have been cancelled or deleted, or moved by another node
 * after the claim had run out. Answers how many that were.
 */
async function saveMoves(tx: Tx, account: number, moves: readonly Move[]): Promise<number> {
  if (moves.length === 0) return 0
  const present = await tx.all(lockMessages, { account, ids: moves.map(({ row }) => row.id) })
  const statuses = new Map(present.map(({ id, status }) => [id, status]))
  const fitting = moves.filter(({ row }) => statuses.get(row.id) === row.status)
  await tx.update(
    messageTable,
    ['account', 'id'],
    ['status', 'error_code', 'sent_at', 'updated_at', 'due_at', 'leased_until'],
    fitting.map(movedRow),
  )
  await tx.insert(
    callbackTable,
    fitting.flatMap(({ row, step, at }) => statusCallbacks(row, { ...step, id: newId(), at })),
  )
  return fitting.length
}

function movedRow({ row, step, at }: Move): MessageRow {
  const next = nextStep({ status: step.status, to: row.to_address })
  return {
    ...row,
    status: step.status,
    error_code: step.errorCode,
    sent_at: step.status === 'sent' ? at : row.sent_at,
    updated_at: at,
    due_at: next === undefined ? null : at + next.afterMs,
    leased_until: null,
  }
}
