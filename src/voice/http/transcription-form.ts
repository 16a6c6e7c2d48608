import { invalid } from '../../kernel/failure.ts'
import type { Track, Transcription } from '../domain/verbs.ts'
import { readMethod, readUrl } from './call-form.ts'

const tracks: readonly Track[] = ['inbound_track', 'outbound_track', 'both_tracks']
/** Published parameters that have no effect here. */
const unserved = ['IntelligenceService', 'TranscriptionConfigurationId', 'EnableProviderData'] as const
const maxLabel = 256

/** What a request wants written down of a call; the debugger is told what of it is not served. */
export function readTranscriptionForm(
  form: Record<string, string>,
  allowPrivate: boolean,
): { transcription: Transcription; unserved: string[] } {
  const { StatusCallbackUrl: url } = form
  const method = readMethod(form, 'StatusCallbackMethod')
  const transcription: Transcription = {
    conversationConfiguration: given(form.ConversationConfiguration),
    conversationId: given(form.ConversationId),
    name: given(form.Name),
    track: readTrack(form.Track),
    statusCallback: url ? { url: readUrl('StatusCallbackUrl', url, allowPrivate), method } : null,
    inboundTrackLabel: given(form.InboundTrackLabel)?.slice(0, maxLabel) ?? null,
    outboundTrackLabel: given(form.OutboundTrackLabel)?.slice(0, maxLabel) ?? null,
    partialResults: readFlag(form, 'PartialResults', false),
    languageCode: given(form.LanguageCode) ?? 'en-US',
    transcriptionEngine: given(form.TranscriptionEngine) ?? 'google',
    speechModel: given(form.SpeechModel) ?? 'telephony',
    profanityFilter: readFlag(form, 'ProfanityFilter', true),
    hints: given(form.Hints) ?? '',
    enableAutomaticPunctuation: readFlag(form, 'EnableAutomaticPunctuation', true),
  }
  return { transcription, unserved: unserved.filter((name) => given(form[name]) !== null) }
}

function readTrack(value: string | undefined): Track {
  const track = tracks.find((one) => one === (value || 'both_tracks'))
  if (track) return track
  throw invalid('Track', `Track must be one of ${tracks.join(', ')}`)
}

function readFlag(form: Record<string, string>, field: string, otherwise: boolean): boolean {
  const value = form[field]?.toLowerCase()
  if (!value) return otherwise
  if (value === 'true' || value === 'false') return value === 'true'
  throw invalid(field, `${field} must be true or false`)
}

function given(value: string | undefined): string | null {
  return value?.trim() || null
}
