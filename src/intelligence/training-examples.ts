import { invalid } from '../kernel/failure.ts'
import { answerChecker } from './answer-checking.ts'
import type { OperatorBody } from './domain/operator.ts'

/** Throws when an example's output is no JSON of the operator's schema: a model would learn to answer wrongly. */
export function checkExamples({ outputSchema, trainingExamples }: OperatorBody): void {
  if (outputSchema === null) return
  const admits = answerChecker(outputSchema)
  for (const [at, { output }] of trainingExamples.entries()) {
    const field = `trainingExamples[${at}].output`
    const answer = parsed(output)
    if (answer === undefined) throw invalid(field, `${field} must be JSON`)
    const problem = admits(answer.value)
    if (problem !== undefined) throw invalid(field, `${field} does not fit the outputSchema: ${problem}`)
  }
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
