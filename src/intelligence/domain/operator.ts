import { invalid } from '../../kernel/failure.ts'
import { normalizedSchema, type OutputSchema } from './output-schema.ts'
import { checkParameters, type Parameter } from './parameters.ts'

/** What users may ask of their own operators; the vendor's own have one format more. */
export const outputFormats = ['TEXT', 'JSON', 'CLASSIFICATION'] as const
export type OutputFormat = (typeof outputFormats)[number]

export interface TrainingExample {
  input: string
  output: string
}

/** A prompt with the form of its answer: one version of it, which never changes. */
export interface OperatorBody {
  displayName: string
  description: string | null
  prompt: string
  outputFormat: OutputFormat
  /** Of JSON only; every object in it is closed and needs all of its properties. */
  outputSchema: OutputSchema | null
  trainingExamples: TrainingExample[]
  memoryEnabled: boolean
  knowledgeEnabled: boolean
  parameters: Record<string, Parameter>
}

export interface Operator extends OperatorBody {
  /** Without prefix. */
  id: string
  version: number
  author: 'SELF' | 'TWILIO'
  createdAt: number
}

/** An operator as a request describes it. */
export interface OperatorInput {
  displayName: string
  description?: string | null
  prompt: string
  outputFormat?: OutputFormat
  outputSchema?: unknown
  trainingExamples?: TrainingExample[] | null
  context?: { memory?: { enabled?: boolean } | null; knowledge?: { enabled?: boolean } | null } | null
  parameters?: Record<string, unknown> | null
}

const placeholder = /\{\{\s*parameters\.([^}\s]+)\s*\}\}/g

/** Reads a request. Throws a refusal that names the field when something does not fit together. */
export function operatorBody(input: OperatorInput): OperatorBody {
  const outputFormat = input.outputFormat ?? 'TEXT'
  const parameters = checkParameters(input.parameters ?? {})
  for (const name of placeholdersOf(input.prompt)) {
    if (!Object.hasOwn(parameters, name))
      throw invalid('prompt', `The prompt uses the parameter "${name}", which is not declared.`)
  }
  return {
    displayName: input.displayName,
    description: input.description ?? null,
    prompt: input.prompt,
    outputFormat,
    outputSchema: schemaFor(outputFormat, input.outputSchema),
    trainingExamples: input.trainingExamples ?? [],
    memoryEnabled: input.context?.memory?.enabled ?? false,
    knowledgeEnabled: input.context?.knowledge?.enabled ?? false,
    parameters,
  }
}

/** The names of the parameters that a prompt uses. */
export function placeholdersOf(prompt: string): string[] {
  return [...new Set([...prompt.matchAll(placeholder)].map(([, name]) => name as string))]
}

/** The prompt with the values in place of their names. A parameter without value leaves nothing behind. */
export function filledPrompt(prompt: string, values: Readonly<Record<string, unknown>>): string {
  return prompt.replace(placeholder, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    return value === undefined || value === null ? '' : String(value)
  })
}

/** Text and labels have a form of their own, whatever schema is sent with them. */
function schemaFor(format: OutputFormat, schema: unknown): OutputSchema | null {
  if (format !== 'JSON') return null
  if (schema === undefined || schema === null)
    throw invalid('outputSchema', 'An operator that answers JSON needs an outputSchema.')
  return normalizedSchema(schema)
}
