import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { Link, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { CheckList } from '../../parts/check-list.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Trouble } from '../../parts/trouble.tsx'

const newest = 8

/** Everything that is checked of one conversation. */
export function ByConversation() {
  const [query, setQuery] = useSearchParams()
  const id = query.get('conversation') ?? ''
  const recent = useQuery({
    queryKey: ['conversations', 'diagnosis'],
    queryFn: () => ask(api.GET('/v2/Conversations', { params: { query: { pageSize: newest } } })),
  })
  const found = useQuery({
    queryKey: ['conversation', id, 'diagnosis'],
    queryFn: () => ask(api.GET('/skein/v1/Conversations/{id}/Diagnosis', { params: { path: { id } } })),
    enabled: id !== '',
  })
  const choose = (conversation: string) => setQuery({ symptom: 'conversation', conversation })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    choose(String(new FormData(event.currentTarget).get('conversation') ?? '').trim())
  }
  return (
    <Stack>
      <form onSubmit={submit} key={id}>
        <Group align="flex-end">
          <TextInput
            label="Conversation"
            name="conversation"
            defaultValue={id}
            placeholder="conv_conversation_…"
            w={340}
            maw="100%"
            required
          />
          <Button type="submit">Diagnose</Button>
        </Group>
      </form>
      {id === '' && (
        <Group gap="xs">
          <Text size="sm">Or one of the newest:</Text>
          {recent.data?.conversations.map((one) => (
            <Button key={one.id} size="compact-sm" variant="default" onClick={() => choose(one.id)}>
              {one.name ?? one.participants.map((each) => each.addresses[0]?.address ?? each.name).join(' and ')}
            </Button>
          ))}
        </Group>
      )}
      {found.isLoading && <Loading />}
      {found.isError && <Trouble error={found.error} />}
      {found.data && (
        <>
          <Anchor component={Link} to={`/conversations/${id}`} underline="always">
            To the conversation
          </Anchor>
          <CheckList checks={found.data.checks} />
        </>
      )}
    </Stack>
  )
}
