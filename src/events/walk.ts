/** A row of a source with the key that the source is ordered by. */
export interface Found<T> {
  item: T
  /** What sources are merged by. */
  id: string
  key: string | number
}

/** One ordered source of a merged list. */
export interface Arm<T> {
  /** Before its first row, and after its last, in the direction of travel. */
  start: string | number
  end: string | number
  /** At most `limit` rows strictly beyond the key, in the direction of travel; fewer only at the end. */
  read(beyond: string | number, limit: number): Promise<Found<T>[]>
}

export interface WalkOptions<T> {
  /** Where each arm goes on from; undefined: at its start. */
  from: readonly (string | number)[] | undefined
  /** Whether ids descend in the direction of travel. */
  descending: boolean
  /** Items that are wanted, and rows that are looked at for them, at most. */
  size: number
  budget: number
  accepts(item: T): boolean
}

export interface Walked<T> {
  items: T[]
  /** Where each arm goes on in the same direction, and where in the other. */
  onward: (string | number)[]
  back: (string | number)[]
  /** Whether any row follows. */
  more: boolean
}

const rowsPerRead = 250

/** Merges ordered sources by id and keeps what is accepted, looking at a bounded number of rows. */
export async function walkArms<T>(arms: readonly Arm<T>[], options: WalkOptions<T>): Promise<Walked<T>> {
  const limit = Math.min(options.size + 1, rowsPerRead)
  const walkers = arms.map((arm, at) => new Walker(arm, options.from?.[at] ?? arm.start, limit))
  const items: T[] = []
  let next = await first(walkers, options.descending)
  for (let looked = 0; next && items.length < options.size && looked < options.budget; looked += 1) {
    const { item } = next.take()
    if (options.accepts(item)) items.push(item)
    next = await first(walkers, options.descending)
  }
  return {
    items,
    onward: walkers.map(({ last }) => last),
    back: walkers.map((walker) => walker.first ?? walker.arm.end),
    more: next !== undefined,
  }
}

class Walker<T> {
  readonly arm: Arm<T>
  /** The key of the first row that was met, taken or not. */
  first: string | number | undefined
  /** The key of the last row that was taken. */
  last: string | number
  readonly #limit: number
  #rows: Found<T>[] = []
  #ended = false
  #read: string | number

  constructor(arm: Arm<T>, from: string | number, limit: number) {
    this.arm = arm
    this.last = from
    this.#read = from
    this.#limit = limit
  }

  async head(): Promise<Found<T> | undefined> {
    if (this.#rows.length === 0 && !this.#ended) {
      this.#rows = await this.arm.read(this.#read, this.#limit)
      this.#ended = this.#rows.length < this.#limit
      this.first ??= this.#rows[0]?.key
      this.#read = this.#rows.at(-1)?.key ?? this.#read
    }
    return this.#rows[0]
  }

  take(): Found<T> {
    const row = this.#rows.shift() as Found<T>
    this.last = row.key
    return row
  }
}

async function first<T>(walkers: readonly Walker<T>[], descending: boolean): Promise<Walker<T> | undefined> {
  let best: { walker: Walker<T>; id: string } | undefined
  for (const walker of walkers) {
    const head = await walker.head()
    if (head && (!best || (descending ? head.id > best.id : head.id < best.id))) best = { walker, id: head.id }
  }
  return best?.walker
}
