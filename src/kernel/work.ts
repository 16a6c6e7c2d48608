import type { Log } from './log.ts'

/** Something that must happen without a request. One round takes what is due and says how much it took. */
export interface Work {
  readonly name: string
  /** Does what is due by `now`, at most one round of it. */
  tick(now: number): Promise<number>
  /**
   * The next instant at which there is something to do, what is under way included; null when nothing waits. Work that follows
   * what requests do leaves out, when asked so, what is due by then but came into being later.
   */
  nextDueAt(asOf?: Moment): Promise<number | null>
  /** Whether requests go on bringing more of it while time stands still, so that it may never be through. */
  readonly followsRequests?: boolean
  /** How long to wait after a round that took something, in wall milliseconds: what comes meanwhile is taken together. */
  readonly restMs?: number
  /**
   * For work that ends apart from its ticks: whether something ended since this was last asked that came into being before the
   * id. What it brought about on ending, such as webhooks, belongs to the same moment although its own id is later.
   */
  takeEnded?(id: string): boolean
}

/** A point in the course of things while business time stands still. */
export interface Moment {
  /** Business time. */
  now: number
  /** An id: what has a later one came into being later. */
  id: string
}

export interface LoopOptions {
  log: Log
  now: () => Promise<number>
  /** The longest wait between two looks, in wall milliseconds; another node may have left work. */
  pollMs: number
  /** Whether business time runs with the wall clock, so that a due instant tells how long to wait. */
  realTime: boolean
}

/** Before looking again at what is due but in another node's hands. */
const busyMs = 20
const backoffMs = 1_000

/** Runs one kind of work until stopped: at once when poked, else when something is due or the poll comes round. */
export class Loop {
  readonly work: Work
  readonly #options: LoopOptions
  #stopped = true
  #running: Promise<void> = Promise.resolve()
  #wake: (() => void) | undefined
  #poked = false

  constructor(work: Work, options: LoopOptions) {
    this.work = work
    this.#options = options
  }

  start(): void {
    this.#stopped = false
    this.#running = this.#run()
  }

  /** There is new work; look now. */
  poke(): void {
    this.#poked = true
    this.#wake?.()
  }

  /** Ends after the round in progress. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#wake?.()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#poked = false
      let waitMs: number
      try {
        const now = await this.#options.now()
        if ((await this.work.tick(now)) > 0) {
          await this.#rest(this.work.restMs ?? 0)
          continue
        }
        waitMs = await this.#waitMs(now)
      } catch (error) {
        this.#options.log.error({ err: error, work: this.work.name }, 'background work failed; it will be tried again')
        waitMs = backoffMs
      }
      if (!this.#stopped && !this.#poked) await this.#sleep(waitMs)
    }
  }

  /** Being poked does not shorten it. */
  async #rest(ms: number): Promise<void> {
    const until = performance.now() + ms
    for (let left = ms; left > 0 && !this.#stopped; left = until - performance.now()) await this.#sleep(left)
  }

  async #waitMs(now: number): Promise<number> {
    const { pollMs, realTime } = this.#options
    const dueAt = realTime ? await this.work.nextDueAt() : null
    return dueAt === null ? pollMs : Math.min(pollMs, Math.max(busyMs, dueAt - now))
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms)
      this.#wake = () => {
        clearTimeout(timer)
        this.#wake = undefined
        resolve()
      }
    })
  }
}
