import type { Operator } from './domain/operator.ts'

/** The operators that every account has, under the ids that the vendor publishes. Their prompts are ours, and not shown. */
export const builtinIds = {
  sentiment: '01kcrvw16kfa88qvgrfmr7y151',
  summary: '01kcv35pnkeysaf6z6cqtbpegn',
  nextBestResponse: '01kea27sy7ffsafmtsfp17nzx4',
  scriptAdherence: '01kf34tcyefpyb1t4m0nbd8rxg',
  /** Ours, of memory extraction: no list shows it, and no rule can name it. */
  observations: '00000000000000000000000001',
} as const

const common = {
  version: 1,
  author: 'TWILIO' as const,
  outputSchema: null,
  trainingExamples: [],
  memoryEnabled: false,
  knowledgeEnabled: false,
  parameters: {},
  createdAt: Date.parse('2026-01-05T00:00:00.000Z'),
} satisfies Partial<Operator>

/** Newest first, as ids sort. */
export const builtinOperators: readonly Operator[] = [
  {
    ...common,
    id: builtinIds.scriptAdherence,
    displayName: 'Script Adherence',
    description: 'Which criteria of a script the business met, category by category.',
    prompt:
      'Judge by meaning, not by wording, whether the business met each criterion of this script. Answer Succeeded, Failed, or NotEvaluated where there was no occasion.\n{{parameters.script}}',
    outputFormat: 'JSON',
    outputSchema: {
      type: 'object',
      additionalProperties: false,
      required: ['categories'],
      properties: {
        categories: {
          type: 'array',
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['category_key', 'criteria'],
            properties: {
              category_key: { type: 'string' },
              criteria: {
                type: 'array',
                items: {
                  type: 'object',
                  additionalProperties: false,
                  required: ['criteria_key', 'criteria_met'],
                  properties: {
                    criteria_key: { type: 'string' },
                    criteria_met: { type: 'string', enum: ['Succeeded', 'Failed', 'NotEvaluated'] },
                  },
                },
              },
            },
          },
        },
      },
    },
    parameters: {
      script: {
        type: 'STRING',
        required: true,
        description: 'Blocks headed "Category: name", each followed by lines "- key: description".',
      },
    },
  },
  {
    ...common,
    id: builtinIds.nextBestResponse,
    displayName: 'Next Best Response',
    description: 'A reply that the agent may give next.',
    prompt:
      'Write the reply that the business should give next, in the language of the customer, in at most three sentences.',
    outputFormat: 'TEXT',
    memoryEnabled: true,
    knowledgeEnabled: true,
  },
  {
    ...common,
    id: builtinIds.summary,
    displayName: 'Summary',
    description: 'A recap of the conversation in three to five sentences.',
    prompt: 'Summarise what the customer asked for and what was answered, in three to five sentences.',
    outputFormat: 'TEXT',
  },
  {
    ...common,
    id: builtinIds.sentiment,
    displayName: 'Sentiment',
    description: 'How the customer feels: positive, negative, neutral or mixed.',
    prompt:
      'How does the customer feel over the whole conversation? Answer with one word: positive, negative, neutral or mixed.',
    outputFormat: 'CLASSIFICATION',
  },
]

/** What extraction asks of a conversation, one customer at a time. */
export const observationsOperator: Operator = {
  ...common,
  id: builtinIds.observations,
  displayName: 'Observations',
  description: 'What is worth remembering of the customer.',
  prompt: [
    'List what is worth remembering of the customer beyond this conversation: lasting facts, behaviours, preferences, and what matters to them,',
    'one short English sentence of its own each, about "the customer". Leave out what only concerns this moment, what the business said,',
    'guesses, and anything on health, religion, politics, sexuality or ethnic origin unless the customer needs it to be served. An empty list is a good answer.',
  ].join(' '),
  outputFormat: 'JSON',
  outputSchema: {
    type: 'object',
    additionalProperties: false,
    required: ['observations'],
    properties: {
      observations: {
        type: 'array',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['content'],
          properties: { content: { type: 'string' } },
        },
      },
    },
  },
}

export function builtinOperator(id: string): Operator | undefined {
  return builtinOperators.find((operator) => operator.id === id)
}
