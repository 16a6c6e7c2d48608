import type { ModelMessage, Schema, ToolSet } from 'ai'
import type { Outgoing } from '../../http/outgoing/client.ts'
import { answerChecker } from '../answer-checking.ts'
import { answerSchema, inSchemaOrder, withoutNul } from '../domain/answers.ts'
import type { OutputSchema } from '../domain/output-schema.ts'
import { materialOf, type Prompt, promptFor } from '../domain/prompt.ts'
import type { Answer, Engine, EngineFailure, OperatorTask, Outcome, Recall } from '../engine.ts'
import { loadSdk, type Sdk } from './sdk.ts'
import { Wire } from './wire.ts'

/** A service with the chat completions of OpenAI's API, as the operator has set it. */
export interface ModelSettings {
  /** What `/chat/completions` is added to, without trailing slash. */
  url: string
  key: string | undefined
  name: string
  /** For everything that one operator asks, in wall milliseconds. */
  timeoutMs: number
}

export interface ModelEngineOptions {
  /** May go to private addresses: the URL is the operator's own choice. */
  outgoing: Outgoing
  settings: ModelSettings
}

/** Requests of one operator: the first, and those that follow what tools returned. */
const maxSteps = 5

/** What one operator asks and gets. */
interface Asking {
  wire: Wire
  prompt: Prompt
  schema: OutputSchema
  tools: ToolSet
  /** Set when a tool was called. */
  used: { memory: boolean }
}

/** Carries out operators by a model. Trouble is an outcome, and names neither the key nor any text. */
export class ModelEngine implements Engine {
  readonly #options: ModelEngineOptions
  readonly #stopping = new AbortController()
  #sdk: Promise<Sdk> | undefined

  constructor(options: ModelEngineOptions) {
    this.#options = options
  }

  async run(task: OperatorTask): Promise<Outcome> {
    const { outgoing, settings } = this.#options
    const wire = new Wire({ outgoing, timeoutMs: settings.timeoutMs, signal: this.#stopping.signal })
    const begun = performance.now()
    this.#sdk ??= loadSdk()
    const sdk = await this.#sdk
    const used = { memory: false }
    const prompt = promptFor(task.operator, task.values, task.transcript, { hasMemory: task.recall !== undefined })
    const tools = task.recall ? memoryTools(sdk, task.recall, used) : {}
    const said = await this.#ask(sdk, { wire, prompt, schema: answerSchema(task.operator), tools, used })
    const usage = wire.usage
    if ('failure' in said) return { ...said, usage }
    return {
      answer: {
        ...said,
        inputCharacters:
          prompt.instructions.length + prompt.messages.reduce((sum, { content }) => sum + content.length, 0),
        latencyMs: Math.round(performance.now() - begun),
        usage,
        usedMemory: used.memory,
      },
    }
  }

  stop(): void {
    this.#stopping.abort()
  }

  async #ask(
    { ai, createOpenAICompatible }: Sdk,
    { wire, prompt, schema, tools }: Asking,
  ): Promise<Pick<Answer, 'result' | 'resolvedModel' | 'outputCharacters'> | EngineFailure> {
    const { url: baseURL, key, name } = this.#options.settings
    const model = createOpenAICompatible({
      name: 'model',
      baseURL,
      fetch: wire.fetch,
      supportsStructuredOutputs: true,
      ...(key === undefined ? {} : { apiKey: key }),
    }).chatModel(name)
    const checked = checkedSchema(ai, schema)
    try {
      const answered = await ai.generateText({
        model,
        instructions: prompt.instructions,
        messages: prompt.messages satisfies ModelMessage[],
        tools,
        stopWhen: ai.stepCountIs(maxSteps),
        output: ai.Output.object({ schema: checked.schema }),
        maxRetries: 0,
      })
      const { finishReason, text, response } = answered
      const resolvedModel = response.modelId || name
      if (finishReason === 'content-filter') return refused(text, resolvedModel)
      if (finishReason === 'tool-calls') return { failure: 'The model asked for what is known again and again.' }
      if (text === '') return { failure: 'The model answered nothing.' }
      const result = withoutNul(inSchemaOrder(schema, answered.output)) as Record<string, unknown>
      return { result, resolvedModel, outputCharacters: text.length }
    } catch (error) {
      if (wire.trouble) return wire.trouble
      if (!ai.NoObjectGeneratedError.isInstance(error)) return { failure: 'The answer of the model could not be read.' }
      if (error.finishReason === 'content-filter') return refused(error.text, error.response?.modelId || name)
      if (error.finishReason === 'length')
        return { failure: 'The answer of the model is longer than the model may write.' }
      const problem = checked.problem() ?? 'it is no JSON'
      return { failure: `The answer of the model does not fit the schema: ${problem}.` }
    }
  }
}

/** A refusal is a result too, for whoever reads it; what it says is the model's. */
function refused(text: string | undefined, resolvedModel: string) {
  const refusal = String(withoutNul(text ?? '')).trim() || 'The model refused to answer.'
  return { result: { refusal }, resolvedModel, outputCharacters: refusal.length }
}

function checkedSchema(
  { jsonSchema }: Sdk['ai'],
  schema: OutputSchema,
): { schema: Schema<unknown>; problem: () => string | undefined } {
  const admits = answerChecker(schema)
  let problem: string | undefined
  return {
    schema: jsonSchema(schema, {
      validate: (value) => {
        problem = admits(value)
        return problem === undefined ? { success: true, value } : { success: false, error: new Error(problem) }
      },
    }),
    problem: () => problem,
  }
}

function memoryTools({ ai }: Sdk, recall: Recall, used: { memory: boolean }): ToolSet {
  const inputSchema = ai.jsonSchema<Record<string, never>>({
    type: 'object',
    additionalProperties: false,
    properties: {},
  })
  const tool = (description: string, read: () => Promise<string[]>) =>
    ai.tool({
      description,
      inputSchema,
      execute: async () => {
        used.memory = true
        return materialOf(await read())
      },
    })
  return {
    read_traits: tool(
      'Reads the traits of the customer: name, contact data and what else is kept of them.',
      recall.traits,
    ),
    read_observations: tool('Reads what was observed of the customer in earlier conversations.', recall.observations),
  }
}
