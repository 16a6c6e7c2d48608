import type { WebSocket } from 'ws'
import type { OnOpen } from './application-socket.ts'
import { type ApplicationFrame, invalidFrame, readApplicationFrame } from './domain/frames.ts'
import { watchLiveness } from './liveness.ts'

/** What the line of a relay session needs of the call that it belongs to. */
export interface RelayListener {
  onOpen: () => void
  onFrame: (frame: ApplicationFrame) => void
  onProblem: (code: number, description: string) => void
  /** The line is dead, or was never there; said once, and not after `close`. */
  onLost: (code: number, description: string) => void
}

/** Codes as the published debugger has them. */
const cannotConnect = 64_102
const socketEnded = 64_105

const mostEarly = 1_000
/** An application that takes nothing in is given up before its frames fill the memory. */
const maxWaitingBytes = 1_048_576

/**
 * The WebSocket between a relay session and its application. It is dialled twice at most, and not again once it was open:
 * a socket that is lost ends the session, as it does with the vendor.
 */
export class RelayLine {
  readonly #dial: (onOpen: OnOpen) => Promise<string | undefined>
  readonly #listener: RelayListener
  #socket: WebSocket | undefined
  #early: object[] = []
  #isOver = false

  /** `dial` answers why there is no socket. */
  constructor(dial: (onOpen: OnOpen) => Promise<string | undefined>, listener: RelayListener) {
    this.#dial = dial
    this.#listener = listener
  }

  async open(): Promise<void> {
    const onOpen = (socket: WebSocket) => this.#opened(socket)
    let problem = await this.#dial(onOpen)
    if (problem !== undefined && !this.#isOver) problem = await this.#dial(onOpen)
    if (problem !== undefined) this.#lose(cannotConnect, problem)
  }

  /** What is said before the application is there waits for it. */
  send(frame: object): void {
    if (this.#isOver) return
    const socket = this.#socket
    if (!socket) {
      if (this.#early.length < mostEarly) this.#early.push(frame)
    } else if (socket.bufferedAmount > maxWaitingBytes) {
      this.#lose(socketEnded, 'the application does not read what it is sent')
      socket.terminate()
    } else socket.send(JSON.stringify(frame))
  }

  close(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#socket?.close(1000)
  }

  #opened(socket: WebSocket): void {
    if (this.#isOver) {
      socket.close()
      return
    }
    this.#socket = socket
    this.#listen(socket)
    this.#listener.onOpen()
    for (const frame of this.#early.splice(0)) this.send(frame)
  }

  #listen(socket: WebSocket): void {
    socket.on('message', (data, isBinary) => {
      if (this.#isOver) return
      const read = isBinary ? { problem: 'the message is binary' } : readApplicationFrame(String(data))
      if ('frame' in read) return this.#listener.onFrame(read.frame)
      const description = `Invalid message received: ${read.problem}`
      this.send({ type: 'error', description })
      this.#listener.onProblem(invalidFrame, description)
    })
    socket.on('close', (code) => this.#lose(socketEnded, `the application closed the WebSocket with ${code}`))
    watchLiveness(socket)
  }

  #lose(code: number, description: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#listener.onLost(code, description)
  }
}
