/** What happens to an addition that a profile has no room for: the memories left alone for longest go, or it is refused. */
export const overflowPolicies = ['evict', 'refuse'] as const
export type OverflowPolicy = (typeof overflowPolicies)[number]

export interface Addition {
  /** How many memories of the kind the profile has. */
  present: number
  added: number
  maximum: number
  policy: OverflowPolicy
}

/**
 * How many memories make room for an addition, or `refused`. Never more than are added: a profile that a merge has filled
 * beyond its maximum does not lose hundreds for one, which no undoing of the merge could bring back.
 */
export function roomFor({ present, added, maximum, policy }: Addition): number | 'refused' {
  const excess = present + added - maximum
  if (excess <= 0) return 0
  return policy === 'refuse' ? 'refused' : Math.min(excess, added, present)
}
