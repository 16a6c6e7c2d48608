import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { TrafficItem } from '../src/conversations/domain/traffic.ts'

/** One exchange between a customer and a business, as a line of a JSONL file has it. */
export interface Dialogue {
  id: string
  topic: string
  turns: { speaker: string; text: string }[]
}

/** The business's own number. */
export const business = '+15550001111'

/** Of a hundred messages, so many are the first of a new customer. */
const newcomersPercent = 20
/** Customers who may still write; older ones fall silent. */
const talking = 5_000

interface Customer {
  number: string
  dialogue: Dialogue
  turn: number
}

/**
 * Messages as a business sees them: many customers at once, one in five of their messages the first, and every message
 * with a resource id of its own. The same `seed` gives the same messages.
 */
export class TrafficSource {
  readonly #dialogues: readonly Dialogue[]
  readonly #seed: number
  readonly #customers: Customer[] = []
  #random: number
  #count = 0
  #customerCount = 0

  constructor(dialogues: readonly Dialogue[], seed: number) {
    this.#dialogues = dialogues
    this.#seed = seed
    this.#random = seed + 1
  }

  /** How many customers have written so far, each in one conversation. */
  get customers(): number {
    return this.#customerCount
  }

  next(): TrafficItem {
    const isNew = this.#customers.length === 0 || this.#below(100) < newcomersPercent
    return this.#messageOf(
      isNew ? this.#newcomer() : (this.#customers[this.#below(this.#customers.length)] as Customer),
    )
  }

  /** The first message of a customer who has not written yet. */
  first(): TrafficItem {
    return this.#messageOf(this.#newcomer())
  }

  take(count: number): TrafficItem[] {
    return Array.from({ length: count }, () => this.next())
  }

  #newcomer(): Customer {
    const at = this.#customerCount
    this.#customerCount += 1
    const customer = {
      number: `+120${scattered(at)}`,
      dialogue: this.#dialogues[at % this.#dialogues.length] as Dialogue,
      turn: 0,
    }
    this.#customers[at % talking] = customer
    return customer
  }

  #messageOf(customer: Customer): TrafficItem {
    const { turns } = customer.dialogue
    const turn = turns[customer.turn % turns.length] as Dialogue['turns'][number]
    customer.turn += 1
    this.#count += 1
    const outbound = turn.speaker === 'agent'
    const sid = `SM${hash('md5', `${this.#seed}/${this.#count}`)}`
    return {
      channel: 'SMS',
      from: outbound ? business : customer.number,
      to: outbound ? customer.number : business,
      content: { type: 'TEXT', text: turn.text },
      resourceId: sid,
      channelId: sid,
    }
  }

  /** A whole number from 0 up to, but not, `limit`: a linear congruential generator is random enough here. */
  #below(limit: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#random / 0x1_0000_0000) * limit)
  }
}

/** A number of eight digits, different for each count up to that many; neighbours do not lie side by side in an index. */
function scattered(count: number): string {
  return String((count * 61_803_399) % 100_000_000).padStart(8, '0')
}

/** Reads dialogues, one JSON object a line. Throws with the number of a line that is none. */
export function readDialogues(file: string): Dialogue[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const dialogues = lines.flatMap((line, at) => (line.trim() === '' ? [] : [dialogueOf(line, `${file}:${at + 1}`)]))
  if (dialogues.length === 0) throw new Error(`${file} has no dialogues.`)
  return dialogues
}

function dialogueOf(line: string, where: string): Dialogue {
  const { id, topic, turns } = JSON.parse(line) as Partial<Dialogue>
  const isWhole = Array.isArray(turns) && turns.length > 0 && turns.every(({ text }) => typeof text === 'string')
  if (!isWhole) throw new Error(`${where} has no turns with texts.`)
  return { id: String(id), topic: String(topic), turns }
}
