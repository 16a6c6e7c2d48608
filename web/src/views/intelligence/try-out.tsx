import { Button, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { paths } from '../../api/schema.d.ts'
import { Section } from '../../parts/section.tsx'
import { Status } from '../../parts/status.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Found } from './found.tsx'
import type { Operator } from './operators.ts'
import { ParameterFields } from './parameter-fields.tsx'
import { valuesOf } from './parameter-values.ts'
import { transcriptOf } from './transcript-text.ts'

type Test = paths['/skein/v1/Operators/Test']['post']
type Trial = Test['responses'][200]['content']['application/json']

const example = 'Customer: Where is my order? I have waited for a week.\nBusiness: I am sorry. It arrives tomorrow.'
const sources = [
  { value: 'typed', label: 'A typed transcript' },
  { value: 'conversation', label: 'A conversation' },
]

/** Lets an operator read something now, of which nothing is kept. */
export function TryOut({ operator: { id, parameters } }: { operator: Operator }) {
  const [source, setSource] = useState('typed')
  const [typed, setTyped] = useState(example)
  const [conversationId, setConversationId] = useState('')
  const [values, setValues] = useState<Record<string, string>>({})
  const [busy, setBusy] = useState(false)
  const [trial, setTrial] = useState<Trial>()
  const [error, setError] = useState<unknown>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    setTrial(undefined)
    try {
      const read = source === 'typed' ? { transcript: transcriptOf(typed) } : { conversationId: conversationId.trim() }
      const body = { operatorId: id, parameters: valuesOf(parameters, values), ...read }
      setTrial(await ask(api.POST('/skein/v1/Operators/Test', { body })))
    } catch (refusal) {
      setError(refusal)
    }
    setBusy(false)
  }
  return (
    <Section title="Try it out" lead="It reads what you give it, and nothing of that is kept.">
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm" align="flex-start">
          <SegmentedControl aria-label="What it reads" data={sources} value={source} onChange={setSource} />
          {source === 'typed' ? (
            <Textarea
              label="Transcript"
              description="A line for each utterance, begun with Customer: or Business:"
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autosize
              minRows={3}
              maxRows={14}
              w="100%"
              required
            />
          ) : (
            <TextInput
              label="Conversation id"
              description="As its page has it in the address; it is read as it is now."
              placeholder="conv_conversation_…"
              value={conversationId}
              onChange={(event) => setConversationId(event.currentTarget.value)}
              w="100%"
              maw={520}
              required
            />
          )}
          <ParameterFields parameters={parameters} values={values} onChange={setValues} />
          <Button type="submit" variant="default" loading={busy}>
            Try
          </Button>
        </Stack>
      </form>
      <Stack gap="xs" mt="sm" role="status">
        {error !== undefined && <Trouble error={error} />}
        {trial && <Outcome trial={trial} />}
      </Stack>
    </Section>
  )
}

function Outcome({ trial }: { trial: Trial }) {
  const { outcome, failure, result, resolvedModel, latencyMs, requests, inputTokens, outputTokens } = trial
  const tokens = requests > 0 ? `, ${inputTokens} tokens read and ${outputTokens} written` : ''
  return (
    <>
      <Group gap="xs">
        <Status of={outcome} />
        <Text size="sm" c="dimmed">
          {resolvedModel !== null && `${resolvedModel}, `}
          {latencyMs} ms{tokens}
          {trial.usedMemory && ', with what is known of the customer'}
          {trial.inputTruncated && ', the beginning left out as there is too much'}
        </Text>
      </Group>
      {failure !== null && (
        <Text size="sm" className="wrap-anywhere">
          {failure}
        </Text>
      )}
      {result && <Found result={result} />}
    </>
  )
}
