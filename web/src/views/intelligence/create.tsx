import { Button, Group, MultiSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { Page } from '../../parts/page.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { useOperators } from './operators.ts'

const triggers = {
  CONVERSATION_END: 'When a conversation ends',
  CONVERSATION_INACTIVE: 'When a conversation becomes inactive',
  COMMUNICATION: 'At communications',
  none: 'Only when asked to',
} as const
type On = keyof typeof triggers

/** An intelligence configuration with its first rule. */
export default function CreateIntelligence() {
  const operators = useOperators()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState({ displayName: '', operators: [] as string[], url: '', count: 1 })
  const [on, setOn] = useState<On>('CONVERSATION_END')
  const [error, setError] = useState<unknown>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(undefined)
    try {
      const { id } = await ask(api.POST('/v3/ControlPlane/Configurations', { body: bodyOf(draft, on) }))
      await client.invalidateQueries({ queryKey: ['intelligence'] })
      navigate(`/intelligence/${id}`)
    } catch (refusal) {
      setError(refusal)
    }
  }
  return (
    <Page title="Create an intelligence configuration" lead="One rule to begin with: who reads, and when.">
      <form onSubmit={(event) => void submit(event)}>
        <Stack maw={620}>
          <TextInput
            label="Name"
            required
            maxLength={128}
            value={draft.displayName}
            onChange={(event) => setDraft({ ...draft, displayName: event.currentTarget.value })}
          />
          <MultiSelect
            label="Operators"
            description="Up to five; all of them read the same."
            required
            maxValues={5}
            data={(operators.data ?? []).map(({ id, displayName }) => ({ value: id, label: displayName }))}
            value={draft.operators}
            onChange={(chosen) => setDraft({ ...draft, operators: chosen })}
          />
          <Radio.Group label="They read" value={on} onChange={(value) => setOn(value as On)}>
            <Stack gap="xs" mt="xs">
              {Object.entries(triggers).map(([value, label]) => (
                <Radio key={value} value={value} label={label} />
              ))}
            </Stack>
          </Radio.Group>
          {on === 'COMMUNICATION' && (
            <NumberInput
              label="How many communications come between"
              min={1}
              max={20}
              value={draft.count}
              onChange={(count) => setDraft({ ...draft, count: Number(count) })}
              w={260}
            />
          )}
          <TextInput
            label="Webhook"
            description="Told of what was found; may stay empty."
            placeholder="https://…"
            value={draft.url}
            onChange={(event) => setDraft({ ...draft, url: event.currentTarget.value.trim() })}
          />
          {error !== undefined && <Trouble error={error} />}
          <Group>
            <Button type="submit" disabled={draft.displayName === '' || draft.operators.length === 0}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  )
}

function bodyOf(draft: { displayName: string; operators: string[]; url: string; count: number }, on: On) {
  const parameters = on === 'COMMUNICATION' ? { parameters: { count: draft.count } } : {}
  return {
    displayName: draft.displayName,
    rules: [
      {
        operators: draft.operators.map((id) => ({ id })),
        triggers: on === 'none' ? [] : [{ on, ...parameters }],
        actions: draft.url === '' ? [] : [{ type: 'WEBHOOK' as const, method: 'POST' as const, url: draft.url }],
      },
    ],
  }
}
