import { fullWindow, type WindowLimits, windowOf } from './domain/window.ts'

interface Window {
  active: number
  failuresInARow: number
  /** Whether more waits than there was room for. */
  isFull: boolean
}

/** How much of each target's window is taken. Targets without anything in flight that work are not remembered. */
export class Windows {
  readonly #limits: WindowLimits
  readonly #byTarget = new Map<string, Window>()
  #full: number

  constructor(limits: WindowLimits) {
    this.#limits = limits
    this.#full = limits.perTarget
  }

  /** `targets`: how many have something waiting, and so share what may be in flight. */
  share(targets: number): void {
    this.#full = fullWindow(this.#limits, targets)
  }

  /** How many more may begin; 0 until enough have ended to be worth asking the database for others. */
  room(targetId: string): number {
    const { active, failuresInARow, isFull } = this.#byTarget.get(targetId) ?? none
    const window = windowOf(this.#full, failuresInARow)
    const room = Math.max(0, window - active)
    return isFull && room < window / 4 ? 0 : room
  }

  /** Begins as many as were found when there was `room` for so many. */
  begin(targetId: string, found: number, room: number): void {
    const window = this.#byTarget.get(targetId) ?? { ...none }
    window.active += found
    window.isFull = found >= room
    if (found > 0) this.#byTarget.set(targetId, window)
  }

  /** Answers whether it is time to look for more. */
  end(targetId: string): boolean {
    const window = this.#byTarget.get(targetId)
    if (!window) return false
    window.active -= 1
    if (window.active === 0 && window.failuresInARow === 0) this.#byTarget.delete(targetId)
    return window.isFull && this.room(targetId) > 0
  }

  note(targetId: string, isSuccess: boolean): void {
    const window = this.#byTarget.get(targetId)
    if (window) window.failuresInARow = isSuccess ? 0 : window.failuresInARow + 1
  }
}

const none: Readonly<Window> = { active: 0, failuresInARow: 0, isFull: false }
