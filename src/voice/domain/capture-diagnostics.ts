/** What the debugger is told of calls whose words are not captured as somebody may have meant. */

export const suppressed = {
  PASSIVE: {
    level: 'warning',
    code: 530950,
    message:
      'A capture rule and the TwiML of a call want the same words; the TwiML does, and the rule does not. Take the rule away.',
  },
  SECOND_STREAM: {
    level: 'warning',
    code: 530951,
    message: 'Two streams of one call want the same words; the one that began first has them.',
  },
} as const

export function unusable(why: string) {
  const message = `What the TwiML names can not be used, so nothing of the call is captured. ${why}`
  return { level: 'warning', code: 530952, message } as const
}
