import { Anchor, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { Link, useSearchParams } from 'react-router'
import { api, ask } from '../../api/client.ts'
import { given } from '../../api/pages.ts'
import { CheckList } from '../../parts/check-list.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Status } from '../../parts/status.tsx'
import { Trouble } from '../../parts/trouble.tsx'

const names = ['channel', 'from', 'to', 'callType'] as const

/** What would become of a message or a call, and why. */
export function ByMessage() {
  const [query, setQuery] = useSearchParams()
  const asked = Object.fromEntries(names.map((name) => [name, query.get(name) ?? '']))
  const found = useQuery({
    queryKey: ['diagnosis', asked],
    queryFn: () => ask(api.GET('/skein/v1/Diagnosis', { params: { query: given(asked) as never } })),
    enabled: asked.channel !== '' && asked.from !== '' && asked.to !== '',
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const filled = names.map((name) => [name, String(form.get(name) ?? '').trim()])
    setQuery({ symptom: 'message', ...Object.fromEntries(filled.filter(([, value]) => value !== '')) })
  }
  return (
    <Stack>
      <form onSubmit={submit}>
        <Group align="flex-end">
          <Select
            label="Channel"
            name="channel"
            data={['SMS', 'WHATSAPP', 'RCS', 'VOICE', 'CHAT']}
            defaultValue={asked.channel || 'SMS'}
            allowDeselect={false}
            w={150}
          />
          <TextInput label="From" name="from" defaultValue={asked.from} placeholder="+15551234567" required />
          <TextInput label="To" name="to" defaultValue={asked.to} placeholder="+15550001111" required />
          <Select
            label="Call type"
            name="callType"
            placeholder="as the addresses tell"
            data={['PSTN', 'CLIENT', 'PUBLIC_SIP']}
            defaultValue={asked.callType || null}
            w={200}
          />
          <Button type="submit">Diagnose</Button>
        </Group>
      </form>
      {found.isLoading && <Loading />}
      {found.isError && <Trouble error={found.error} />}
      {found.data && (
        <>
          <Text component="div" role="status">
            It would be <Status of={found.data.outcome} />
            {found.data.conversationId && (
              <>
                {' '}
                in{' '}
                <Anchor component={Link} to={`/conversations/${found.data.conversationId}`} underline="always">
                  an open conversation
                </Anchor>
              </>
            )}
          </Text>
          <CheckList checks={found.data.checks} />
        </>
      )}
    </Stack>
  )
}
