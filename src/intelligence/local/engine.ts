import { builtinIds } from '../builtin-operators.ts'
import type { Operator } from '../domain/operator.ts'
import type { Engine, OperatorTask, Outcome } from '../engine.ts'
import type { Analysis } from './analysis.ts'
import { type AnalysisThread, analysisThread } from './thread.ts'

/** What results of the local engine name as their model. */
const localModel = 'skein-local'

/** Answers the built-in operators without any model, on a thread of its own that starts when it is needed first. */
export class LocalEngine implements Engine {
  readonly #thread: AnalysisThread

  constructor(thread = analysisThread) {
    this.#thread = thread
  }

  async run({ operator, values, transcript, recall }: OperatorTask): Promise<Outcome> {
    const kind = kindOf(operator)
    if (kind === undefined) {
      return { failure: 'No model is configured, and the local engine knows only the built-in operators.' }
    }
    const known =
      kind === 'next-best-response' && recall
        ? [...(await recall.traits()), ...(await recall.observations())]
        : undefined
    const begun = performance.now()
    const analysed = await this.#thread.analyse(analysisOf(kind, { transcript, values, known }))
    if ('failure' in analysed) return analysed
    return {
      answer: {
        result: analysed.result,
        resolvedModel: localModel,
        inputCharacters: transcript.reduce((sum, { text }) => sum + text.length, 0),
        outputCharacters: JSON.stringify(analysed.result).length,
        latencyMs: Math.round(performance.now() - begun),
        usage: null,
        usedMemory: known !== undefined,
      },
    }
  }
}

function kindOf({ id, author }: Operator): Analysis['kind'] | undefined {
  if (author !== 'TWILIO') return undefined
  switch (id) {
    case builtinIds.sentiment:
      return 'sentiment'
    case builtinIds.summary:
      return 'summary'
    case builtinIds.nextBestResponse:
      return 'next-best-response'
    case builtinIds.scriptAdherence:
      return 'script-adherence'
    case builtinIds.observations:
      return 'observations'
    default:
      return undefined
  }
}

function analysisOf(
  kind: Analysis['kind'],
  { transcript, values, known }: Pick<OperatorTask, 'transcript' | 'values'> & { known: string[] | undefined },
): Analysis {
  const words = transcript.map(({ id, side, text }) => ({ id, side, text }))
  switch (kind) {
    case 'next-best-response':
      return { kind, transcript: words, known: known ?? [] }
    case 'script-adherence':
      return { kind, transcript: words, script: String(values.script) }
    default:
      return { kind, transcript: words }
  }
}
