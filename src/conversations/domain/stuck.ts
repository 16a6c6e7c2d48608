import { type ChannelClock, channelClocks, endsWithStream, type LifecycleRules, timeoutsOf } from './clocks.ts'
import { isClockRunning, type Lifecycle } from './lifecycle.ts'

/** Why an open conversation will not move on by itself, in words; null when it will, or is CLOSED. */
export function stuckReason(lifecycle: Lifecycle, rules: LifecycleRules): string | null {
  const { status, clocks } = lifecycle
  if (status === 'CLOSED' || isClockRunning(lifecycle, rules)) return null
  const started = channelClocks(clocks, rules)
  if (started.length === 0) {
    return clocks.silentSince === undefined
      ? 'Nothing has been communicated, and nobody has an address on a message channel with timeouts.'
      : 'Nothing has been said on VOICE yet, and its clocks start with the first utterance.'
  }
  const bound = status === 'ACTIVE' ? 'liveUntil' : 'doneAt'
  const endless = started.filter((clock) => clock[bound] === Number.POSITIVE_INFINITY)
  return endless.map((clock) => endlessReason(clock, rules)).join(' ')
}

function endlessReason({ channel }: ChannelClock, rules: LifecycleRules): string {
  if (channel === 'VOICE' && endsWithStream(rules)) {
    return 'VOICE ends with its transcription stream, and none has been started.'
  }
  const missing = timeoutsOf(rules, channel).inactiveMs === Number.POSITIVE_INFINITY ? 'timeouts' : 'closed timeout'
  return `${channel} has no ${missing} in the configuration that the conversation pinned.`
}
