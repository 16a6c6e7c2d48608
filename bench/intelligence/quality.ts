import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Utterance } from '../../src/intelligence/domain/transcript.ts'
import { stemsOf } from '../../src/intelligence/local/language.ts'
import { observationsOf } from '../../src/intelligence/local/observations.ts'
import { type SentimentLabel, sentimentOf, sentiments } from '../../src/intelligence/local/sentiment.ts'

interface Labelled {
  id: string
  topic: string
  sentiment: SentimentLabel
  turns: { speaker: 'customer' | 'agent'; text: string }[]
  observations: { text: string; words: string[] }[]
}

export interface Quality {
  dialogues: number
  /** The mean of the labels' F1, each label counting the same. */
  sentimentMacroF1: number
  /** Of what was extracted, the share that is an observation of its dialogue. */
  observationPrecision: number
  /** Of the observations there are, the share that was extracted. */
  observationRecall: number
}

/** Holds the built-in operators against a labelled set: JSON lines as this folder's README describes them. */
export function measureQuality(file = join(import.meta.dirname, 'labelled.jsonl')): Quality {
  const dialogues = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Labelled)
  const judged = dialogues.map((dialogue) => ({
    label: dialogue.sentiment,
    answer: sentimentOf(transcriptOf(dialogue)),
    ...judgeObservations(dialogue),
  }))
  const sum = (of: (one: (typeof judged)[number]) => number) => judged.reduce((total, one) => total + of(one), 0)
  return {
    dialogues: dialogues.length,
    sentimentMacroF1: macroF1(judged),
    observationPrecision: sum(({ right }) => right) / sum(({ extracted }) => extracted),
    observationRecall: sum(({ found }) => found) / sum(({ wanted }) => wanted),
  }
}

function transcriptOf({ turns }: Labelled): Utterance[] {
  return turns.map(({ speaker, text }) => ({ id: null, side: speaker === 'customer' ? 'CUSTOMER' : 'BUSINESS', text }))
}

function judgeObservations(dialogue: Labelled) {
  const extracted = observationsOf(transcriptOf(dialogue)).map((statement) => new Set(stemsOf(statement)))
  const wanted = dialogue.observations.map(({ words }) => words.flatMap((word) => stemsOf(word)))
  const says = (statement: Set<string>, words: string[]) => words.every((word) => statement.has(word))
  return {
    extracted: extracted.length,
    right: extracted.filter((statement) => wanted.some((words) => says(statement, words))).length,
    wanted: wanted.length,
    found: wanted.filter((words) => extracted.some((statement) => says(statement, words))).length,
  }
}

function macroF1(judged: readonly { label: SentimentLabel; answer: SentimentLabel }[]): number {
  const scores = sentiments.map((label) => {
    const right = judged.filter((one) => one.label === label && one.answer === label).length
    const named =
      judged.filter((one) => one.label === label).length + judged.filter((one) => one.answer === label).length
    return named === 0 ? 1 : (2 * right) / named
  })
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}
