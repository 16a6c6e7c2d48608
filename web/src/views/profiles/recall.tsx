import { Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { api, ask } from '../../api/client.ts'
import { Trouble } from '../../parts/trouble.tsx'

/** What an application would be told about the customer. */
export function Recall(path: { storeId: string; profileId: string }) {
  const [query, setQuery] = useState('')
  const [found, setFound] = useState<string[]>()
  const [error, setError] = useState<unknown>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setError(undefined)
    try {
      const body = query === '' ? {} : { query }
      const { observations, summaries } = await ask(
        api.POST('/v1/Stores/{storeId}/Profiles/{profileId}/Recall', { params: { path }, body }),
      )
      setFound([...observations, ...summaries].map(({ content }) => content))
    } catch (refusal) {
      setError(refusal)
    }
  }
  return (
    <Paper withBorder p="md" mb="md">
      <Title order={2} size="h4" mb="xs">
        Recall
      </Title>
      <form onSubmit={(event) => void submit(event)}>
        <Group align="flex-end">
          <TextInput
            label="What is of interest"
            value={query}
            onChange={(event) => setQuery(event.currentTarget.value)}
            flex={1}
          />
          <Button type="submit" variant="default">
            Recall
          </Button>
        </Group>
      </form>
      <Stack gap={4} mt="xs" role="status">
        {error !== undefined && <Trouble error={error} />}
        {found?.length === 0 && <Text size="sm">Nothing is remembered about that.</Text>}
        {found?.map((content) => (
          <Text size="sm" key={content}>
            {content}
          </Text>
        ))}
      </Stack>
    </Paper>
  )
}
