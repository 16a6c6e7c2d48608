import type { Stream } from '../domain/conversation.ts'
import { diagnostics } from '../domain/diagnostics.ts'
import { endCall, startStream, stopStream } from '../domain/lifecycle.ts'
import type { ObservedStreamStop } from '../domain/traffic.ts'
import type { Unit } from '../unit.ts'
import type { Intake } from './intake.ts'
import type { ObservedEvent } from './traffic-plan.ts'
import type { TrafficResult } from './traffic-result.ts'

/**
 * The conversation to which a stream has bound the call of the event. Late words are bound to a CLOSED one too, which
 * refuses them; a new stream on the call is not, and finds itself another.
 */
export function boundConversation(
  { streams, work }: Pick<Intake, 'streams' | 'work'>,
  event: ObservedEvent,
  configurationId?: string,
): Unit | undefined {
  if (event.channel !== 'VOICE' || event.channelId === null) return undefined
  const stream = streams.get(event.channelId)
  const unit = stream && work.unit(stream.conversationId)
  if (event.kind !== 'STREAM_STARTED') return unit
  const isOver = unit?.conversation.lifecycle.status === 'CLOSED'
  // A stream of its own configuration does not join what another configuration has captured.
  const isElsewhere = configurationId !== undefined && unit?.conversation.configurationId !== configurationId
  return isOver || isElsewhere ? undefined : unit
}

/** A relay session or transcription began on a call: the conversation is findable by the call from now on. */
export function beginStream({ work, streams }: Intake, unit: Unit, channelId: string): void {
  const known = streams.get(channelId)
  const isRunning = known !== undefined && known.stoppedAt === null && known.conversationId === unit.conversation.id
  if (isRunning) return
  work.become(unit, startStream(unit.conversation.lifecycle, unit.snapshot.rules, work.now))
  const stream: Stream = {
    channelId,
    conversationId: unit.conversation.id,
    startedAt: work.now,
    stoppedAt: null,
    callOver: false,
  }
  streams.set(channelId, stream)
  work.saveStream(stream, known === undefined)
}

export function stopStreamOf({ work, streams }: Intake, { channelId, callOver }: ObservedStreamStop): TrafficResult {
  const stream = streams.get(channelId)
  const unit = stream && work.unit(stream.conversationId)
  if (!stream || !unit) return notCaptured(diagnostics.unknownStream)
  const conversationId = unit.conversation.id
  const answer = { conversationId, communicationId: null, created: false, trace: null }
  const { stoppedAt } = stream
  const isNews = stoppedAt === null || (callOver && !stream.callOver)
  if (!isNews) return { ...answer, outcome: 'DUPLICATE', reason: diagnostics.unknownStream }
  const stopped: Stream = { ...stream, stoppedAt: stoppedAt ?? work.now, callOver }
  streams.set(channelId, stopped)
  work.saveStream(stopped, false)
  const { lifecycle } = unit.conversation
  if (lifecycle.status !== 'CLOSED') {
    const { rules } = unit.snapshot
    work.become(
      unit,
      stoppedAt === null
        ? stopStream(lifecycle, rules, work.now, { callOver })
        : endCall(lifecycle, rules, work.now, { stoppedAt }),
    )
  }
  return { ...answer, outcome: 'CAPTURED', reason: null }
}

function notCaptured(reason: { code: number; message: string }): TrafficResult {
  return { outcome: 'NOT_CAPTURED', conversationId: null, communicationId: null, created: false, reason, trace: null }
}
