import { Worker } from 'node:worker_threads'
import type { Log } from '../kernel/log.ts'
import type { SharedFile } from '../store/guest-turns.ts'
import { unavailable } from '../store/store.ts'
import type { TrafficRequest, TrafficResult } from './commands/capture-traffic.ts'
import type { OrchestratorSettings } from './settings.ts'
import { type TrafficAnswer, type TrafficTask, type TrafficWorkerData, unpackError } from './traffic-messages.ts'

export interface TrafficBatch {
  account: number
  /** Business time of acceptance. */
  now: number
  requests: readonly TrafficRequest[]
}

export interface Captured {
  results: TrafficResult[]
  /** Whether followers should hear of it. */
  followed: boolean
}

interface Asked {
  answer: (answer: TrafficAnswer) => void
  fail: (error: unknown) => void
}

/**
 * A thread that takes in traffic on a SQLite file, while this one reads requests and sends answers. It begins to start when
 * it is made; until it is ready, and after it was lost, traffic is taken in by this thread.
 */
export class TrafficThread {
  readonly #file: SharedFile
  readonly #log: Log
  readonly #asked: Asked[] = []
  readonly #worker: Worker
  #state: 'starting' | 'ready' | 'over' = 'starting'
  #ended = Promise.withResolvers<void>()

  constructor(file: SharedFile, settings: OrchestratorSettings, log: Log) {
    this.#file = file
    this.#log = log
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    this.#worker = new Worker(new URL(`./traffic-worker.${extension}`, import.meta.url), {
      workerData: { path: file.path, settings } satisfies TrafficWorkerData,
    })
    this.#worker.unref()
    this.#worker.on('message', (message: TrafficAnswer | 'ready') => this.#hear(message))
    this.#worker.on('error', (error) => this.#lose(error))
    this.#worker.on('exit', () => this.#lose(new Error('the traffic worker ended')))
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** Durable when it answers. */
  async capture(batch: TrafficBatch): Promise<Captured> {
    const answer = await this.#file.turn(async (chore) => {
      const { account, now, requests } = batch
      const value = await this.#ask({ account, now, requests: JSON.stringify(requests), chore })
      return { value, report: value.report }
    })
    if ('error' in answer) throw unpackError(answer.error)
    return { results: JSON.parse(answer.results), followed: answer.followed }
  }

  /** Ends it after what it is doing. */
  async stop(): Promise<void> {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#worker.ref()
    this.#worker.postMessage('close')
    await this.#ended.promise
  }

  #ask(task: TrafficTask): Promise<TrafficAnswer> {
    return new Promise((answer, fail) => {
      if (!this.isReady) return fail(lost())
      this.#asked.push({ answer, fail })
      this.#worker.ref()
      this.#worker.postMessage(task)
    })
  }

  #hear(message: TrafficAnswer | 'ready'): void {
    if (message === 'ready') {
      if (this.#state === 'starting') this.#state = 'ready'
      return
    }
    this.#asked.shift()?.answer(message)
    if (this.#asked.length === 0) this.#worker.unref()
  }

  /** What it was doing may or may not have been committed: whoever sends it again is told that it is a duplicate, or is not. */
  #lose(error: unknown): void {
    if (this.#state !== 'over') {
      this.#log.error({ err: error }, 'the traffic worker failed; traffic is taken in without it from now on')
    }
    this.#state = 'over'
    for (const { fail } of this.#asked.splice(0)) fail(lost(error))
    this.#ended.resolve()
  }
}

function lost(cause?: unknown) {
  return unavailable('The thread that takes in traffic was lost.', cause)
}
