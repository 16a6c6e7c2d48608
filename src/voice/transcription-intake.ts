import type { TrafficItem } from '../conversations/domain/traffic.ts'
import type { TrafficIntake } from '../conversations/traffic-intake.ts'
import { reportDiagnostic } from '../events/report.ts'
import type { Clock } from '../kernel/clock.ts'
import { wireId } from '../kernel/ids.ts'
import type { Store } from '../store/store.ts'
import type { TranscribedWords, TranscriptionEvent } from './domain/transcription-event.ts'
import { bindTranscription, stopTranscription, transcriptionBySid, transcriptionTable } from './rows.ts'

interface Ports {
  store: Store
  clock: Clock
  intake: TrafficIntake
}

/** What the callback's own URL says of the call, since its form does not. */
export interface TranscribedCall {
  from: string
  to: string
  /** The call went out from the account's number. */
  isOutbound: boolean
  route: { configurationId: string | undefined; conversationId: string | undefined }
  /** Whom the call was connected to. */
  agent: string | undefined
  /** What the document calls who is heard on a track. */
  labels: Partial<Record<TranscribedWords['track'], string>>
  requestId: string
}

/** Words may overtake the end of their transcription by so much. */
const lateMs = 5_000
const lateWords = 530954

/**
 * Takes in one event of the real network's transcription. Events come in any order and more than once: words are known by
 * their transcription and number, their order by their time, and whatever comes first finds the conversation.
 */
export async function takeTranscription(
  ports: Ports,
  account: number,
  event: TranscriptionEvent,
  call: TranscribedCall,
): Promise<void> {
  switch (event.event) {
    case 'ignored':
      return
    case 'started':
      await begin(ports, account, event, call)
      return
    case 'content':
      return takeWords(ports, account, event, call)
    case 'stopped':
      return stop(ports, account, event, call)
    case 'error':
      return tell(ports, account, call, event.callSid, {
        level: 'error',
        code: Number(event.code) || 530955,
        message: `The transcription of a call failed: ${event.message || 'no reason was given'}`,
      })
  }
}

type Named = { callSid: string; sid: string }

/** The conversation's id without prefix, found or made; null where nothing is to be captured. */
async function begin(ports: Ports, account: number, { callSid, sid }: Named, call: TranscribedCall) {
  const { store, clock } = ports
  const now = await clock.now()
  const row = { account, sid, call_sid: callSid, conversation_id: null, stopped_at: null, created_at: now }
  await store.transact((tx) => tx.insert(transcriptionTable, [row], 'nothing'))
  const known = await store.read.get(transcriptionBySid, { account, sid })
  if (known?.conversation_id != null || known?.stopped_at != null) return known
  const { configurationId, conversationId } = call.route
  const item: TrafficItem = {
    kind: 'STREAM_STARTED',
    ...sidesOf(call, 'remote', callSid),
    ...(configurationId === undefined ? {} : { configurationId }),
    ...(conversationId === undefined ? {} : { conversationId }),
  }
  const result = await capture(ports, account, item, call)
  const bound = result?.outcome === 'CAPTURED' ? result.conversationId : null
  if (bound !== null) await store.transact((tx) => tx.run(bindTranscription, { account, sid, conversationId: bound }))
  return { conversation_id: bound, stopped_at: null }
}

async function takeWords(
  ports: Ports,
  account: number,
  event: Extract<TranscriptionEvent, { event: 'content' }>,
  call: TranscribedCall,
): Promise<void> {
  const { words, callSid, sid } = event
  const known = await ports.store.read.get(transcriptionBySid, { account, sid })
  const stoppedAt = known?.stopped_at ?? null
  if (stoppedAt !== null && (await ports.clock.now()) - stoppedAt > lateMs) {
    return tell(ports, account, call, callSid, {
      level: 'warning',
      code: lateWords,
      message: `Words came more than ${lateMs / 1000} s after their transcription had stopped; they were dropped.`,
    })
  }
  const bound = known?.conversation_id ?? (await begin(ports, account, event, call))?.conversation_id ?? null
  if (bound === null) return
  const label = call.labels[words.track]
  const item: TrafficItem = {
    kind: 'COMMUNICATION',
    ...sidesOf(call, words.track === 'inbound_track' ? 'remote' : 'own', callSid),
    ...(call.agent === undefined ? {} : { agentType: 'HUMAN_AGENT', agentAddress: call.agent }),
    ...(label === undefined ? {} : { fromName: label }),
    content: {
      type: 'TRANSCRIPTION',
      text: words.text,
      transcription: {
        channel: words.track === 'inbound_track' ? 0 : 1,
        ...(words.confidence === null ? {} : { confidence: words.confidence }),
      },
    },
    resourceId: words.resourceId,
    conversationId: wireId('conversation', bound),
    occurredAt: words.occurredAt,
  }
  await capture(ports, account, item, call)
}

async function stop(ports: Ports, account: number, event: Named, call: TranscribedCall): Promise<void> {
  const { store, clock } = ports
  const known = await begin(ports, account, event, call)
  const now = await clock.now()
  await store.transact((tx) => tx.run(stopTranscription, { account, sid: event.sid, now }))
  if (known?.conversation_id == null) return
  // Whether the call goes on is not known: a conversation with null timeouts waits for the grace to pass.
  await capture(ports, account, { kind: 'STREAM_STOPPED', channelId: event.callSid }, call)
}

function sidesOf({ from, to, isOutbound }: TranscribedCall, speaker: 'remote' | 'own', channelId: string) {
  const [remote, own] = isOutbound ? [to, from] : [from, to]
  const direction = speaker === 'remote' ? ('INBOUND' as const) : ('OUTBOUND' as const)
  const [author, recipient] = speaker === 'remote' ? [remote, own] : [own, remote]
  return { channel: 'VOICE' as const, channelId, from: author, to: recipient, direction }
}

async function capture({ intake }: Ports, account: number, item: TrafficItem, { requestId }: TranscribedCall) {
  const [result] = await intake.capture(account, [{ item, requestId }])
  return result
}

async function tell(
  { store, clock }: Ports,
  account: number,
  { requestId }: TranscribedCall,
  callSid: string,
  told: { level: 'warning' | 'error'; code: number; message: string },
): Promise<void> {
  const at = await clock.now()
  const diagnostic = { ...told, resource: callSid, channel: 'VOICE', requestId, at }
  await store.transact((tx) => reportDiagnostic(tx, account, diagnostic))
}
