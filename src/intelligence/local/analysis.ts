import type { Utterance } from '../domain/transcript.ts'
import { nextBestResponse } from './next-best-response.ts'
import { observationsOf } from './observations.ts'
import { adherenceTo, parseScript } from './script-adherence.ts'
import { sentimentOf } from './sentiment.ts'
import { summaryOf } from './summary.ts'

/** What the local engine can be asked. */
export type Analysis = { transcript: readonly Utterance[] } & (
  | { kind: 'sentiment' | 'summary' | 'observations' }
  | { kind: 'next-best-response'; known: readonly string[] }
  | { kind: 'script-adherence'; script: string }
)

export type Analysed = { result: Record<string, unknown> } | { failure: string }

/** Deterministic: the same words have the same result. */
export function analyse(analysis: Analysis): Analysed {
  const { transcript } = analysis
  switch (analysis.kind) {
    case 'sentiment':
      return { result: { label: sentimentOf(transcript) } }
    case 'summary':
      return { result: { text: summaryOf(transcript) } }
    case 'observations':
      return { result: { observations: observationsOf(transcript).map((content) => ({ content })) } }
    case 'next-best-response':
      return { result: { text: nextBestResponse(transcript, analysis.known) } }
    case 'script-adherence': {
      const script = parseScript(analysis.script)
      return typeof script === 'string' ? { failure: script } : { result: { ...adherenceTo(script, transcript) } }
    }
  }
}
