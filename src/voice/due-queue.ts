/** Which of many things is due next. Setting an instant and finding the least cost the logarithm of how many there are. */
export class DueQueue<T> {
  readonly #instants = new Map<T, number>()
  /** A heap, the least first; entries that are no longer in force are passed over when they come up. */
  readonly #heap: { at: number; item: T }[] = []

  /** Null: not due at all. */
  set(item: T, at: number | null): void {
    if (at === null) this.#instants.delete(item)
    else if (this.#instants.get(item) !== at) {
      this.#instants.set(item, at)
      this.#heap.push({ at, item })
      this.#rise(this.#heap.length - 1)
    }
  }

  next(): number | null {
    for (let [top] = this.#heap; top; [top] = this.#heap) {
      if (this.#instants.get(top.item) === top.at) return top.at
      this.#dropTop()
    }
    return null
  }

  /** Everything that is due by then, the earliest first. It is no longer waited for. */
  take(now: number): T[] {
    const due: T[] = []
    for (let at = this.next(); at !== null && at <= now; at = this.next()) {
      const { item } = this.#heap[0] as { item: T }
      this.#instants.delete(item)
      this.#dropTop()
      due.push(item)
    }
    return due
  }

  #dropTop(): void {
    const last = this.#heap.pop()
    if (!last || this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink()
  }

  #rise(from: number): void {
    let at = from
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (this.#at(parent) <= this.#at(at)) return
      this.#swap(at, parent)
      at = parent
    }
  }

  #sink(): void {
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const least = this.#at(left + 1) < this.#at(left) ? left + 1 : left
      if (this.#at(least) >= this.#at(at)) return
      this.#swap(at, least)
      at = least
    }
  }

  #at(place: number): number {
    return this.#heap[place]?.at ?? Number.POSITIVE_INFINITY
  }

  #swap(one: number, other: number): void {
    const [a, b] = [this.#heap[one], this.#heap[other]]
    if (!a || !b) return
    this.#heap[one] = b
    this.#heap[other] = a
  }
}
