/** How often each route gave each answer. */
export class Histogram {
  readonly #counts = new Map<string, Map<string, number>>()

  count(route: string, outcome: string): void {
    const row = this.#counts.get(route) ?? new Map<string, number>()
    this.#counts.set(route, row)
    row.set(outcome, (row.get(outcome) ?? 0) + 1)
  }

  print(): string {
    const outcomes = [...new Set([...this.#counts.values()].flatMap((row) => [...row.keys()]))].sort()
    const width = Math.max(5, ...[...this.#counts.keys()].map((route) => route.length))
    const line = (name: string, cells: readonly (string | number)[]) =>
      `${name.padEnd(width)} ${cells.map((cell) => String(cell).padStart(7)).join('')}`
    const rows = [...this.#counts].map(([route, row]) => line(route, cellsOf(row, outcomes)))
    const total = new Map(outcomes.map((outcome) => [outcome, sum([...this.#counts.values()], outcome)]))
    return [line('route', ['all', ...outcomes]), ...rows, line('total', cellsOf(total, outcomes))].join('\n')
  }
}

function cellsOf(row: ReadonlyMap<string, number>, outcomes: readonly string[]): (string | number)[] {
  const all = [...row.values()].reduce((total, count) => total + count, 0)
  return [all, ...outcomes.map((outcome) => row.get(outcome) ?? '')]
}

function sum(rows: readonly ReadonlyMap<string, number>[], outcome: string): number {
  return rows.reduce((total, row) => total + (row.get(outcome) ?? 0), 0)
}
