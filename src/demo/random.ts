/** A source of chance that a seed determines wholly: the same seed, the same draws. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number
  /** Whether something of this probability (0 to 1) happens. */
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** One of the keys, each as often as its weight has it. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K
}

export function randomOf(seed: number): Random {
  // Neighbouring seeds would begin alike without this, and the generator below never leaves zero.
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 || 1
  const draw = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state = (state ^ (state << 5)) >>> 0
    return state / 0x1_0000_0000
  }
  for (let n = 0; n < 8; n += 1) draw()
  const between = (least: number, most: number) => least + Math.floor(draw() * (most - least + 1))
  return {
    between,
    chance: (probability) => draw() < probability,
    pick: <T>(list: readonly T[]) => list[between(0, list.length - 1)] as T,
    weighted: <K extends string>(weights: Readonly<Record<K, number>>) => {
      const entries = Object.entries(weights) as [K, number][]
      let rest = draw() * entries.reduce((sum, [, weight]) => sum + weight, 0)
      const chosen = entries.find(([, weight]) => {
        rest -= weight
        return rest < 0
      })
      return (chosen ?? (entries[0] as [K, number]))[0]
    },
  }
}
