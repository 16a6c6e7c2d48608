/** How far the move to a configuration of another grouping has come, told by what is there. Pure. */

export const steps = ['CREATE', 'CLOSE', 'GIVE_RULES', 'TAKE_RULES', 'CLOSE_REST', 'DELETE', 'RENAME', 'DONE'] as const
export type Step = (typeof steps)[number]

interface One {
  id: string
  displayName: string
  description: string
  channelSettings: Record<string, { captureRules?: readonly unknown[] | null | undefined } | undefined>
}

/**
 * The next thing to do. The new configuration is known by a mark in its description, so that whoever comes back after a
 * reload, or on another day, goes on where it stopped. `closed`: the first round of closing has been through.
 */
export function nextStep(state: { old: One | undefined; new: One | undefined; open: number; closed: boolean }): Step {
  const { old, open, closed } = state
  if (state.new === undefined) return old === undefined ? 'DONE' : 'CREATE'
  if (old === undefined) return 'RENAME'
  if (!hasRules(old)) return open > 0 ? 'CLOSE_REST' : 'DELETE'
  if (hasRules(state.new)) return 'TAKE_RULES'
  return open > 0 && !closed ? 'CLOSE' : 'GIVE_RULES'
}

function hasRules({ channelSettings }: One): boolean {
  return Object.values(channelSettings).some((settings) => (settings?.captureRules ?? []).length > 0)
}

const mark = (id: string) => ` (takes the place of ${id})`

/** The description of the new one while the old one is there. */
export function marked(description: string, oldId: string): string {
  return `${description.slice(0, 512 - mark(oldId).length)}${mark(oldId)}`
}

export function unmarked(description: string): string {
  return description.replace(/ \(takes the place of [^)]*\)$/, '')
}

/** The configuration that is taking the place of the old one. */
export function successorOf<T extends One>(all: readonly T[], oldId: string): T | undefined {
  return all.find(({ description }) => description.endsWith(mark(oldId)))
}

/** A name of at most 32 characters that is not the old one's. */
export function interimName(name: string): string {
  return `${name.slice(0, 28)} new`
}

/** The channels without their rules: timeouts move at once, rules when the old configuration gives them up. */
export function withoutRules<T extends Record<string, { captureRules?: unknown } | undefined>>(channels: T): T {
  const bare = Object.entries(channels).map(([channel, settings]) => [channel, { ...settings, captureRules: [] }])
  return Object.fromEntries(bare) as T
}
