import type { RelayOutput, RelaySession, RelayStep } from './relay-session.ts'
import type { RelayDebug } from './verbs.ts'

/** A step with what the document's `debug` wants told of it beside the conversation. */
export function withDebug(before: RelaySession, step: RelayStep): RelayStep {
  const { debug } = before.relay
  if (debug.length === 0) return step
  return { ...step, outputs: [...tokens(debug, step.outputs), ...speakers(debug, before, step.session)] }
}

function tokens(debug: readonly RelayDebug[], outputs: readonly RelayOutput[]): RelayOutput[] {
  if (!debug.includes('tokens-played')) return [...outputs]
  return outputs.flatMap((output) => (output.kind === 'SPOKE' ? [output, info('tokensPlayed', output.text)] : [output]))
}

function speakers(debug: readonly RelayDebug[], before: RelaySession, after: RelaySession): RelayOutput[] {
  if (!debug.includes('speaker-events')) return []
  return [
    ...turned('agentSpeaking', before.playing.length > 0, after.playing.length > 0),
    ...turned('clientSpeaking', before.hearing.length > 0, after.hearing.length > 0),
  ]
}

function turned(name: 'agentSpeaking' | 'clientSpeaking', was: boolean, is: boolean): RelayOutput[] {
  return was === is ? [] : [info(name, is ? 'on' : 'off')]
}

function info(name: 'agentSpeaking' | 'clientSpeaking' | 'tokensPlayed', value: string): RelayOutput {
  return { kind: 'FRAME', frame: { type: 'info', name, value } }
}
