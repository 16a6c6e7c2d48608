import { Alert, Anchor, Button, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'
import { api, ask } from '../../api/client.ts'
import type { Fetched, Trace } from '../../api/types.ts'
import { Status } from '../../parts/status.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { Why } from '../../parts/why.tsx'
import { channelNames, useConfigurations } from './editing.ts'

interface Result {
  outcome: string
  conversationId: string | null
  created: boolean
  reason: { code: number; message: string } | null
  trace?: Trace | null
}

/** The dry run: which rule of which configuration would win, and what would become of a message. Nothing is saved. */
export function Tester() {
  const [channel, setChannel] = useState<string>('SMS')
  const [from, setFrom] = useState('+15551234567')
  const [to, setTo] = useState('')
  const [callType, setCallType] = useState<string>('PSTN')
  const [result, setResult] = useState<Result>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const configurations = useConfigurations().data?.configurations ?? []
  const test = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const item = { channel, from, to, content: { type: 'TEXT', text: 'A test' } }
      const body = channel === 'VOICE' ? { ...item, callType } : item
      const answer = await ask(api.POST('/skein/v1/Traffic/Explain', { body: body as never }))
      setResult((answer as { results: Result[] }).results[0])
    } catch (refusal) {
      setResult(undefined)
      setError(refusal)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Paper withBorder p="md" component="section" aria-label="Rules tester">
      <Title order={2} size="h4" mb={4}>
        Rules tester
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        What would become of a message or call, by the rules as they are saved in all configurations. Nothing is stored.
      </Text>
      <form onSubmit={(event) => void test(event)}>
        <Group align="flex-end" gap="xs">
          <Select
            label="Channel"
            data={[...channelNames]}
            value={channel}
            onChange={(value) => setChannel(value ?? 'SMS')}
            allowDeselect={false}
            w={130}
          />
          <TextInput
            label="Message from"
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value.trim())}
            flex={1}
            miw={150}
            required
          />
          <TextInput
            label="Message to"
            value={to}
            onChange={(event) => setTo(event.currentTarget.value.trim())}
            placeholder="your number"
            flex={1}
            miw={150}
            required
          />
          {channel === 'VOICE' && (
            <Select
              label="Call type"
              data={['PSTN', 'CLIENT', 'PUBLIC_SIP']}
              value={callType}
              onChange={(value) => setCallType(value ?? 'PSTN')}
              allowDeselect={false}
              w={140}
            />
          )}
          <Button type="submit" loading={busy}>
            Test
          </Button>
        </Group>
      </form>
      <Stack mt="sm" aria-live="polite">
        {error !== undefined && <Trouble error={error} />}
        {result && <Outcome result={result} configurations={configurations} />}
      </Stack>
    </Paper>
  )
}

function Outcome(props: {
  result: Result
  configurations: Fetched<'/v2/ControlPlane/Configurations'>['configurations']
}) {
  const { outcome, conversationId, created, reason, trace } = props.result
  const winner = props.configurations.find(({ id }) => id === trace?.rule?.configurationId)
  return (
    <Alert
      color={outcome === 'CAPTURED' ? 'teal' : 'yellow'}
      variant="outline"
      title={outcome === 'CAPTURED' ? 'It would be captured' : 'It would not be captured'}
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
    >
      <Stack gap="xs">
        <Group gap="xs">
          <Status of={outcome} />
          {winner && (
            <Text size="sm">
              by{' '}
              <Anchor component={Link} to={`/configurations/${winner.id}`} underline="always" size="sm">
                {winner.displayName}
              </Anchor>
            </Text>
          )}
          {conversationId && !created && (
            <Anchor component={Link} to={`/conversations/${conversationId}`} underline="always" size="sm">
              joining an open conversation
            </Anchor>
          )}
          {created && <Text size="sm">beginning a new conversation</Text>}
        </Group>
        {reason && (
          <Text size="sm" className="wrap-anywhere">
            {reason.code}: {reason.message}
          </Text>
        )}
        {trace && <Why trace={trace} />}
      </Stack>
    </Alert>
  )
}
