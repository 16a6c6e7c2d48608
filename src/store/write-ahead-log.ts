import { statSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Log } from '../kernel/log.ts'
import type { CheckpointerTask } from './sqlite-checkpointer.ts'
import type { SqliteConnection } from './sqlite-connection.ts'

export interface WriteAheadLogOptions {
  /** Commits after which the worker is asked to move the log into the file. */
  commitsPerCheckpoint?: number
  /** A log larger than this is cut off rather than written over. */
  maxBytes?: number
}

/** 192 MiB: beginning anew makes the next commit wait for the file to be on the disk, 60 to 90 ms under load, so it is not done often. */
const pagesWorthStartingOver = 49_152

interface Asked {
  done(): void
  failed(error: Error): void
}

/** Keeps SQLite's log short: a worker moves its pages into the file, so that no commit waits for that. */
export class WriteAheadLog {
  readonly #path: string
  readonly #writer: SqliteConnection
  readonly #log: Log
  readonly #commitsPerCheckpoint: number
  readonly #maxBytes: number
  readonly #asked: Asked[] = []
  #worker: Worker | undefined
  #ending = false
  #commits = 0
  /** The worker has just moved nearly all of the log. */
  #moved = false

  constructor(path: string, writer: SqliteConnection, log: Log, options: WriteAheadLogOptions = {}) {
    this.#path = path
    this.#writer = writer
    this.#log = log
    this.#commitsPerCheckpoint = options.commitsPerCheckpoint ?? 256
    this.#maxBytes = options.maxBytes ?? 512 * 1024 * 1024
    this.#worker = this.#startWorker()
  }

  /** To be called between two batches. Never throws: a checkpoint that fails is tried again later. */
  afterBatch(): void {
    this.#commits += 1
    if (this.#asked.length > 0) return
    try {
      if (this.#moved) this.#startOver()
      else if (this.#commits >= this.#commitsPerCheckpoint) this.#checkpoint()
    } catch (error) {
      this.#warn(error)
    }
  }

  bytes(): number {
    return statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  }

  /** Empties the log into the file. The writer must rest meanwhile. */
  async truncate(): Promise<void> {
    if (this.#worker) await this.#ask('truncate')
    else this.#writer.db.exec('pragma wal_checkpoint(truncate)')
  }

  /** Writes the whole file anew and empties the log. The writer must rest meanwhile. */
  async rebuild(): Promise<void> {
    if (this.#worker) await this.#ask('rebuild')
    else this.#writer.db.exec('vacuum; pragma wal_checkpoint(truncate)')
  }

  /** Ends the worker after what it is doing. */
  async close(): Promise<void> {
    this.#ending = true
    if (this.#worker) await this.#ask('close').catch((error: Error) => this.#warn(error))
    this.#worker = undefined
  }

  #checkpoint(): void {
    this.#commits = 0
    if (this.#worker) {
      const moved = this.#ask('checkpoint').then(() => {
        this.#moved = true
      })
      moved.catch((error: Error) => this.#warn(error))
    } else {
      this.#writer.db.exec('pragma wal_checkpoint(passive)')
      this.#moved = true
    }
  }

  /**
   * While writes never rest, only the writer can make the log begin at its start again; few pages are left to move. The file
   * keeps its size: writing over pages that the system holds already costs half of what new ones do.
   */
  #startOver(): void {
    this.#moved = false
    if (this.bytes() > this.#maxBytes) this.#writer.db.exec('pragma wal_checkpoint(truncate)')
    else if (this.#pages() >= pagesWorthStartingOver) this.#writer.db.exec('pragma wal_checkpoint(restart)')
  }

  /** Pages written to the log since it began at its start. */
  #pages(): number {
    return (this.#writer.db.prepare('pragma wal_checkpoint(noop)').get() as { log: number }).log
  }

  #ask(task: CheckpointerTask): Promise<void> {
    return new Promise<void>((done, failed) => {
      this.#asked.push({ done, failed })
      this.#worker?.ref()
      this.#worker?.postMessage(task)
    })
  }

  #startWorker(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./sqlite-checkpointer.${extension}`, import.meta.url), {
      workerData: { path: this.#path },
    })
    worker.unref()
    worker.on('message', ({ error }: { error?: string }) => {
      const asked = this.#asked.shift()
      if (this.#asked.length === 0) worker.unref()
      if (error) asked?.failed(new Error(error))
      else asked?.done()
    })
    worker.on('error', (error) => this.#lose(error))
    worker.on('exit', () => {
      const asAsked = this.#ending && this.#asked.length === 0
      if (!asAsked) this.#lose(new Error('the checkpoint worker ended'))
    })
    return worker
  }

  /** Without its worker the writer checkpoints by itself. */
  #lose(error: unknown): void {
    if (!this.#worker) return
    this.#worker = undefined
    this.#log.error({ err: error }, 'the checkpoint worker failed; the writer checkpoints from now on')
    for (const asked of this.#asked.splice(0)) asked.failed(error as Error)
  }

  #warn(error: unknown): void {
    this.#log.warn({ err: error }, 'a checkpoint failed and is tried again later')
  }
}
