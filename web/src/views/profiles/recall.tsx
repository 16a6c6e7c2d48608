import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import type { paths } from '../../api/schema.d.ts'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { Trouble } from '../../parts/trouble.tsx'

type Recalled =
  paths['/v1/Stores/{storeId}/Profiles/{profileId}/Recall']['post']['responses'][200]['content']['application/json']

/** What an application would be told about the customer. */
export function Recall(path: { storeId: string; profileId: string }) {
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<Recalled>()
  const [error, setError] = useState<unknown>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(undefined)
    try {
      const body = query === '' ? {} : { query }
      setFound(await ask(api.POST('/v1/Stores/{storeId}/Profiles/{profileId}/Recall', { params: { path }, body })))
    } catch (refusal) {
      setError(refusal)
    }
  }
  const memories = found ? [...found.observations, ...found.summaries] : []
  return (
    <Section title="Recall" lead="What an application would be told now, the most telling first.">
      <form onSubmit={(event) => void submit(event)}>
        <Group align="flex-end">
          <TextInput
            label="What is of interest"
            placeholder="empty for what matters in general"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            flex={1}
            miw={180}
          />
          <Button type="submit" variant="default">
            Recall
          </Button>
        </Group>
      </form>
      <Stack gap={6} mt="xs" role="status">
        {error !== undefined && <Trouble error={error} />}
        {found && memories.length === 0 && <Text size="sm">Nothing is remembered about that.</Text>}
        {memories.map(({ id, content, occurredAt, score }) => (
          <Text size="sm" key={id} component="div" className="wrap-anywhere">
            {content}
            <Text size="xs" c="dimmed">
              <Time at={occurredAt} />
              {score !== undefined && ` · ${score.toFixed(2)}`}
            </Text>
          </Text>
        ))}
        {found && (
          <Text size="xs" c="dimmed">
            {found.communications.length > 0 && `${found.communications.length} communications beside. `}
            Within {found.meta.queryTime} ms.
          </Text>
        )}
      </Stack>
    </Section>
  )
}
