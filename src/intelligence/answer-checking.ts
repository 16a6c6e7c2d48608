import { Ajv } from 'ajv'
import { invalid } from '../kernel/failure.ts'
import type { OutputSchema } from './domain/output-schema.ts'

/** Tells what is wrong with an answer, or undefined. Throws when the schema itself can not be used. */
export function answerChecker(schema: OutputSchema): (answer: unknown) => string | undefined {
  const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false })
  let validate: ReturnType<Ajv['compile']>
  try {
    validate = ajv.compile(schema)
  } catch (error) {
    throw invalid('outputSchema', `The outputSchema is not valid: ${(error as Error).message}`)
  }
  return (answer) => (validate(answer) ? undefined : ajv.errorsText(validate.errors, { dataVar: 'answer' }))
}
