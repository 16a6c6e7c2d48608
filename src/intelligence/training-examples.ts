import { Ajv } from 'ajv'
import { invalid } from '../kernel/failure.ts'
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

/** Tells what is wrong with an answer, or undefined. Throws when the schema itself can not be used. */
function answerChecker(schema: object): (answer: unknown) => string | undefined {
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false })
  let validate: ReturnType<Ajv['compile']>
  try {
    validate = ajv.compile(schema)
  } catch (error) {
    throw invalid('outputSchema', `The outputSchema is not valid: ${(error as Error).message}`)
  }
  return (answer) => (validate(answer) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'answer' }))
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
