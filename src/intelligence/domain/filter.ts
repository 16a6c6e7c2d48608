/** What narrows a rule, beyond what is published; without it everybody's words count, one communication at a time. */
export interface RuleFilter {
  /** Whose words trigger and are read. Empty: everybody's. */
  participantTypes: readonly string[]
  /** Whether what somebody says on end on a call counts once, when it is over. */
  turns: boolean
  /** A silence that long ends a turn. */
  turnPauseSeconds: number
}

/** Fragments of an agent's speech come when they have been spoken, which takes up to a dozen seconds each. */
export const usualPauseSeconds = 15
export const noFilter: RuleFilter = { participantTypes: [], turns: false, turnPauseSeconds: usualPauseSeconds }

/** Who said something. */
export interface Speaker {
  participantId: string
  type: string
  /** The call that it was said on; null: it was no speech. */
  call: string | null
}

/** Of whom nothing is known, as where nobody asked: admitted where everybody is. */
export function admits(filter: RuleFilter | undefined, type: string | undefined): boolean {
  if (!filter || filter.participantTypes.length === 0) return true
  return filter.participantTypes.includes(type ?? 'UNKNOWN')
}

/** Words of somebody on a call that more may follow. */
export interface OpenTurn {
  participantId: string
  call: string
  /** When it is over unless they go on. */
  closesAt: number
  /** Whether the rule is to be executed when it is over. */
  triggers: boolean
}

/** Whether what is said at this time goes on with the turn. */
export function goesOnWith(turn: OpenTurn | undefined, speaker: Speaker | undefined, at: number): turn is OpenTurn {
  return (
    turn !== undefined &&
    turn.participantId === speaker?.participantId &&
    turn.call === speaker.call &&
    at < turn.closesAt
  )
}
