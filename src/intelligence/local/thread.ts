import { Worker } from 'node:worker_threads'
import type { Analysed, Analysis } from './analysis.ts'

export interface ThreadOptions {
  /** Longer than this, in wall milliseconds, no text is analysed. */
  timeoutMs: number
  /** How long the thread lives without work, in wall milliseconds: it holds a language model. */
  idleMs: number
}

interface Asked {
  analysis: Analysis
  answer: (analysed: Analysed) => void
}

/** A thread that analyses texts one after the other. It starts when it is needed, and keeps no process alive without work. */
export class AnalysisThread {
  readonly #options: ThreadOptions
  readonly #waiting: Asked[] = []
  #current: Asked | undefined
  #worker: Worker | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: ThreadOptions) {
    this.#options = options
  }

  analyse(analysis: Analysis): Promise<Analysed> {
    return new Promise((answer) => {
      this.#waiting.push({ analysis, answer })
      this.#next()
    })
  }

  #next(): void {
    if (this.#current) return
    clearTimeout(this.#timer)
    this.#current = this.#waiting.shift()
    if (!this.#current) {
      this.#timer = setTimeout(() => this.#dismiss(), this.#options.idleMs).unref()
      this.#worker?.unref()
      return
    }
    const worker = this.#hire()
    worker.ref()
    worker.postMessage(this.#current.analysis)
    this.#timer = setTimeout(() => this.#giveUp('The local engine took too long.'), this.#options.timeoutMs)
  }

  #hire(): Worker {
    if (this.#worker) return this.#worker
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
    const worker = new Worker(new URL(`./worker.${extension}`, import.meta.url))
    worker.on('message', (analysed: Analysed) => {
      if (this.#worker === worker) this.#finish(analysed)
    })
    worker.on('error', (error: unknown) => {
      const name = error instanceof Error ? error.name : 'unknown'
      if (this.#worker === worker) this.#giveUp(`The local engine failed: ${name}.`)
    })
    this.#worker = worker
    return worker
  }

  #finish(analysed: Analysed): void {
    const asked = this.#current
    this.#current = undefined
    asked?.answer(analysed)
    this.#next()
  }

  /** The thread is lost with what it was doing; the next text gets another. */
  #giveUp(failure: string): void {
    this.#dismiss()
    this.#finish({ failure })
  }

  #dismiss(): void {
    const worker = this.#worker
    this.#worker = undefined
    void worker?.terminate()
  }
}

/** One for the whole process: the language model it holds takes time to load, and memory. */
export const analysisThread = new AnalysisThread({ timeoutMs: 20_000, idleMs: 60_000 })
