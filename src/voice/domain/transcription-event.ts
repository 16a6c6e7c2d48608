/** What the real network's transcription callback says, read from its form. */
export type TranscriptionEvent =
  | { event: 'started'; callSid: string; sid: string }
  | { event: 'stopped'; callSid: string; sid: string }
  | { event: 'error'; callSid: string; sid: string; code: string; message: string }
  | { event: 'content'; callSid: string; sid: string; words: TranscribedWords }
  /** Interim results, and events that nobody knows yet. */
  | { event: 'ignored' }

export interface TranscribedWords {
  track: 'inbound_track' | 'outbound_track'
  text: string
  confidence: number | null
  /** Names the words: the transcription and their number in it. */
  resourceId: string
  occurredAt: string | null
}

/** Answers the field that is missing or wrong where it cannot be read. */
export function readTranscriptionEvent(
  form: Readonly<Record<string, string>>,
): TranscriptionEvent | { problem: string; field: string } {
  const { CallSid: callSid, TranscriptionSid: sid, TranscriptionEvent: event } = form
  if (!callSid) return missing('CallSid')
  if (!sid) return missing('TranscriptionSid')
  switch (event) {
    case undefined:
      return missing('TranscriptionEvent')
    case 'transcription-started':
      return { event: 'started', callSid, sid }
    case 'transcription-stopped':
      return { event: 'stopped', callSid, sid }
    case 'transcription-error':
      return {
        event: 'error',
        callSid,
        sid,
        code: form.TranscriptionErrorCode ?? '',
        message: form.TranscriptionError ?? '',
      }
    case 'transcription-content':
      return readContent(form, callSid, sid)
    default:
      return { event: 'ignored' }
  }
}

function readContent(form: Readonly<Record<string, string>>, callSid: string, sid: string) {
  if (form.Final !== 'true') return { event: 'ignored' as const }
  const { Track: track, SequenceId: sequence } = form
  if (track !== 'inbound_track' && track !== 'outbound_track') return wrong('Track', 'inbound_track or outbound_track')
  if (!sequence || !/^\d{1,15}$/.test(sequence)) return wrong('SequenceId', 'a number')
  const data = readData(form.TranscriptionData)
  if (!data) return wrong('TranscriptionData', 'JSON with a transcript')
  if (data.text.trim() === '') return { event: 'ignored' as const }
  const occurredAt = form.Timestamp && !Number.isNaN(Date.parse(form.Timestamp)) ? form.Timestamp : null
  const words: TranscribedWords = { track, ...data, resourceId: `${sid}-${Number(sequence)}`, occurredAt }
  return { event: 'content' as const, callSid, sid, words }
}

function readData(text: string | undefined): { text: string; confidence: number | null } | undefined {
  try {
    const { transcript, confidence } = JSON.parse(text ?? '') ?? {}
    if (typeof transcript !== 'string') return undefined
    const isConfidence = typeof confidence === 'number' && confidence >= 0 && confidence <= 1
    return { text: transcript.toWellFormed().replaceAll('\0', ''), confidence: isConfidence ? confidence : null }
  } catch {
    return undefined
  }
}

function missing(field: string) {
  return { field, problem: `${field} is required` }
}

function wrong(field: string, must: string) {
  return { field, problem: `${field} must be ${must}` }
}
